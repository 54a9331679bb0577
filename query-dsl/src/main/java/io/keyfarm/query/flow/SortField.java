package io.keyfarm.query.flow;

/** One field of an order, by its place in the rows. Null comes last ascending, first descending. */
public record SortField(int field, boolean descending) {
    public static SortField ascending(int field) {
        return new SortField(field, false);
    }

    public static SortField descending(int field) {
        return new SortField(field, true);
    }
}
