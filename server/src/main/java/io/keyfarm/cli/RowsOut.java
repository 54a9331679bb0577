package io.keyfarm.cli;

import io.keyfarm.rows.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes rows as text, one after another. */
interface RowsOut {
    void begin(List<Field> fields);

    /** A null is a null, not a word for one. */
    void row(@Nullable String[] values);

    /** All rows are here; what was held back is written. */
    void end();
}
