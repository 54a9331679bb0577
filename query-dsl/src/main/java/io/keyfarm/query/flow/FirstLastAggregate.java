package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import java.util.function.LongSupplier;

/**
 * The first or the last value in the order of the rows, which are numbered as they come, from a number that is given: so
 * parts that number their rows apart are put together in the order of their numbers.
 */
final class FirstLastAggregate extends Aggregate {
    private final Place place;
    private final boolean isLast;
    private final LongSupplier firstNumber;
    private final FieldReader input;
    private final FieldReader state;
    private final FieldReader output;
    private final int orderOffset;
    private final int[] places = new int[RowBatch.SIZE];
    private long nextNumber;

    FirstLastAggregate(Place place, boolean isLast, LongSupplier firstNumber) {
        this.place = place;
        this.isLast = isLast;
        this.firstNumber = firstNumber;
        input = place.input();
        state = place.state(0);
        output = place.output();
        orderOffset = place.state(1).offset();
    }

    @Override
    void begin() {
        nextNumber = firstNumber.getAsLong();
    }

    @Override
    void update(RowBatch rows, long[] groups) {
        final int count = input.places(rows.rows(), rows.count(), places);
        if (isLast) {
            // From behind, so that a group's value is written once a batch.
            for (int i = count - 1; i >= 0; i--) {
                final long group = groups[places[i]];
                if (state.isNull(group) || order(group) < nextNumber) {
                    take(input, rows, places[i], group, nextNumber + places[i]);
                }
            }
        } else {
            for (int i = 0; i < count; i++) {
                final long group = groups[places[i]];
                if (state.isNull(group)) {
                    take(input, rows, places[i], group, nextNumber + places[i]);
                }
            }
        }
        nextNumber += rows.count();
    }

    @Override
    void merge(RowBatch states, long[] groups) {
        final int count = state.places(states.rows(), states.count(), places);
        for (int i = 0; i < count; i++) {
            final long group = groups[places[i]];
            final long number = order(states.row(places[i]));
            if (state.isNull(group) || (isLast ? number >= order(group) : number < order(group))) {
                take(state, states, places[i], group, number);
            }
        }
    }

    private void take(FieldReader from, RowBatch rows, int i, long group, long number) {
        StateValue.copy(from, rows.row(i), rows.heapBases(), state, group, place.stateRows());
        Memory.putLong(group + orderOffset, number);
    }

    private long order(long row) {
        return Memory.getLong(row + orderOffset);
    }

    @Override
    void finish(RowBatch states, long[] results) {
        StateValue.finish(place, state, states, output, results);
    }
}
