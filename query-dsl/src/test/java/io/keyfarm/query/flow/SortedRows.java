package io.keyfarm.query.flow;

import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.RecordLayout;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/** Rows in order of some fields, in batches of any size, that can be asked anew from a value of the first field on. */
final class SortedRows {
    private final RandomRows rows;
    private final int firstKey;
    private final int skipCost;
    private final int[] sorted;
    private long skips;

    SortedRows(RandomRows rows, List<Integer> keys, int skipCost) {
        this.rows = rows;
        firstKey = keys.get(0);
        this.skipCost = skipCost;
        final Comparator<List<@Nullable Object>> order =
                FlowCases.comparator(keys.stream().map(SortField::ascending).toList());
        sorted = IntStream.range(0, rows.rows.size())
                .boxed()
                .sorted((left, right) -> order.compare(rows.rows.get(left), rows.rows.get(right)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    boolean canSkip() {
        final FieldKind kind = rows.layout().kind(firstKey);
        return kind == FieldKind.INT32 || kind == FieldKind.VARCHAR || kind == FieldKind.CHAR;
    }

    long skips() {
        return skips;
    }

    Activity activity(long seed, FlowMemory memory) {
        return new Skippable(seed, memory);
    }

    private final class Skippable implements SkippableActivity {
        private final long seed;
        private final RowStore store;
        private final Parameters parameters = new Parameters(
                List.of(new Parameter("from", rows.slab.schema().field(firstKey).type(), true, false)));
        private final ExpandableArrayBuffer block = new ExpandableArrayBuffer();
        private Random random;
        private int next;
        private boolean begun;

        Skippable(long seed, FlowMemory memory) {
            this.seed = seed;
            store = new RowStore(rows.layout(), memory, "test rows");
            random = new Random(seed);
        }

        @Override
        public RecordLayout layout() {
            return rows.layout();
        }

        @Override
        public void begin() {
            close();
            random = new Random(seed);
            next = 0;
            begun = true;
        }

        @Override
        public int next(RowBatch batch) {
            assert begun : "asked before it began, or after it was closed";
            store.clear();
            if (random.nextInt(4) == 0) {
                return WAITING;
            }
            final int most = random.nextInt(3) == 0 ? RowBatch.SIZE : 1 + random.nextInt(20);
            while (next < sorted.length && store.rowCount() < most) {
                store.copy(rows.slab.address(sorted[next++]), rows.slab.heapBases());
            }
            store.rewind();
            return store.next(batch);
        }

        @Override
        public long skipCostRows() {
            return skipCost;
        }

        @Override
        public void skipTo(long row, long[] heapBases, SkipField field) {
            field.set(parameters, 0, row, heapBases);
            parameters.encode(block, 0);
            int from = 0;
            while (from < sorted.length && isBefore(rows.rows.get(sorted[from]).get(firstKey))) {
                from++;
            }
            assert from >= next : "rows would come twice";
            next = from;
            skips++;
        }

        private boolean isBefore(@Nullable Object value) {
            if (value == null) {
                return true; // No null is at least a value.
            }
            if (rows.layout().kind(firstKey) == FieldKind.INT32) {
                return ((Number) value).longValue() < block.getLong(1, ByteOrder.LITTLE_ENDIAN);
            }
            final byte[] text = new byte[block.getInt(1, ByteOrder.LITTLE_ENDIAN)];
            block.getBytes(1 + Integer.BYTES, text);
            return Objects.toString(value).compareTo(HexFormat.of().formatHex(text)) < 0;
        }

        @Override
        public void close() {
            begun = false;
            store.close();
        }
    }
}
