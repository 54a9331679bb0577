package io.keyfarm.query.flow;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.rows.Memory;
import org.jspecify.annotations.Nullable;

/** Counts rows, or the values that are not null. */
final class CountAggregate extends Aggregate {
    private final @Nullable FieldReader input;
    private final int offset;
    private final int resultOffset;
    private final int[] places = new int[RowBatch.SIZE];

    CountAggregate(Place place) {
        input = place.field() == AggregateCall.NO_FIELD || !place.input().isNullable() ? null : place.input();
        offset = place.state(0).offset();
        resultOffset = place.output().offset();
    }

    @Override
    void update(RowBatch rows, long[] groups) {
        if (input == null) {
            for (int i = 0; i < rows.count(); i++) {
                add(groups[i], 1);
            }
            return;
        }
        final int count = input.places(rows.rows(), rows.count(), places);
        for (int i = 0; i < count; i++) {
            add(groups[places[i]], 1);
        }
    }

    @Override
    void merge(RowBatch states, long[] groups) {
        for (int i = 0; i < states.count(); i++) {
            add(groups[i], Memory.getLong(states.row(i) + offset));
        }
    }

    private void add(long group, long count) {
        Memory.putLong(group + offset, Memory.getLong(group + offset) + count);
    }

    @Override
    void finish(RowBatch states, long[] results) {
        for (int i = 0; i < states.count(); i++) {
            Memory.putLong(results[i] + resultOffset, Memory.getLong(states.row(i) + offset));
        }
    }
}
