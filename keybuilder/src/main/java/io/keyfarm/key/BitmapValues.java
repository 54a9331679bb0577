package io.keyfarm.key;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TextSlot;
import io.keyfarm.segmonitor.SegmentMonitor;

/**
 * The distinct values of one field in their order, and how many rows hold each.
 *
 * <pre>
 *   id            0     1     2     3
 *   entries     [ CA  | FL  | GA ]  null        null, if any row holds it, is the last and has no entry
 *   rowsBefore  [ 0   | 12  | 40  | 71  | 80 ]  so CA to FL are 40 rows, for two looks
 * </pre>
 *
 * The entry of a number is its sortable; that of a text is where a row has it, since rows never move. So an entry has 8
 * bytes, however long the text.
 */
public final class BitmapValues implements AutoCloseable {
    private final int valueCount;
    private final int entryCount;
    private final boolean isText;
    private final int charBytes;
    private final long[] heapBases;
    private final MemoryBlock block;
    private final long entries;
    private final long rowsBefore;

    /** Owns the block, of {@link #bytes} bytes, that holds the entries and behind them {@code valueCount + 1} counts. */
    public BitmapValues(Slab slab, int tableField, int valueCount, boolean hasNull, MemoryBlock block) {
        this.valueCount = valueCount;
        entryCount = valueCount - (hasNull ? 1 : 0);
        final FieldKind kind = slab.schema().field(tableField).type().kind();
        isText = kind.isText();
        charBytes =
                kind == FieldKind.CHAR ? slab.schema().field(tableField).type().length() : 0;
        heapBases = slab.heapBases();
        this.block = block;
        entries = block.address();
        rowsBefore = entries + (long) Long.BYTES * entryCount;
    }

    public static long bytes(int valueCount, boolean hasNull) {
        return (long) Long.BYTES * (valueCount - (hasNull ? 1 : 0)) + Integer.BYTES * (valueCount + 1L);
    }

    /** How many distinct values there are, null among them. */
    public int valueCount() {
        return valueCount;
    }

    boolean hasNull() {
        return entryCount < valueCount;
    }

    /** How many values there are without null. */
    int entryCount() {
        return entryCount;
    }

    /** How many rows hold the values {@code [fromId, toId)}. */
    int rows(int fromId, int toId) {
        return Memory.getInt(rowsBefore + (long) Integer.BYTES * toId)
                - Memory.getInt(rowsBefore + (long) Integer.BYTES * fromId);
    }

    /** The first of the monitor's ranges, from {@code fromRange} on, that ends at this value or behind it. */
    int rangeAtOrAfter(SegmentMonitor monitor, int id, int fromRange) {
        final long entry = entry(id);
        return isText
                ? monitor.rangeAtOrAfterText(textAddress(entry), textBytes(entry), fromRange)
                : monitor.rangeAtOrAfter(entry, fromRange);
    }

    /** The first value from {@code fromId} on that is not before the range. */
    int firstOf(SegmentMonitor monitor, int range, int fromId) {
        return gallop(monitor, range, fromId, false);
    }

    /** The first value from {@code fromId} on that lies behind the range. */
    int endOf(SegmentMonitor monitor, int range, int fromId) {
        if (isText && monitor.highLength(range) == SegmentMonitor.NO_END) {
            return entryCount;
        }
        return gallop(monitor, range, fromId, true);
    }

    private int gallop(SegmentMonitor monitor, int range, int fromId, boolean isEnd) {
        int low = fromId;
        int step = 1;
        // Values before low lie before what is sought.
        while (low < entryCount && isBefore(Math.min(low + step, entryCount) - 1, monitor, range, isEnd)) {
            low = Math.min(low + step, entryCount);
            step *= 2;
        }
        int high = low == entryCount ? low : Math.min(low + step, entryCount) - 1;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (isBefore(mid, monitor, range, isEnd)) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** Whether the value lies before the range, or, if the end is asked for, not behind it. */
    private boolean isBefore(int id, SegmentMonitor monitor, int range, boolean isEnd) {
        final long entry = entry(id);
        if (!isText) {
            return isEnd ? entry <= monitor.high(range) : entry < monitor.low(range);
        }
        final int offset = isEnd ? monitor.highOffset(range) : monitor.lowOffset(range);
        final int length = isEnd ? monitor.highLength(range) : monitor.lowLength(range);
        return Memory.compare(textAddress(entry), textBytes(entry), monitor.arena(), offset, length) < 0;
    }

    private long entry(int id) {
        assert 0 <= id && id < entryCount : id;
        return Memory.getLong(entries + (long) Long.BYTES * id);
    }

    private long textAddress(long entry) {
        return charBytes > 0 ? entry : TextSlot.address(entry, heapBases);
    }

    private int textBytes(long entry) {
        return charBytes > 0 ? charBytes : TextSlot.length(entry);
    }

    long bytes() {
        return block.bytes();
    }

    @Override
    public void close() {
        block.close();
    }
}
