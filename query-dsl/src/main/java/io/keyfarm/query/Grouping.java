package io.keyfarm.query;

import java.util.List;

/** Rows in groups, to be told what is wanted of each. Immutable. */
public final class Grouping {
    private final Flow rows;
    private final List<Column> by;

    Grouping(Flow rows, List<Column> by) {
        this.rows = rows;
        this.by = List.copyOf(by);
    }

    /** A row for each group: what it is grouped by, then these. */
    public Flow aggregate(AggregateCall... calls) {
        return rows.aggregated(by, List.of(calls));
    }

    /** A row for each group, with no more than what it is grouped by. */
    public Flow alone() {
        return rows.aggregated(by, List.of());
    }
}
