package io.keyfarm.key;

import io.keyfarm.rows.ColumnStatistics;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TextSlot;
import java.util.Arrays;

/** The texts of one column, without what they all begin with. */
final class TextColumn {
    final Slab slab;
    final byte[] prefix;
    /** Of the longest text, behind the prefix. */
    final int longest;

    private final int offset;
    private final int nullBit;
    private final boolean isChar;
    private final int charBytes;
    private final long[] heapBases;

    /** Of a column that holds some text. */
    TextColumn(Slab slab, int field) {
        final ColumnStatistics statistics = slab.statistics(field);
        final byte[] least = statistics.minText() == null ? new byte[0] : statistics.minText();
        this.slab = slab;
        prefix = Arrays.copyOf(least, statistics.commonPrefixBytes());
        longest = statistics.maxTextBytes() - prefix.length;
        offset = slab.layout().offset(field);
        nullBit = slab.layout().nullBit(field);
        isChar = slab.layout().kind(field) == FieldKind.CHAR;
        charBytes = slab.schema().field(field).type().length();
        heapBases = slab.heapBases();
    }

    boolean isNull(long row) {
        return RecordLayout.isNullBitSet(row, nullBit);
    }

    long text(long row) {
        final long at = row + offset;
        return (isChar ? at : TextSlot.address(at, heapBases)) + prefix.length;
    }

    int length(long row) {
        return (isChar ? charBytes : TextSlot.length(row + offset)) - prefix.length;
    }

    /** The texts of some rows, at equal distances; fewer if some are null. */
    byte[][] sample(int most) {
        final int rows = slab.rowCount();
        final int wanted = Math.min(most, rows);
        final byte[][] texts = new byte[wanted][];
        int count = 0;
        for (long i = 0; i < wanted; i++) {
            final long row = slab.address((int) (i * rows / wanted));
            if (!isNull(row)) {
                texts[count] = new byte[length(row)];
                Memory.copy(text(row), texts[count], 0, length(row));
                count++;
            }
        }
        return Arrays.copyOf(texts, count);
    }
}
