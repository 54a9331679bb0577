package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import org.jspecify.annotations.Nullable;

/**
 * Keeps those rows of a batch whose field a monitor admits: in place, in order, nothing allocated.
 *
 * <pre>
 *   rows of a block ─► their addresses ─► their values as numbers ─► which of them lie in a range ─► row numbers kept
 *                                         a loop for each kind       a loop for one range, one for many
 * </pre>
 *
 * A block of rows goes through in steps, each a short loop over arrays in the first-level cache, so that there are kinds
 * plus shapes of loops, and not kinds times shapes. Keeping is storing always and counting by the condition: no branch
 * depends on the data. Text that is no number goes to {@link TextFilter}. For one thread.
 */
public final class RowFilter {
    static final int BLOCK_ROWS = 256;

    private final FieldType type;
    private final int offset;
    private final int nullBit;
    private final int rowBytes;
    private final boolean isNumber;
    private final NumberFilter numbers = new NumberFilter();
    private final TextFilter text;
    private final long[] rows = new long[BLOCK_ROWS];
    private final long[] values = new long[BLOCK_ROWS];
    /** The ranges of a short char as numbers. */
    private long[] lows = new long[4];

    private long[] highs = new long[4];

    private @Nullable SegmentMonitor preparedFor;
    private int preparedVersion;

    public RowFilter(RecordLayout layout, int field) {
        type = layout.schema().field(field).type();
        offset = layout.offset(field);
        nullBit = layout.nullBit(field);
        rowBytes = layout.rowBytes();
        isNumber = !type.isText() || (type.kind() == FieldKind.CHAR && type.length() <= ValueGather.MAX_CHAR_BYTES);
        text = new TextFilter(type, offset, nullBit);
    }

    /** Keeps those of the first {@code count} row numbers that match; answers how many stayed. */
    public int confirm(Slab slab, SegmentMonitor monitor, int[] rowNumbers, int count) {
        if (isAll(monitor)) {
            return count;
        }
        prepare(monitor);
        int kept = 0;
        for (int from = 0; from < count; from += BLOCK_ROWS) {
            final int block = Math.min(BLOCK_ROWS, count - from);
            for (int i = 0; i < block; i++) {
                rows[i] = slab.address(rowNumbers[from + i]);
            }
            kept = keep(slab, monitor, block, rowNumbers, from, kept);
        }
        return kept;
    }

    /**
     * Fills {@code rowNumbers} with those of the rows {@code [fromRow, toRow)} that match; answers how many. There must
     * be room for all of them.
     */
    public int scan(Slab slab, SegmentMonitor monitor, int fromRow, int toRow, int[] rowNumbers) {
        final boolean all = isAll(monitor);
        if (!all) {
            prepare(monitor);
        }
        int kept = 0;
        int row = fromRow;
        while (row < toRow) {
            final int block = Math.min(Math.min(BLOCK_ROWS, toRow - row), slab.contiguousUntil(row) - row);
            for (int i = 0; i < block; i++) {
                rowNumbers[kept + i] = row + i;
            }
            if (all) {
                kept += block;
            } else {
                final long first = slab.address(row);
                for (int i = 0; i < block; i++) {
                    rows[i] = first + (long) i * rowBytes;
                }
                kept = keep(slab, monitor, block, rowNumbers, kept, kept);
            }
            row += block;
        }
        return kept;
    }

    private boolean isAll(SegmentMonitor monitor) {
        assert monitor.type().equals(type) : monitor.type() + " for " + type;
        return monitor.admitsAllValues() && (nullBit < 0 || monitor.admitsNull());
    }

    /** Once for each binding, not for each batch. */
    private void prepare(SegmentMonitor monitor) {
        if (preparedFor == monitor && preparedVersion == monitor.version()) {
            return;
        }
        preparedFor = monitor;
        preparedVersion = monitor.version();
        if (monitor.rangeCount() == 0) {
            return;
        }
        if (!isNumber) {
            text.prepare(monitor);
        } else if (type.isText()) {
            lowsAndHighsOfText(monitor);
            numbers.prepare(lows, highs, monitor.rangeCount());
        } else {
            numbers.prepare(monitor.numbers().lows(), monitor.numbers().highs(), monitor.rangeCount());
        }
    }

    private void lowsAndHighsOfText(SegmentMonitor monitor) {
        final int count = monitor.rangeCount();
        if (lows.length < count) {
            lows = new long[count * 2];
            highs = new long[count * 2];
        }
        final int width = type.length();
        final int shift = Long.SIZE - width * Byte.SIZE;
        for (int i = 0; i < count; i++) {
            lows[i] = ValueGather.number(monitor.arena(), monitor.lowOffset(i), width) >> shift;
            highs[i] = monitor.highLength(i) == SegmentMonitor.NO_END
                    ? Long.MAX_VALUE >> shift
                    : (ValueGather.number(monitor.arena(), monitor.highOffset(i), width) >> shift) - 1;
        }
    }

    /** Keeps those row numbers of a block from {@code from} on that match, at {@code to}, and answers where they end. */
    private int keep(Slab slab, SegmentMonitor monitor, int block, int[] rowNumbers, int from, int to) {
        if (monitor.rangeCount() == 0 || monitor.admitsAllValues()) {
            return keepByNull(monitor, block, rowNumbers, from, to);
        }
        if (!isNumber) {
            return text.keep(slab.heapBases(), monitor, rows, block, rowNumbers, from, to);
        }
        ValueGather.gather(type, rows, offset, block, values);
        if (nullBit >= 0) {
            replaceNulls(numbers.example(monitor.admitsNull()), block);
        }
        return numbers.keep(values, block, rowNumbers, from, to);
    }

    private void replaceNulls(long value, int block) {
        final int nullByte = nullBit >>> 3;
        final int shift = nullBit & 7;
        for (int i = 0; i < block; i++) {
            final long mask = -(long) (Memory.getByte(rows[i] + nullByte) >>> shift & 1);
            values[i] = (values[i] & ~mask) | (value & mask);
        }
    }

    /** Where all values count alike. */
    private int keepByNull(SegmentMonitor monitor, int block, int[] rowNumbers, int from, int to) {
        final int ofNull = monitor.admitsNull() ? 1 : 0;
        final int ofValues = monitor.rangeCount() > 0 ? 1 : 0;
        if (nullBit < 0) {
            if (ofValues == 1 && from != to) {
                System.arraycopy(rowNumbers, from, rowNumbers, to, block);
            }
            return to + ofValues * block;
        }
        int kept = to;
        for (int i = 0; i < block; i++) {
            rowNumbers[kept] = rowNumbers[from + i];
            kept += RecordLayout.isNullBitSet(rows[i], nullBit) ? ofNull : ofValues;
        }
        return kept;
    }
}
