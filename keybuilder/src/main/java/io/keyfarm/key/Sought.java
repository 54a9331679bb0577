package io.keyfarm.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The least code that a seek looks for, put together field by field from the front; what was not put is zero.
 *
 * <pre>
 *   put state = FL, make at least FORD     | FL | FORD | 0 … 0 |
 *   then step                              | FL | FORD | + 1   |     behind all rows of state FL and make FORD
 * </pre>
 *
 * A value that the column does not hold is rounded up to the next code there could be, and then no later field matters:
 * each {@code put} answers whether the next field may follow. Reused; one thread.
 */
public final class Sought {
    private static final VarHandle BIG_ENDIAN_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final KeyCode coder;
    private final long[] groups;
    private int bits;
    /** The last one that is not zero, once {@link #isPacked} was asked. */
    private int lastGroup;

    private boolean isBeyond;

    public Sought(KeyCode coder) {
        this.coder = coder;
        groups = new long[coder.groupCount()];
    }

    public void begin() {
        Arrays.fill(groups, 0);
        bits = 0;
        isBeyond = false;
    }

    /** Begins with the first fields of the row at this address. */
    void beginWith(long row, int fieldCount) {
        isBeyond = false;
        bits = coder.bitStart(fieldCount);
        int group = 0;
        for (; group * KeyCode.GROUP_BITS < bits; group++) {
            final int unused = Math.max(0, group * KeyCode.GROUP_BITS + coder.groupBits(group) - bits);
            groups[group] = coder.group(group, row) >>> unused << unused;
        }
        // Few are left: no call is worth it.
        for (; group < groups.length; group++) {
            groups[group] = 0;
        }
    }

    /** The value of the key's next field, a {@link io.keyfarm.rows.Sortable}; answers whether a further field may follow. */
    public boolean putSortable(int keyField, long sortable) {
        return putSortable(coder.field(keyField), sortable);
    }

    /** As {@link #putSortable(int, long)}; the text of a {@code char(n)} is padded already. */
    public boolean putText(int keyField, byte[] text, int offset, int length) {
        return putText(coder.field(keyField), text, offset, length);
    }

    public boolean putNull(int keyField) {
        return putNull(coder.field(keyField));
    }

    /** The least value, whichever it is. */
    void putLeast(FieldCode field) {
        skip(field.bits());
    }

    boolean putNull(FieldCode field) {
        if (!field.hasNullCode()) {
            // A column of nothing but nulls needs no code for them; in one without nulls they come behind everything.
            return field.allNull || stepOver();
        }
        if (field.flagBits == 1) {
            putBits(1, 1);
            skip(field.valueBits);
        } else {
            putBits(field.nullValue, field.valueBits);
        }
        return true;
    }

    /** Behind all values but null; always false, as no field may follow. */
    private boolean putBehindValues(FieldCode field) {
        if (field.hasNullCode()) {
            putNull(field);
        } else {
            stepOver();
        }
        return false;
    }

    boolean putSortable(FieldCode field, long sortable) {
        if (field.allNull || sortable < field.min) {
            return false;
        }
        if (sortable > field.min + field.range) {
            return putBehindValues(field);
        }
        skip(field.flagBits);
        putBits(sortable - field.min, field.valueBits);
        return true;
    }

    boolean putText(FieldCode field, byte[] text, int at, int length) {
        if (field.allNull) {
            return false;
        }
        final int order = field.comparePrefix(text, at, length);
        if (order < 0) {
            return false;
        }
        if (order > 0) {
            return putBehindValues(field);
        }
        skip(field.flagBits);
        final int rest = length - field.prefix.length;
        if (field.textCode != null) {
            return putCoded(field.textCode, text, at + field.prefix.length, rest);
        }
        putBytes(text, at + field.prefix.length, Math.min(rest, field.textBytes));
        if (field.isCapped) {
            return false;
        }
        skip(8 * Math.max(0, field.textBytes - rest));
        putBits(Math.min(rest, field.textBytes), field.lengthBits);
        return rest <= field.textBytes || stepOver();
    }

    private boolean putCoded(TextCode code, byte[] text, int at, int length) {
        final long exact = code.bits() <= KeyCode.GROUP_BITS ? code.exact(text, at, length) : -1;
        if (exact < 0) {
            return code.put(text, at, length, this);
        }
        putBits(exact, code.bits());
        return true;
    }

    /** Moves behind everything that begins as what was put; always false, as no field may follow. */
    public boolean stepOver() {
        int bit = bits - 1;
        while (bit >= 0) {
            final int group = bit / KeyCode.GROUP_BITS;
            final int groupBits = coder.groupBits(group);
            groups[group] += 1L << (groupBits - 1 - bit % KeyCode.GROUP_BITS);
            if (groups[group] >>> groupBits == 0) {
                return false;
            }
            groups[group] = 0;
            bit = group * KeyCode.GROUP_BITS - 1;
        }
        isBeyond = true;
        return false;
    }

    /** Whether no row of the key comes at or behind what is sought. */
    boolean isBeyond() {
        return isBeyond;
    }

    long group(int group) {
        return groups[group];
    }

    /** Whether the packed code alone decides: all further groups are zero. */
    boolean isPacked() {
        lastGroup = groups.length - 1;
        while (lastGroup > 0 && groups[lastGroup] == 0) {
            lastGroup--;
        }
        return lastGroup == 0;
    }

    /** The last group that is not zero, once {@link #isPacked} was asked. */
    int lastGroup() {
        return lastGroup;
    }

    /** The 63 bits from this one on, zeros behind the end. */
    long bitsFrom(int fromBit) {
        final int group = fromBit / KeyCode.GROUP_BITS;
        final int within = fromBit % KeyCode.GROUP_BITS;
        long found = (whole(group) << within) & Long.MAX_VALUE;
        if (within > 0 && group + 1 < groups.length) {
            found |= whole(group + 1) >>> (KeyCode.GROUP_BITS - within);
        }
        return found;
    }

    private long whole(int group) {
        return groups[group] << (KeyCode.GROUP_BITS - coder.groupBits(group));
    }

    /** How rows with these first groups compare with what is sought, by the bits before {@code toBit}. */
    int compareShared(long[] shared, int toBit) {
        for (int group = 0; group < shared.length; group++) {
            final int behind = Math.max(0, group * KeyCode.GROUP_BITS + coder.groupBits(group) - toBit);
            final int order = Long.compare(shared[group] >>> behind, groups[group] >>> behind);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** How the row at this address compares with what is sought. */
    int compare(long row) {
        return compareFrom(row, 0);
    }

    /** As {@link #compare}, for a row that agrees in all groups before. */
    int compareFrom(long row, int firstGroup) {
        for (int group = firstGroup; group <= lastGroup; group++) {
            final int order = Long.compare(coder.group(group, row), groups[group]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private void skip(int count) {
        bits += count;
    }

    private void putBytes(byte[] bytes, int at, int count) {
        int done = 0;
        for (; done + Long.BYTES <= count; done += Long.BYTES) {
            putBits((long) BIG_ENDIAN_LONG.get(bytes, at + done), Long.SIZE);
        }
        for (; done < count; done++) {
            putBits(bytes[at + done] & 0xFF, 8);
        }
    }

    void putBits(long value, int count) {
        int left = count;
        while (left > 0) {
            final int group = bits / KeyCode.GROUP_BITS;
            final int room = coder.groupBits(group) - (bits - group * KeyCode.GROUP_BITS);
            final int now = Math.min(left, room);
            final long part = (value >>> (left - now)) & ((1L << now) - 1);
            groups[group] |= part << (room - now);
            bits += now;
            left -= now;
        }
    }
}
