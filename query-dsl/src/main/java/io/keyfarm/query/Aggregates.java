package io.keyfarm.query;

import io.keyfarm.query.plan.Aggregation;

/**
 * What can be computed of groups of rows. Nulls are left out; of no values there is a count of 0, and everything else is
 * null.
 */
public final class Aggregates {
    private Aggregates() {}

    /** Rows. */
    public static AggregateCall count() {
        return new AggregateCall(Aggregation.COUNT_ROWS, null, "count");
    }

    /** Rows where the value is not null. */
    public static AggregateCall count(Expr of) {
        return call(Aggregation.COUNT, of, "count");
    }

    /** Different values, counted exactly: they are all held in memory. */
    public static AggregateCall countDistinct(Expr of) {
        return call(Aggregation.COUNT_DISTINCT, of, "distinct");
    }

    /** Different values within some 2 %, in 4 KiB a group. */
    public static AggregateCall countAbout(Expr of) {
        return call(Aggregation.APPROXIMATE_DISTINCT, of, "about");
    }

    /** Of whole numbers int64, of decimals decimal(18,s), of floating point float64; a sum that does not fit fails the query. */
    public static AggregateCall sum(Expr of) {
        return call(Aggregation.SUM, of, "sum");
    }

    public static AggregateCall min(Expr of) {
        return call(Aggregation.MIN, of, "min");
    }

    public static AggregateCall max(Expr of) {
        return call(Aggregation.MAX, of, "max");
    }

    /** As float64. */
    public static AggregateCall avg(Expr of) {
        return call(Aggregation.AVG, of, "avg");
    }

    /** Of the first row, in the order in which they come. */
    public static AggregateCall first(Expr of) {
        return call(Aggregation.FIRST, of, "first");
    }

    public static AggregateCall last(Expr of) {
        return call(Aggregation.LAST, of, "last");
    }

    private static AggregateCall call(Aggregation op, Expr of, String word) {
        return new AggregateCall(op, of, of instanceof FieldRef field ? word + '_' + field.name() : word);
    }
}
