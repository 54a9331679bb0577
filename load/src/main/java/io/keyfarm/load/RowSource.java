package io.keyfarm.load;

import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;

/**
 * Rows from somewhere, with a known schema. A source may be loaded more than once, and gives the same rows each time if
 * what it reads is the same.
 */
public interface RowSource {
    /**
     * The schema of the rows to come. May read all of a file first, if nobody has called {@link #prepare}.
     *
     * @throws LoadException if it can only be found by reading and what was read is wrong
     */
    TableSchema schema();

    /** Does what must be done before the schema is known, such as reading a file to find its types; often nothing. */
    default void prepare(LoadProgress progress) throws IOException {}

    /**
     * The same rows for a table that is there already: with its types, where this source would otherwise find or choose them
     * itself, and by no means for all sources.
     */
    default RowSource typedAs(TableSchema table) {
        return this;
    }

    /**
     * About how many bytes of memory the rows will take, so that a load which would not fit is refused before it starts;
     * 0 if nothing is known of it.
     */
    long estimatedBytes();

    /**
     * Writes all rows into the sink and answers how many they were. After an exception the sink holds some of the rows,
     * and whoever owns it throws it away.
     *
     * @param sink takes rows of {@link #schema}
     * @throws LoadException for a value, a row or a file that cannot be taken
     */
    long load(RowSink sink, LoadProgress progress) throws IOException;
}
