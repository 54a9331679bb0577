package io.keyfarm.query.plan;

/** One field of an order, by its place in {@link QueryPlan#fields}. Null comes last ascending, first descending. */
public record OrderBy(int field, boolean descending) {
    public static final int MAX_COUNT = 64;
}
