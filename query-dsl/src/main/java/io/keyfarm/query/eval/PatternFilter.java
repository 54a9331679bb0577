package io.keyfarm.query.eval;

import io.keyfarm.query.eval.compute.TextPattern;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TextSlot;

/** Rows whose text matches a pattern, or does not; the padding of a {@code char(n)} is no text. */
final class PatternFilter implements RestFilter {
    private final TextPattern pattern;
    private final boolean wanted;
    private final int offset;
    private final int nullBit;
    private final FieldType type;

    PatternFilter(RecordLayout layout, int field, TextPattern pattern, boolean negated) {
        this.pattern = pattern;
        wanted = !negated;
        offset = layout.offset(field);
        nullBit = layout.nullBit(field);
        type = layout.schema().field(field).type();
    }

    @Override
    public int confirm(Slab slab, int[] rowNumbers, int count) {
        return type.kind().isVariable() ? confirmSlots(slab, rowNumbers, count) : confirmChars(slab, rowNumbers, count);
    }

    private int confirmSlots(Slab slab, int[] rowNumbers, int count) {
        final long[] heapBases = slab.heapBases();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final long row = slab.address(rowNumbers[i]);
            rowNumbers[kept] = rowNumbers[i];
            if (!RecordLayout.isNullBitSet(row, nullBit)) {
                final long slot = row + offset;
                kept += pattern.matches(TextSlot.address(slot, heapBases), TextSlot.length(slot)) == wanted ? 1 : 0;
            }
        }
        return kept;
    }

    private int confirmChars(Slab slab, int[] rowNumbers, int count) {
        final int width = type.length();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final long row = slab.address(rowNumbers[i]);
            rowNumbers[kept] = rowNumbers[i];
            if (!RecordLayout.isNullBitSet(row, nullBit)) {
                final long text = row + offset;
                kept += pattern.matches(text, lengthWithoutBlanks(text, width)) == wanted ? 1 : 0;
            }
        }
        return kept;
    }

    static int lengthWithoutBlanks(long text, int width) {
        int length = width;
        while (length > 0 && Memory.getByte(text + length - 1) == ' ') {
            length--;
        }
        return length;
    }
}
