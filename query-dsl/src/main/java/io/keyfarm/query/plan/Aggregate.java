package io.keyfarm.query.plan;

/**
 * One number, or other value, of each group.
 *
 * @param field its place among the fields of the rows that are grouped; {@link Node#NONE} to count rows
 * @param name of the field it becomes
 */
public record Aggregate(AggregateOp op, int field, String name) {
    public static final int MAX_COUNT = 256;
}
