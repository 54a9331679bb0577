package io.keyfarm.query.flow;

import io.keyfarm.rows.MemoryBlock;
import org.jspecify.annotations.Nullable;

/** Estimates how many distinct values there are. */
final class SketchAggregate extends Aggregate {
    private final FlowMemory memory;
    private final RowStore stateRows;
    private final FieldReader input;
    private final KeyFields key;
    private final int offset;
    private final FieldReader output;
    private final int[] places = new int[RowBatch.SIZE];
    private final long[] hashes = new long[RowBatch.SIZE];
    private final int[] counts = new int[Sketch.RANKS];
    private @Nullable MemoryBlock scratch;

    SketchAggregate(Place place, FlowMemory memory) {
        this.memory = memory;
        stateRows = place.stateRows();
        input = place.input();
        key = new KeyFields(place.rows(), place.field());
        offset = place.state(0).offset();
        output = place.output();
    }

    @Override
    void update(RowBatch rows, long[] groups) {
        key.hash(rows.rows(), rows.count(), rows.heapBases(), hashes);
        final int count = input.places(rows.rows(), rows.count(), places);
        final long room = scratch();
        for (int i = 0; i < count; i++) {
            Sketch.add(groups[places[i]] + offset, hashes[places[i]], stateRows, room);
        }
    }

    @Override
    void merge(RowBatch states, long[] groups) {
        final long room = scratch();
        for (int i = 0; i < states.count(); i++) {
            Sketch.merge(groups[i] + offset, states.row(i) + offset, states.heapBases(), stateRows, room);
        }
    }

    private long scratch() {
        if (scratch == null) {
            scratch = memory.allocate("a sketch of distinct values", Sketch.REGISTERS);
        }
        return scratch.address();
    }

    @Override
    void finish(RowBatch states, long[] results) {
        for (int i = 0; i < states.count(); i++) {
            output.write(results[i], Sketch.estimate(states.row(i) + offset, states.heapBases(), counts));
        }
    }

    @Override
    public void close() {
        if (scratch != null) {
            memory.free(scratch);
            scratch = null;
        }
    }
}
