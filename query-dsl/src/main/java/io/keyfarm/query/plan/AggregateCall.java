package io.keyfarm.query.plan;

/**
 * One result of a group.
 *
 * @param field the place of the field in the rows that are grouped; {@link #NO_FIELD} to count rows
 * @param name of the result
 */
public record AggregateCall(Aggregation what, int field, String name) {
    public static final int MAX_COUNT = 256;
    public static final int NO_FIELD = Node.NONE;

    public static AggregateCall countRows(String name) {
        return new AggregateCall(Aggregation.COUNT_ROWS, NO_FIELD, name);
    }
}
