package io.keyfarm.rows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One reader's window on one row, of a slab or of a reply. Moved from row to row, never copied; what it answers is good
 * until it moves, and only as long as the memory below it lives. Not thread-safe.
 */
public final class RowView {
    private static final long NOWHERE = 0;
    private static final long NO_WHOLE_NUMBER = -1;

    private final RecordLayout layout;
    private final FieldKind[] kinds;
    private final int[] offsets;
    private final int[] nullBits;
    /** How {@link #getLong} reads the field, or {@link #NO_WHOLE_NUMBER}. */
    private final long[] wholeNumbers;

    private long row = NOWHERE;
    private long[] heapBases = {};

    public RowView(RecordLayout layout) {
        this.layout = layout;
        final int fieldCount = layout.schema().fieldCount();
        kinds = new FieldKind[fieldCount];
        offsets = new int[fieldCount];
        nullBits = new int[fieldCount];
        wholeNumbers = new long[fieldCount];
        for (int i = 0; i < fieldCount; i++) {
            kinds[i] = layout.kind(i);
            offsets[i] = layout.offset(i);
            nullBits[i] = layout.nullBit(i);
            wholeNumbers[i] = wholeNumber(i);
        }
    }

    /** Moves the window to the row at this address; {@code heapBases} is where its long text stands. */
    public RowView wrap(long rowAddress, long[] rowHeapBases) {
        row = rowAddress;
        heapBases = rowHeapBases;
        return this;
    }

    /** Moves on to another row of the same slab or reply. */
    public void move(long rowAddress) {
        row = rowAddress;
    }

    /** Leaves the row: until the next {@link #wrap}, asking for a value is an error. */
    public void unwrap() {
        row = NOWHERE;
    }

    public TableSchema schema() {
        return layout.schema();
    }

    /** Where the row's bytes begin. */
    public long address() {
        return row;
    }

    /** The place of the field called so, to be asked once before many rows. */
    public int field(String name) {
        return schema().indexOf(name);
    }

    public boolean isNull(int field) {
        if (row == NOWHERE) {
            throw new IllegalStateException(
                    "this view stands on no row: move to one first, and read before the end or close");
        }
        return RecordLayout.isNullBitSet(row, nullBits[field]);
    }

    /** The {@link Sortable} form of a value that is neither text nor null. */
    public long getSortable(int field) {
        return Sortable.read(kinds[field], row + offsets[field]);
    }

    /** An integer, a decimal's unscaled number, a date's days, a timestamp's microseconds, a bool's 0 or 1; 0 if null. */
    public long getLong(int field) {
        final long how = wholeNumbers[field];
        if (how == NO_WHOLE_NUMBER) {
            throw wrongKind(field, "a whole number");
        }
        // Shift counts are taken from the lowest six bits.
        return isNull(field) ? 0 : Memory.getLong(row + (how >>> 16)) << how >> how & -1L >>> (how >>> 8);
    }

    /**
     * Eight bytes are read whatever the width, as {@link Memory#READ_PAD_BYTES} allows, and those that belong to others
     * are shifted out: without a jump by the field's kind.
     *
     * <pre>
     *   | offset 4 | bits to clear above an unsigned number 1 | bits to shift out 1 |
     * </pre>
     */
    private long wholeNumber(int field) {
        final FieldKind kind = kinds[field];
        if (kind.isFloating() || kind.isText()) {
            return NO_WHOLE_NUMBER;
        }
        final int shift =
                Long.SIZE - Byte.SIZE * layout.schema().field(field).type().widthBytes();
        final boolean isUnsigned = kind == FieldKind.UINT8 || kind == FieldKind.UINT16 || kind == FieldKind.UINT32;
        return (long) offsets[field] << 16 | (isUnsigned ? shift << 8 : 0) | shift;
    }

    /** A float32 or float64; NaN if null. */
    public double getDouble(int field) {
        return switch (kinds[field]) {
            case FLOAT64 -> isNull(field) ? Double.NaN : Double.longBitsToDouble(Memory.getLong(row + offsets[field]));
            case FLOAT32 -> isNull(field) ? Double.NaN : Float.intBitsToFloat(Memory.getInt(row + offsets[field]));
            default -> throw wrongKind(field, "floating point");
        };
    }

    public boolean getBool(int field) {
        return getLong(field) != 0;
    }

    /** Where the bytes of a text that is not null stand: {@link #textBytes} of them. */
    public long textAddress(int field) {
        final long address = row + offsets[field];
        return kinds[field] == FieldKind.CHAR ? address : TextSlot.address(address, heapBases);
    }

    /** How many bytes the text that is not null has; a {@code char(n)} always n, its padding included. */
    public int textBytes(int field) {
        return kinds[field] == FieldKind.CHAR
                ? schema().field(field).type().length()
                : TextSlot.length(row + offsets[field]);
    }

    /** A fresh array; null if the value is. */
    public byte @Nullable [] getBytes(int field) {
        if (!kinds[field].isText()) {
            throw wrongKind(field, "text");
        }
        if (isNull(field)) {
            return null;
        }
        final byte[] bytes = new byte[textBytes(field)];
        Memory.copy(textAddress(field), bytes, 0, bytes.length);
        return bytes;
    }

    /** Text as a string, a {@code char(n)} without its padding; null if the value is. */
    public @Nullable String getString(int field) {
        final byte[] bytes = getBytes(field);
        if (bytes == null) {
            return null;
        }
        int length = bytes.length;
        if (kinds[field] == FieldKind.CHAR) {
            while (length > 0 && bytes[length - 1] == ' ') {
                length--;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * The value as Java has it: Long, Double, Float, BigDecimal, Boolean, LocalDate, Instant, String or byte[], or null.
     * Convenient rather than fast.
     */
    public @Nullable Object get(int field) {
        if (isNull(field)) {
            return null;
        }
        final FieldType type = schema().field(field).type();
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> getSortable(field);
            case FLOAT32 -> (float) getDouble(field);
            case FLOAT64 -> getDouble(field);
            case DECIMAL -> BigDecimal.valueOf(getSortable(field), type.scale());
            case BOOL -> getBool(field);
            case DATE -> LocalDate.ofEpochDay(getSortable(field));
            case TIMESTAMP -> Instant.EPOCH.plus(getSortable(field), ChronoUnit.MICROS);
            case CHAR, VARCHAR -> getString(field);
            case BYTES -> getBytes(field);
        };
    }

    public @Nullable Object get(String fieldName) {
        return get(field(fieldName));
    }

    public long getLong(String fieldName) {
        return getLong(field(fieldName));
    }

    public double getDouble(String fieldName) {
        return getDouble(field(fieldName));
    }

    public @Nullable String getString(String fieldName) {
        return getString(field(fieldName));
    }

    private BadValueException wrongKind(int field, String wanted) {
        return new BadValueException(schema().field(field) + " is not " + wanted);
    }
}
