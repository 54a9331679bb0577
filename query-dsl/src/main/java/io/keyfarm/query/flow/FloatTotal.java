package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Sortable;

/**
 * Sum or average of floats. What each addition loses is added up beside the sum, as Neumaier does (1974), so that the
 * order of the rows, and how many slaves they are on, is seen in the last digit once in a blue moon and not mostly.
 *
 * <pre>
 *   | count 8 | sum 8 | what it lost 8 |
 * </pre>
 */
final class FloatTotal extends Aggregate {
    private final Place place;
    private final boolean isAverage;
    private final FieldReader input;
    private final FieldReader output;
    private final int countOffset;
    private final int sumOffset;
    private final int lostOffset;
    private final int[] places = new int[RowBatch.SIZE];
    private final long[] values = new long[RowBatch.SIZE];

    FloatTotal(Place place, boolean isAverage) {
        this.place = place;
        this.isAverage = isAverage;
        input = place.input();
        output = place.output();
        countOffset = place.state(0).offset();
        sumOffset = place.state(1).offset();
        lostOffset = place.state(2).offset();
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
            add(groups[i], Memory.getLong(state + countOffset), read(state + sumOffset));
            lose(groups[i], read(state + lostOffset));
        }
    }

    private void add(long group, long count, double value) {
        Memory.putLong(group + countOffset, Memory.getLong(group + countOffset) + count);
        final double before = read(group + sumOffset);
        final double sum = before + value;
        write(group + sumOffset, sum);
        final double lost = Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
        if (lost != 0) {
            lose(group, lost);
        }
    }

    private void lose(long group, double lost) {
        write(group + lostOffset, read(group + lostOffset) + lost);
    }

    private double total(long state) {
        final double sum = read(state + sumOffset);
        // Of what is infinite or no number, nothing can be lost.
        return Double.isFinite(sum) ? sum + read(state + lostOffset) : sum;
    }

    private static double read(long address) {
        return Double.longBitsToDouble(Memory.getLong(address));
    }

    private static void write(long address, double value) {
        Memory.putLong(address, Double.doubleToLongBits(value));
    }

    @Override
    void finish(RowBatch states, long[] results) {
        for (int i = 0; i < states.count(); i++) {
            final long state = states.row(i);
            final long count = Memory.getLong(state + countOffset);
            if (count == 0) {
                place.setNullResult(results[i]);
            } else {
                output.write(results[i], Sortable.of(isAverage ? total(state) / count : total(state)));
            }
        }
    }
}
