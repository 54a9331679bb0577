package io.keyfarm.bench;

import io.keyfarm.key.advice.Shape;
import io.keyfarm.segmonitor.ValueSet;
import java.util.List;

/**
 * One question to a {@link WideTable}.
 *
 * @param sets what each of the shape's fields may be, in the shape's order
 * @param limit so many rows at most; {@link #NO_LIMIT}
 * @param isCount whether only the number of rows is asked for
 */
record Ask(Shape shape, List<ValueSet> sets, long limit, boolean isCount) {
    static final long NO_LIMIT = Long.MAX_VALUE;

    /** All rows. */
    static Ask of(Shape shape, List<ValueSet> sets) {
        return new Ask(shape, sets, NO_LIMIT, false);
    }

    boolean hasLimit() {
        return limit != NO_LIMIT;
    }
}
