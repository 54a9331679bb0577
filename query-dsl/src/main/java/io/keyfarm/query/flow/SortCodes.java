package io.keyfarm.query.flow;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import java.util.Arrays;

/**
 * The leading fields of an order as one unsigned long for each row, so that most rows are told apart without a look at
 * them.
 *
 * <pre>
 *   order by state, price desc, name
 *   | 0 state: 16 bits | 1 price: as many bits as lie between its extremes | 0 name: its first bytes |
 *     └ null comes last                                                        what no longer fits is cut off
 * </pre>
 *
 * Numbers count from the least value that was {@link #see seen}; what all texts begin with is left out. Rows whose codes differ are in the order of their codes;
 * where the codes are {@link #isExact exact}, rows whose codes are the same tie. For one thread.
 */
final class SortCodes {
    private final FlowOrder order;
    private final long[] least;
    private final long[] greatest;
    private final long[] values = new long[RowBatch.SIZE];

    /** How many bytes all texts begin with alike, and where one of them stands. */
    private final int[] sharedBytes;

    private final long[] someText;

    private final int[] widths;
    private int usedFields;
    private int usedBits;
    private boolean exact;

    SortCodes(FlowOrder order) {
        this.order = order;
        least = new long[order.count()];
        greatest = new long[order.count()];
        sharedBytes = new int[order.count()];
        someText = new long[order.count()];
        widths = new int[order.count()];
        forget();
    }

    void forget() {
        Arrays.fill(least, Long.MAX_VALUE);
        Arrays.fill(greatest, Long.MIN_VALUE);
        Arrays.fill(sharedBytes, 0);
        Arrays.fill(someText, 0);
    }

    /** Widens what the codes must tell apart by these rows, which stand until their {@link #codes} are read. */
    void see(RowBatch batch) {
        final long[] rows = batch.rows();
        final int count = batch.count();
        for (int f = 0; f < order.count(); f++) {
            final FieldReader reader = order.reader(f);
            if (reader.kind().isText()) {
                seeTexts(f, batch);
                continue;
            }
            reader.values(rows, count, values);
            long low = least[f];
            long high = greatest[f];
            // A null reads as 0, which at worst costs a few bits.
            for (int i = 0; i < count; i++) {
                low = Math.min(low, values[i]);
                high = Math.max(high, values[i]);
            }
            least[f] = low;
            greatest[f] = high;
        }
    }

    private void seeTexts(int f, RowBatch batch) {
        final FieldReader reader = order.reader(f);
        for (int i = 0; i < batch.count(); i++) {
            final long row = batch.row(i);
            if (!reader.isNull(row)) {
                final long text = reader.textAddress(row, batch.heapBases());
                final int length = reader.paddedBytes(row);
                if (someText[f] == 0) {
                    someText[f] = text;
                    sharedBytes[f] = length;
                }
                sharedBytes[f] = sharedBytes(someText[f], text, Math.min(length, sharedBytes[f]));
            }
        }
    }

    /** How many of the first bytes are the same, at most so many. */
    private static int sharedBytes(long left, long right, int most) {
        int i = 0;
        for (; i + Long.BYTES <= most; i += Long.BYTES) {
            final long difference = Memory.getLong(left + i) ^ Memory.getLong(right + i);
            if (difference != 0) {
                return i + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
        }
        while (i < most && Memory.getByte(left + i) == Memory.getByte(right + i)) {
            i++;
        }
        return i;
    }

    /** Fixes how fields are packed, once all rows were seen. */
    void pack() {
        usedBits = 0;
        usedFields = 0;
        exact = true;
        for (int f = 0; f < order.count() && exact; f++) {
            final int nullBits = order.reader(f).isNullable() ? 1 : 0;
            final int room = Long.SIZE - usedBits - nullBits;
            if (room < 0) {
                exact = false;
                return;
            }
            final int wanted = bits(f);
            widths[f] = Math.min(wanted, room);
            exact = wanted <= room;
            usedBits += nullBits + widths[f];
            usedFields++;
        }
    }

    /** Bits that tell all values of the field apart; more than a long has for most text. */
    private int bits(int f) {
        final FieldReader reader = order.reader(f);
        if (!reader.kind().isText()) {
            return least[f] >= greatest[f] ? 0 : Long.SIZE - Long.numberOfLeadingZeros(greatest[f] - least[f]);
        }
        return reader.kind() == FieldKind.CHAR
                ? Byte.SIZE * (reader.type().length() - sharedBytes[f])
                : Integer.MAX_VALUE;
    }

    /** Whether rows with the same code tie; asked after {@link #pack}. */
    boolean isExact() {
        return exact;
    }

    /** How many of the lower bits of a code may be set. */
    int usedBits() {
        return usedBits;
    }

    /** The codes of all rows of the batch. */
    void codes(RowBatch batch, long[] codes) {
        final int count = batch.count();
        Arrays.fill(codes, 0, count, 0);
        for (int f = 0; f < usedFields; f++) {
            addField(f, batch, codes);
        }
    }

    private void addField(int f, RowBatch batch, long[] codes) {
        final FieldReader reader = order.reader(f);
        final long[] rows = batch.rows();
        final int count = batch.count();
        readLeadingBits(f, batch);
        final int width = widths[f];
        final boolean isDescending = order.isDescending(f);
        final long widest = width == 0 ? 0 : -1L >>> (Long.SIZE - width);
        final long flip = isDescending ? widest : 0;
        if (!reader.isNullable()) {
            for (int i = 0; i < count; i++) {
                codes[i] = shift(codes[i], width) | (values[i] ^ flip);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            final boolean isNull = reader.isNull(rows[i]);
            final long nullBit = isNull != isDescending ? 1 : 0;
            codes[i] = shift((codes[i] << 1) | nullBit, width) | (isNull ? 0 : values[i] ^ flip);
        }
    }

    private static long shift(long code, int bits) {
        return bits == Long.SIZE ? 0 : code << bits;
    }

    /** As many of the field's leading bits as it was given room. */
    private void readLeadingBits(int f, RowBatch batch) {
        final FieldReader reader = order.reader(f);
        final int count = batch.count();
        final int width = widths[f];
        if (reader.kind().isText()) {
            for (int i = 0; i < count; i++) {
                final long leading = reader.isNull(batch.row(i)) ? 0 : leadingBytes(reader, sharedBytes[f], batch, i);
                values[i] = width == 0 ? 0 : leading >>> (Long.SIZE - width);
            }
            return;
        }
        reader.values(batch.rows(), count, values);
        final int cut = bits(f) - width;
        for (int i = 0; i < count; i++) {
            values[i] = cut == Long.SIZE ? 0 : (values[i] - least[f]) >>> cut;
        }
    }

    /** Eight bytes of the text from this one on, zeros behind a shorter one. */
    private static long leadingBytes(FieldReader reader, int from, RowBatch batch, int place) {
        final long row = batch.row(place);
        final int length = reader.paddedBytes(row) - from;
        if (length == 0) {
            return 0;
        }
        final long bytes = Long.reverseBytes(Memory.getLong(reader.textAddress(row, batch.heapBases()) + from));
        return length >= Long.BYTES ? bytes : bytes & (-1L << ((Long.BYTES - length) << 3));
    }
}
