package io.keyfarm.key;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TextSlot;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Turns rows into the numbers a key sorts by.
 *
 * <pre>
 *   state char(2)   make varchar               year int16
 *   | FL: 9      |  | FORD: 11             |   | 1998 - 1950 |        bits of the fields, one behind the other
 *   |- group 0: 63 bits, the packed code -|- group 1 -------|        non-negative longs, the last one shorter
 * </pre>
 *
 * A row sorts before another exactly if its groups do, so that one long settles most comparisons. Text of which no code
 * holds all (over 128 bytes behind the common prefix, and of many kinds) ends the bits; what still ties is compared row by row, from that
 * field on. Immutable.
 */
public final class KeyCode {
    public static final int GROUP_BITS = 63;

    private static final int BLOCK_ROWS = 2048;
    /** So much of a text is nearly always all that a packed code takes. */
    private static final int TOUCHED_BYTES = 24;

    private final Slab slab;
    private final KeySpec spec;
    private final FieldCode[] fields;
    private final int[] bitStarts;
    private final int codedFields;
    private final int totalBits;
    private final int groupCount;
    private final int exactFields;
    private final CodeWindow[] groups;
    /** The fields whose text, often longer than a slot, is in group 0. */
    private final FieldCode[] farTexts;

    public KeyCode(Slab slab, KeySpec spec) {
        this(slab, spec, BuildTurns.none());
    }

    /** With turns for others: the first code over a text looks at all of its rows. */
    public KeyCode(Slab slab, KeySpec spec, BuildTurns turns) {
        this.slab = slab;
        this.spec = spec;
        fields = Arrays.stream(spec.indexes(slab.schema()))
                .mapToObj(i -> new FieldCode(slab, i, turns))
                .toArray(FieldCode[]::new);
        bitStarts = new int[fields.length + 1];
        int coded = 0;
        boolean isCapped = false;
        while (coded < fields.length && !isCapped) {
            bitStarts[coded + 1] = bitStarts[coded] + fields[coded].bits();
            isCapped = fields[coded++].isCapped;
        }
        codedFields = coded;
        totalBits = bitStarts[coded];
        groupCount = Math.max(1, (totalBits + GROUP_BITS - 1) / GROUP_BITS);
        int exact = 0;
        while (exact < coded && bitStarts[exact + 1] <= GROUP_BITS && !fields[exact].isCapped) {
            exact++;
        }
        exactFields = exact;
        groups = new CodeWindow[groupCount];
        for (int group = 0; group < groupCount; group++) {
            final int from = group * GROUP_BITS;
            groups[group] = CodeWindow.of(this, from, from + groupBits(group));
        }
        farTexts = IntStream.range(0, coded)
                .filter(i -> bitStarts[i] < groupBits(0) && fields[i].isText() && fields[i].kind != FieldKind.CHAR)
                .mapToObj(i -> fields[i])
                .filter(it -> slab.statistics(it.tableField).maxTextBytes() > TextSlot.INLINE_BYTES)
                .toArray(FieldCode[]::new);
    }

    /** Whether the packed code of a row is read from text that stands apart from it. */
    boolean hasFarText() {
        return farTexts.length > 0;
    }

    /** Reads a byte of each such text. What it answers means nothing, but is to be {@link #use used}. */
    int touchFarText(long row) {
        int sum = 0;
        for (final FieldCode field : farTexts) {
            final long slot = row + field.offset;
            final long text = TextSlot.address(slot, slab.heapBases());
            final int shared = field.prefix.length;
            // Behind what all texts begin with, and a little further on: it may be another cache line.
            sum += Memory.getByte(text + shared)
                    + Memory.getByte(text + Math.min(TextSlot.length(slot), shared + TOUCHED_BYTES));
        }
        return sum;
    }

    public Slab slab() {
        return slab;
    }

    public KeySpec spec() {
        return spec;
    }

    public int fieldCount() {
        return fields.length;
    }

    FieldCode field(int keyField) {
        return fields[keyField];
    }

    /** Place of the key's field in the table. */
    public int tableField(int keyField) {
        return fields[keyField].tableField;
    }

    /** How many leading fields lie wholly and exactly within group 0. */
    public int exactFields() {
        return exactFields;
    }

    /** Does nothing with a sum of some bytes, so that reading them is not left out. */
    static void use(int sum) {
        if (sum == Integer.MIN_VALUE) {
            throw new AssertionError("more than a few bytes");
        }
    }

