package io.keyfarm.key;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;
import org.jspecify.annotations.Nullable;

/**
 * Some neighbouring bits of one field's code and their place within a group.
 *
 * <pre>
 *   field's section     | b b b b b b b b b b b |
 *   piece                     | b b b b | dropped |
 *   group           | … | b b b b | shift |
 * </pre>
 *
 * A section is a field's null bit, its value, its text or its text's length. Immutable; the switch over the load is
 * taken once for a column and once for a single row, never through a virtual call.
 */
final class Piece {
    private enum Load {
        INT8,
        INT16,
        INT32,
        INT64,
        UINT8,
        UINT16,
        UINT32,
        FLOAT32,
        FLOAT64,
        FLAG,
        CHAR,
        TEXT,
        LENGTH,
        CODED_CHAR,
        CODED_TEXT
    }

    private final Load load;
    private final int offset;
    private final int nullBit;
    /** What null puts here, shifted. */
    private final long nullPart;
    /** Subtracted from the value; of text, the bytes left out in front. */
    private final long base;

    /** Low bits left out; of text, the first bit wanted. */
    private final int drop;

    private final int bits;
    private final long mask;
    private final int shift;
    private final long[] heapBases;
    private final @Nullable TextCode textCode;
    private final int charBytes;

    private Piece(Load load, FieldCode field, long nullValue, long base, int drop, int bits, int shift, Slab slab) {
        assert 0 < bits && bits <= KeyCode.GROUP_BITS : bits;
        this.load = load;
        this.offset = field.offset;
        this.nullBit = field.nullBit;
        this.base = base;
        this.drop = drop;
        this.bits = bits;
        this.shift = shift;
        mask = (1L << bits) - 1;
        nullPart = (nullValue & mask) << shift;
        heapBases = slab.heapBases();
        textCode = field.textCode;
        charBytes = field.type().length();
    }

    /** The null bit. */
    static Piece ofFlag(FieldCode field, int shift, Slab slab) {
        return new Piece(Load.FLAG, field, 1, 0, 0, 1, shift, slab);
    }

    /** Bits {@code drop} to {@code drop + bits} of a fixed-width value, counted from its lowest. */
    static Piece ofValue(FieldCode field, int drop, int bits, int shift, Slab slab) {
        return new Piece(loadOf(field.kind), field, field.nullValue >>> drop, field.min, drop, bits, shift, slab);
    }

    /** The bits of a text from {@code fromBit} on, or of its code, counted from its first behind the common prefix. */
    static Piece ofText(FieldCode field, int fromBit, int bits, int shift, Slab slab) {
        final boolean isChar = field.kind == FieldKind.CHAR;
        final Load load = field.textCode == null
                ? (isChar ? Load.CHAR : Load.TEXT)
                : (isChar ? Load.CODED_CHAR : Load.CODED_TEXT);
        return new Piece(load, field, 0, field.prefix.length, fromBit, bits, shift, slab);
    }

    /** Bits {@code drop} to {@code drop + bits} of a text's length. */
    static Piece ofLength(FieldCode field, int drop, int bits, int shift, Slab slab) {
        return new Piece(Load.LENGTH, field, 0, field.prefix.length, drop, bits, shift, slab);
    }

    private static Load loadOf(FieldKind kind) {
        return switch (kind) {
            case INT8, BOOL -> Load.INT8;
            case INT16 -> Load.INT16;
            case INT32, DATE -> Load.INT32;
            case INT64, DECIMAL, TIMESTAMP -> Load.INT64;
            case UINT8 -> Load.UINT8;
            case UINT16 -> Load.UINT16;
            case UINT32 -> Load.UINT32;
            case FLOAT32 -> Load.FLOAT32;
            case FLOAT64 -> Load.FLOAT64;
            case CHAR, VARCHAR, BYTES -> throw new AssertionError(kind);
        };
    }

