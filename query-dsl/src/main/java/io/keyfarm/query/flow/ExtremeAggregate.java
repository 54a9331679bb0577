package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;

/** The least or the greatest value, as values are ordered: text by its bytes, NaN above all numbers. */
final class ExtremeAggregate extends Aggregate {
    private final Place place;
    private final boolean isMax;
    private final FieldReader input;
    private final FieldReader state;
    private final FieldReader output;
    private final int[] places = new int[RowBatch.SIZE];
    private final long[] values = new long[RowBatch.SIZE];

    ExtremeAggregate(Place place, boolean isMax) {
        this.place = place;
        this.isMax = isMax;
        input = place.input();
        state = place.state(0);
        output = place.output();
    }

    @Override
    void update(RowBatch rows, long[] groups) {
        take(input, rows, groups);
    }

    @Override
    void merge(RowBatch states, long[] groups) {
        take(state, states, groups);
    }

    private void take(FieldReader from, RowBatch rows, long[] groups) {
        final int count = from.places(rows.rows(), rows.count(), places);
        if (from.kind().isText()) {
            takeTexts(from, rows, groups, count);
            return;
        }
        from.values(rows.rows(), rows.count(), values);
        for (int i = 0; i < count; i++) {
            final long value = values[places[i]];
            final long group = groups[places[i]];
            if (state.isNull(group)) {
                state.write(group, value);
                state.setNotNull(group);
            } else {
                final long before = state.value(group);
                if (isMax ? value > before : value < before) {
                    state.write(group, value);
                }
            }
        }
    }

    private void takeTexts(FieldReader from, RowBatch rows, long[] groups, int count) {
        for (int i = 0; i < count; i++) {
            final long row = rows.row(places[i]);
            final long group = groups[places[i]];
            if (state.isNull(group) || isBeyond(from, row, rows.heapBases(), group)) {
                StateValue.copy(from, row, rows.heapBases(), state, group, place.stateRows());
            }
        }
    }

    private boolean isBeyond(FieldReader from, long row, long[] heapBases, long group) {
        final int order = Memory.compare(
                from.textAddress(row, heapBases),
                from.paddedBytes(row),
                state.textAddress(group, place.stateRows().heapBases()),
                state.paddedBytes(group));
        return isMax ? order > 0 : order < 0;
    }

    @Override
    void finish(RowBatch states, long[] results) {
        StateValue.finish(place, state, states, output, results);
    }
}