    /** How many leading fields have bits in the code; fewer than all only behind very long text. */
    int codedFields() {
        return codedFields;
    }

    /** The first field that rows with equal groups may differ in; the field count if equal groups mean equal values. */
    public int firstUncodedField() {
        return fields[codedFields - 1].isCapped ? codedFields - 1 : fields.length;
    }

    public int groupCount() {
        return groupCount;
    }

    /** Bits used of a group: 63 but for the last one. */
    public int groupBits(int group) {
        return group < groupCount - 1 ? GROUP_BITS : totalBits - GROUP_BITS * (groupCount - 1);
    }

    /** The bits of all groups together. */
    public int totalBits() {
        return totalBits;
    }

    /** Where a coded field's bits begin, counted from the first bit of group 0; also good for the field behind the last. */
    int bitStart(int keyField) {
        return bitStarts[keyField];
    }

    /** How far a field of group 0 is shifted left within it. */
    int shift(int keyField) {
        assert keyField < exactFields : keyField;
        return groupBits(0) - bitStarts[keyField + 1];
    }

    /** How many low bits of the packed code lie behind the first {@code fields} fields, which are exact. */
    public int bitsBehind(int fields) {
        assert fields <= exactFields : fields;
        return groupBits(0) - bitStarts[fields];
    }

    /**
     * The part of the packed code that stands for a value in one of the {@link #exactFields}; the parts of several
     * fields are or-ed. −1 if no row holds it.
     */
    public long part(int keyField, long sortable) {
        final FieldCode field = fields[keyField];
        final long code = sortable - field.min;
        return field.allNull || sortable < field.min || code > field.range ? -1 : code << shift(keyField);
    }

    /** As {@link #part(int, long)} for a text. */
    public long part(int keyField, byte[] text, int offset, int length) {
        final long code = fields[keyField].exactCode(text, offset, length);
        return code < 0 ? -1 : code << shift(keyField);
    }

    /** The key field to which a bit of the whole code belongs, counted from the first bit of group 0. */
    public int fieldOfBit(int bit) {
        assert bit < totalBits : bit;
        int keyField = 0;
        while (bitStarts[keyField + 1] <= bit) {
            keyField++;
        }
        return keyField;
    }

    /** The packed code of the row at this address. */
    public long code(long row) {
        return groups[0].of(row);
    }

    /** One group of the row's code. */
    public long group(int group, long row) {
        return groups[group].of(row);
    }

    /** The 63 bits of rows' codes from this one on, zeros behind their end. */
    public CodeWindow window(int fromBit) {
        return CodeWindow.of(this, fromBit, fromBit + GROUP_BITS);
    }

    /** A group's bits, the last one's followed by zeros to 63. */
    private long whole(int group, long row) {
        return group(group, row) << (GROUP_BITS - groupBits(group));
    }

    /** The first bit from {@code fromBit} on in which two rows differ that agree before; {@link #totalBits} if none does. */
    public int firstDifferentBit(long left, long right, int fromBit) {
        for (int group = fromBit / GROUP_BITS; group < groupCount; group++) {
            final long difference = whole(group, left) ^ whole(group, right);
            if (difference != 0) {
                return group * GROUP_BITS + Long.numberOfLeadingZeros(difference) - 1;
            }
        }
        return totalBits;
    }

    /**
     * Writes the packed codes of {@code count} rows from {@code firstRow} on, in their order, 8 bytes each. Column after
     * column over a few thousand rows at a time, so that what is written stays near.
     */
    public void codes(int firstRow, int count, long codes) {
        final int rowBytes = slab.layout().rowBytes();
        int done = 0;
        while (done < count) {
            final int run = Math.min(count, slab.contiguousUntil(firstRow + done) - firstRow) - done;
            final long row = slab.address(firstRow + done);
            final long to = codes + 8L * done;
            for (int i = 0; i < run; i += BLOCK_ROWS) {
                final int rows = Math.min(BLOCK_ROWS, run - i);
                Memory.fill(to + 8L * i, 8L * rows, (byte) 0);
                for (final Piece piece : groups[0].pieces) {
                    piece.addColumn(row + (long) i * rowBytes, rowBytes, rows, to + 8L * i);
                }
            }
            done += run;
        }
    }
}