    /** The piece's bits of one row, where they belong in the group. */
    long of(long row) {
        if (RecordLayout.isNullBitSet(row, nullBit)) {
            return nullPart;
        }
        final long address = row + offset;
        return switch (load) {
            case INT8 -> place(Memory.getByte(address));
            case INT16 -> place(Memory.getShort(address));
            case INT32 -> place(Memory.getInt(address));
            case INT64 -> place(Memory.getLong(address));
            case UINT8 -> place(Memory.getByte(address) & 0xFFL);
            case UINT16 -> place(Memory.getShort(address) & 0xFFFFL);
            case UINT32 -> place(Memory.getInt(address) & 0xFFFF_FFFFL);
            case FLOAT32 -> place(Sortable.read(FieldKind.FLOAT32, address));
            case FLOAT64 -> place(Sortable.read(FieldKind.FLOAT64, address));
            case FLAG -> 0;
            case CHAR -> placeText(address, Integer.MAX_VALUE);
            case TEXT -> placeText(TextSlot.address(address, heapBases), TextSlot.length(address));
            case LENGTH -> place(TextSlot.length(address));
            case CODED_CHAR -> placeCoded(address, charBytes);
            case CODED_TEXT -> placeCoded(TextSlot.address(address, heapBases), TextSlot.length(address));
        };
    }

    private long place(long value) {
        return (((value - base) >>> drop) & mask) << shift;
    }

    private long placeCoded(long text, int length) {
        assert textCode != null : load;
        return textCode.of(text + base, length - (int) base, drop, bits) << shift;
    }

    private long placeText(long text, int length) {
        return textBits(text + base, length - (int) base, drop) >>> (Long.SIZE - bits) << shift;
    }

    /** 64 bits of a text from a bit on, high bits first, zeros behind its end. */
    private static long textBits(long text, int length, int fromBit) {
        final int fromByte = fromBit >>> 3;
        final int left = length - fromByte;
        if (left <= 0) {
            return 0;
        }
        long bits = Long.reverseBytes(Memory.getLong(text + fromByte));
        if (left < Long.BYTES) {
            bits &= -1L << (Long.SIZE - 8 * left);
        }
        final int within = fromBit & 7;
        if (within == 0) {
            return bits;
        }
        final long next = left > Long.BYTES ? Memory.getByte(text + fromByte + Long.BYTES) & 0xFF : 0;
        return (bits << within) | (next >>> (8 - within));
    }

    /**
     * Adds this piece to the codes of {@code count} rows that follow each other.
     *
     * @param row the address of the first one
     * @param codes the address of their codes, 8 bytes each
     */
    void addColumn(long row, int rowBytes, int count, long codes) {
        if (nullBit >= 0) {
            addOneByOne(row, rowBytes, count, codes);
            return;
        }
        long address = row + offset;
        final long end = codes + 8L * count;
        switch (load) {
            case INT8 -> {
                for (long code = codes; code < end; code += 8, address += rowBytes) {
                    add(code, place(Memory.getByte(address)));
                }
            }
            case INT16 -> {
                for (long code = codes; code < end; code += 8, address += rowBytes) {
                    add(code, place(Memory.getShort(address)));
                }
            }
            case INT32 -> {
                for (long code = codes; code < end; code += 8, address += rowBytes) {
                    add(code, place(Memory.getInt(address)));
                }
            }
            case INT64 -> {
                for (long code = codes; code < end; code += 8, address += rowBytes) {
                    add(code, place(Memory.getLong(address)));
                }
            }
            default -> addOneByOne(row, rowBytes, count, codes);
        }
    }

    private void addOneByOne(long row, int rowBytes, int count, long codes) {
        final long end = codes + 8L * count;
        long address = row;
        for (long code = codes; code < end; code += 8, address += rowBytes) {
            add(code, of(address));
        }
    }

    private static void add(long code, long part) {
        Memory.putLong(code, Memory.getLong(code) | part);
    }
}
