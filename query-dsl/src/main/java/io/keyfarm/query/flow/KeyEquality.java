package io.keyfarm.query.flow;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.TextSlot;

/**
 * Whether rows of one layout equal rows of another by key fields of both; null equals null. Many pairs of rows are
 * compared field by field, and whatever cache misses that takes do not wait for one another. For one thread.
 */
final class KeyEquality {
    private final KeyFields left;
    private final KeyFields right;
    private final long[] leftValues = new long[RowBatch.SIZE];
    private final long[] rightValues = new long[RowBatch.SIZE];

    KeyEquality(KeyFields left, KeyFields right) {
        assert left.count() == right.count() : left.count() + ", " + right.count();
        this.left = left;
        this.right = right;
    }

    /**
     * Refuses pairs of fields that have no common values: numbers and text, dates and timestamps, decimals of different
     * scales.
     *
     * @throws BadValueException naming both
     */
    static void requireComparable(KeyFields left, KeyFields right) {
        if (left.count() != right.count()) {
            throw new BadValueException(left.count() + " fields cannot be compared with " + right.count());
        }
        for (int i = 0; i < left.count(); i++) {
            requireComparable(left.field(i), right.field(i));
        }
    }

    private static void requireComparable(Field left, Field right) {
        if (!isComparable(left.type(), right.type())) {
            throw new BadValueException(left.name() + " is " + left.type() + " and cannot be compared with "
                    + right.name() + ", which is " + right.type());
        }
    }

    private static boolean isComparable(FieldType left, FieldType right) {
        return family(left.kind()) == family(right.kind()) && left.scale() == right.scale();
    }

    private static FieldKind family(FieldKind kind) {
        return switch (kind) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> FieldKind.INT64;
            case FLOAT32, FLOAT64 -> FieldKind.FLOAT64;
            case CHAR, VARCHAR -> FieldKind.VARCHAR;
            case DECIMAL, BOOL, DATE, TIMESTAMP, BYTES -> kind;
        };
    }

    /** Compares up to a batch of pairs. */
    void compare(long[] lefts, long[] leftBases, long[] rights, long[] rightBases, int count, boolean[] equal) {
        for (int i = 0; i < count; i++) {
            equal[i] = true;
        }
        for (int f = 0; f < left.count(); f++) {
            final FieldReader l = left.reader(f);
            final FieldReader r = right.reader(f);
            if (l.kind().isText()) {
                for (int i = 0; i < count; i++) {
                    equal[i] = equal[i] && isEqual(l, lefts[i], leftBases, r, rights[i], rightBases);
                }
            } else {
                compareNumbers(l, lefts, r, rights, count, equal);
            }
        }
    }

    private void compareNumbers(FieldReader l, long[] lefts, FieldReader r, long[] rights, int count, boolean[] equal) {
        l.values(lefts, count, leftValues);
        r.values(rights, count, rightValues);
        if (!l.isNullable() && !r.isNullable()) {
            for (int i = 0; i < count; i++) {
                equal[i] &= leftValues[i] == rightValues[i];
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            final boolean isNull = l.isNull(lefts[i]);
            equal[i] &= isNull == r.isNull(rights[i]) && (isNull || leftValues[i] == rightValues[i]);
        }
    }

    boolean isEqual(long leftRow, long[] leftBases, long rightRow, long[] rightBases) {
        for (int f = 0; f < left.count(); f++) {
            if (!isEqual(left.reader(f), leftRow, leftBases, right.reader(f), rightRow, rightBases)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEqual(
            FieldReader l, long leftRow, long[] leftBases, FieldReader r, long rightRow, long[] rightBases) {
        final boolean isNull = l.isNull(leftRow);
        if (isNull || r.isNull(rightRow)) {
            return isNull == r.isNull(rightRow);
        }
        if (!l.kind().isText()) {
            return l.value(leftRow) == r.value(rightRow);
        }
        if (l.kind().isVariable() && r.kind().isVariable()) {
            return isSameText(leftRow + l.offset(), leftBases, rightRow + r.offset(), rightBases);
        }
        final int length = l.textBytes(leftRow);
        return length == r.textBytes(rightRow)
                && Memory.compare(
                                l.textAddress(leftRow, leftBases), length, r.textAddress(rightRow, rightBases), length)
                        == 0;
    }

    /** Length and first bytes stand in one long of either slot. */
    private static boolean isSameText(long leftSlot, long[] leftBases, long rightSlot, long[] rightBases) {
        if (Memory.getLong(leftSlot) != Memory.getLong(rightSlot)) {
            return false;
        }
        final int length = TextSlot.length(leftSlot);
        return length <= TextSlot.INLINE_BYTES
                ? Memory.getLong(leftSlot + Long.BYTES) == Memory.getLong(rightSlot + Long.BYTES)
                : Memory.compare(
                                TextSlot.address(leftSlot, leftBases),
                                length,
                                TextSlot.address(rightSlot, rightBases),
                                length)
                        == 0;
    }
}
