package io.keyfarm.query.flow;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts distinct values exactly: a table of all pairs of group and value.
 *
 * <pre>
 *   pair   | group: where its state row stands 8 | value |
 * </pre>
 */
final class DistinctAggregate extends Aggregate {
    private static final int VALUE_OFFSET = Long.BYTES;

    private final FlowMemory memory;
    private final FieldReader input;
    private final int inputBytes;
    private final int countOffset;
    private final FieldReader output;
    private final RowStore pairs;
    private final RowTable table;
    private final RowProbe probe;
    private final int[] places = new int[RowBatch.SIZE];
    private final long[] sought = new long[RowBatch.SIZE];
    private final int[] found = new int[RowBatch.SIZE];
    private @Nullable MemoryBlock soughtBlock;

    DistinctAggregate(Place place, FlowMemory memory) {
        this.memory = memory;
        input = place.input();
        inputBytes = input.type().widthBytes();
        countOffset = place.state(0).offset();
        output = place.output();
        final RecordLayout layout = new RecordLayout(new TableSchema(
                "pairs", List.of(new Field("group", FieldType.INT64, false), new Field("value", input.type(), false))));
        pairs = new RowStore(layout, memory, "distinct values");
        table = new RowTable(pairs, KeyFields.all(layout), memory, "the table of distinct values");
        probe = new RowProbe(table, KeyFields.all(layout));
    }

    @Override
    void begin() {
        close();
    }

    @Override
    void update(RowBatch rows, long[] groups) {
        final int count = input.places(rows.rows(), rows.count(), places);
        writeSought(rows, groups, count);
        probe.find(sought, count, rows.heapBases(), found);
        for (int i = 0; i < count; i++) {
            if (found[i] == RowTable.ABSENT && probe.findAgain(i) == RowTable.ABSENT) {
                final int number = pairs.rowCount();
                pairs.copy(sought[i], rows.heapBases());
                probe.add(i, number);
                final long at = groups[places[i]] + countOffset;
                Memory.putLong(at, Memory.getLong(at) + 1);
            }
        }
    }

    /** Slots of long text are copied as they are: they are read with the heap of the rows. */
    private void writeSought(RowBatch rows, long[] groups, int count) {
        final int pairBytes = VALUE_OFFSET + inputBytes;
        if (soughtBlock == null) {
            soughtBlock = memory.allocate("a batch of values", (long) pairBytes * RowBatch.SIZE);
        }
        long pair = soughtBlock.address();
        for (int i = 0; i < count; i++) {
            Memory.putLong(pair, groups[places[i]]);
            Memory.copy(rows.row(places[i]) + input.offset(), pair + VALUE_OFFSET, inputBytes);
            sought[i] = pair;
            pair += pairBytes;
        }
    }

    @Override
    void merge(RowBatch states, long[] groups) {
        throw new AssertionError("a count of distinct values has no state");
    }

    @Override
    void finish(RowBatch states, long[] results) {
        for (int i = 0; i < states.count(); i++) {
            output.write(results[i], Memory.getLong(states.row(i) + countOffset));
        }
    }

    @Override
    public void close() {
        table.close();
        pairs.close();
        if (soughtBlock != null) {
            memory.free(soughtBlock);
            soughtBlock = null;
        }
    }
}
