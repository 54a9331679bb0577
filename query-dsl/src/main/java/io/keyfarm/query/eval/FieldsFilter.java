package io.keyfarm.query.eval;

import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;

/** Rows whose one field compares so with another; none where either is null. */
final class FieldsFilter implements RestFilter {
    private static final int LESS = 1;
    private static final int EQUAL = 2;
    private static final int GREATER = 4;

    private final Side left;
    private final Side right;
    /** Which outcomes of a comparison are wanted. */
    private final int wanted;

    FieldsFilter(RecordLayout layout, int field, int other, Op op) {
        left = new Side(layout, field);
        right = new Side(layout, other);
        wanted = switch (op) {
            case IS -> EQUAL;
            case IS_NOT -> LESS | GREATER;
            case LESS_THAN -> LESS;
            case AT_MOST -> LESS | EQUAL;
            case GREATER_THAN -> GREATER;
            case AT_LEAST -> GREATER | EQUAL;
            default -> throw new AssertionError(op);
        };
    }

    @Override
    public int confirm(Slab slab, int[] rowNumbers, int count) {
        if (left.type.isText()) {
            return confirmTexts(slab, rowNumbers, count);
        }
        return left.type.kind().isFloating()
                ? confirmFloating(slab, rowNumbers, count)
                : confirmNumbers(slab, rowNumbers, count);
    }

    private int confirmNumbers(Slab slab, int[] rowNumbers, int count) {
        final FieldKind leftKind = left.type.kind();
        final FieldKind rightKind = right.type.kind();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final long row = slab.address(rowNumbers[i]);
            rowNumbers[kept] = rowNumbers[i];
            if (!left.isNull(row) && !right.isNull(row)) {
                kept += keeps(Long.compare(
                        Sortable.read(leftKind, row + left.offset), Sortable.read(rightKind, row + right.offset)));
            }
        }
        return kept;
    }

    private int confirmFloating(Slab slab, int[] rowNumbers, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final long row = slab.address(rowNumbers[i]);
            rowNumbers[kept] = rowNumbers[i];
            if (!left.isNull(row) && !right.isNull(row)) {
                kept += keeps(Long.compare(left.floating(row), right.floating(row)));
            }
        }
        return kept;
    }

    private int confirmTexts(Slab slab, int[] rowNumbers, int count) {
        final long[] heapBases = slab.heapBases();
        final boolean bothPadded = left.isChar && right.isChar;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final long row = slab.address(rowNumbers[i]);
            rowNumbers[kept] = rowNumbers[i];
            if (!left.isNull(row) && !right.isNull(row)) {
                kept += keeps(
                        bothPadded
                                ? comparePadded(
                                        row + left.offset, left.type.length(), row + right.offset, right.type.length())
                                : compareTexts(row, heapBases));
            }
        }
        return kept;
    }

    private int compareTexts(long row, long[] heapBases) {
        return Memory.compare(
                left.text(row, heapBases), left.textBytes(row), right.text(row, heapBases), right.textBytes(row));
    }

    /** As if the shorter had blanks behind it. */
    private static int comparePadded(long left, int leftBytes, long right, int rightBytes) {
        final int shared = Math.min(leftBytes, rightBytes);
        final int difference = Memory.compare(left, shared, right, shared);
        if (difference != 0 || leftBytes == rightBytes) {
            return difference;
        }
        return leftBytes > rightBytes
                ? compareWithBlanks(left + shared, leftBytes - shared)
                : -compareWithBlanks(right + shared, rightBytes - shared);
    }

    private static int compareWithBlanks(long text, int bytes) {
        for (int i = 0; i < bytes; i++) {
            final int difference = (Memory.getByte(text + i) & 0xFF) - ' ';
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private int keeps(int comparison) {
        final int outcome = comparison < 0 ? LESS : comparison == 0 ? EQUAL : GREATER;
        return (wanted & outcome) != 0 ? 1 : 0;
    }

    /** Where one of the two fields lies in a row. */
    private static final class Side {
        private final FieldType type;
        private final int offset;
        private final int nullBit;
        private final boolean isChar;

        Side(RecordLayout layout, int field) {
            type = layout.schema().field(field).type();
            offset = layout.offset(field);
            nullBit = layout.nullBit(field);
            isChar = type.kind() == FieldKind.CHAR;
        }

        boolean isNull(long row) {
            return RecordLayout.isNullBitSet(row, nullBit);
        }

        /** The sortable of a float64 for either width. */
        long floating(long row) {
            final long sortable = Sortable.read(type.kind(), row + offset);
            return type.kind() == FieldKind.FLOAT32 ? Sortable.of((double) Sortable.toFloat(sortable)) : sortable;
        }

        long text(long row, long[] heapBases) {
            return isChar ? row + offset : TextSlot.address(row + offset, heapBases);
        }

        int textBytes(long row) {
            return isChar
                    ? PatternFilter.lengthWithoutBlanks(row + offset, type.length())
                    : TextSlot.length(row + offset);
        }
    }
}
