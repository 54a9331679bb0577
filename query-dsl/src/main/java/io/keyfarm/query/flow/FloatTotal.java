package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Sortable;

/** Sum or average of floats, added up in the order of the rows: the last digits hang on it. */
final class FloatTotal extends Aggregate {
    private final Place place;
    private final boolean isAverage;
    private final FieldReader input;
    private final FieldReader output;
    private final int countOffset;
    private final int sumOffset;
    private final int[] places = new int[RowBatch.SIZE];
    private final long[] values = new long[RowBatch.SIZE];

    FloatTotal(Place place, boolean isAverage) {
        this.place = place;
        this.isAverage = isAverage;
        input = place.input();
        output = place.output();
        countOffset = place.state(0).offset();
        sumOffset = place.state(1).offset();
    }

    @Override
    void update(RowBatch rows, long[] groups) {
        input.values(rows.rows(), rows.count(), values);
        final int count = input.places(rows.rows(), rows.count(), places);
        for (int i = 0; i < count; i++) {
            add(groups[places[i]], 1, Sortable.toDouble(values[places[i]]));
        }
    }

    @Override
    void merge(RowBatch states, long[] groups) {
        for (int i = 0; i < states.count(); i++) {
            final long state = states.row(i);
            add(groups[i], Memory.getLong(state + countOffset), sum(state));
        }
    }

    private void add(long group, long count, double value) {
        Memory.putLong(group + countOffset, Memory.getLong(group + countOffset) + count);
        Memory.putLong(group + sumOffset, Double.doubleToLongBits(sum(group) + value));
    }

    private double sum(long state) {
        return Double.longBitsToDouble(Memory.getLong(state + sumOffset));
    }

    @Override
    void finish(RowBatch states, long[] results) {
        for (int i = 0; i < states.count(); i++) {
            final long state = states.row(i);
            final long count = Memory.getLong(state + countOffset);
            if (count == 0) {
                place.setNullResult(results[i]);
            } else {
                output.write(results[i], Sortable.of(isAverage ? sum(state) / count : sum(state)));
            }
        }
    }
}
