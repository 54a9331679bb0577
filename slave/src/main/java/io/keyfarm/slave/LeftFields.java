package io.keyfarm.slave;

import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;

/**
 * The fields that are asked about and that the way taken does not see to: its rows are confirmed by them.
 *
 * <pre>
 *   asked     state   make   year   price
 *   served    state          year              by a key of state.year
 *   left              make          price      each row is looked at, until one of them does not admit it
 * </pre>
 *
 * For one thread.
 */
final class LeftFields {
    private static final int[] NO_FIELDS = {};

    private final Slab slab;
    private final Asked asked;
    private final RowFilter[] filters;
    private final int[] fields;
    private int count;

    LeftFields(Slab slab, Asked asked) {
        this.slab = slab;
        this.asked = asked;
        filters = new RowFilter[slab.schema().fieldCount()];
        Arrays.setAll(filters, field -> new RowFilter(slab.layout(), field));
        fields = new int[filters.length];
    }

    void beginWithAll() {
        count = asked.left(NO_FIELDS, fields);
    }

    void beginWithAllBut(int[] served) {
        count = asked.left(served, fields);
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    int field(int place) {
        return fields[place];
    }

    /** Somebody sees to it. */
    void remove(int place) {
        count--;
        System.arraycopy(fields, place + 1, fields, place, count - place);
    }

    RowFilter filter(int field) {
        return filters[field];
    }

    SegmentMonitor monitor(int field) {
        final SegmentMonitor monitor = asked.monitors[field];
        assert monitor != null;
        return monitor;
    }

    /** Keeps those rows that all of them admit. */
    int confirm(int[] rowNumbers, int rowCount) {
        int kept = rowCount;
        for (int i = 0; i < count && kept > 0; i++) {
            kept = filters[fields[i]].confirm(slab, monitor(fields[i]), rowNumbers, kept);
        }
        return kept;
    }
}
