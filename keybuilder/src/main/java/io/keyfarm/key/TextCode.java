package io.keyfarm.key;

/**
 * The short code of a text column: the rank of a text's stem among the stems there are, then what follows the stem in as
 * few bits a byte as the column needs.
 *
 * <pre>
 *   column                     stem                     code
 *   MAIL, RAIL, SHIP, …        all of it                | rank 3 |
 *   fl/ford/1998/0x7           behind 2 of '/'          | rank 11 | 1 1 4 4 0 6 6 6 |      see {@link Alphabets}
 *   0x7k2m4                    none                     | 6 6 6 6 6 6 6 |
 * </pre>
 *
 * Exact: codes order as the texts do, and equal codes are equal texts. A text that is not in the column has a lower
 * bound: the least code of any that is not before it. All texts here are without the column's common prefix. Immutable;
 * belongs to a slab's column, shared by all keys.
 */
final class TextCode {
    private final TextCut cut;
    private final Stems stems;
    private final Alphabets rest;
    private final int stemBits;
    private final int bits;
    /** The first ones, as many as a packed code can hold. */
    private final int headBits;

    TextCode(TextCut cut, Stems stems, Alphabets rest) {
        this.cut = cut;
        this.stems = stems;
        this.rest = rest;
        stemBits = FieldCode.bitsFor(stems.count() - 1);
        bits = stemBits + rest.bits();
        headBits = stemBits + rest.headBits();
    }

    int bits() {
        return bits;
    }

    int stemCount() {
        return stems.count();
    }

    /** {@code count} bits, at most 63, from {@code fromBit} on of the code of a text of the column. */
    long of(long text, int length, int fromBit, int count) {
        final int stemEnd = cut.end(text, length);
        if (fromBit == 0) {
            final long head =
                    (stemRank(text, stemEnd) << rest.headBits()) | rest.head(text + stemEnd, length - stemEnd);
            return head >>> (headBits - count);
        }
        long found = 0;
        int at = fromBit;
        int left = count;
        if (fromBit < stemBits) {
            final int taken = Math.min(count, stemBits - fromBit);
            final long kept = stemRank(text, stemEnd) & ((1L << (stemBits - fromBit)) - 1);
            found = kept >>> (stemBits - fromBit - taken);
            at += taken;
            left -= taken;
        }
        return left == 0 ? found : (found << left) | rest.bits(text + stemEnd, length - stemEnd, at - stemBits, left);
    }

    private long stemRank(long text, int stemEnd) {
        return stemBits == 0 ? 0 : stems.rankOfOwn(text, stemEnd);
    }

    /** The code of a text, −1 if no text of the column has it; for at most 63 bits. */
    long exact(byte[] text, int at, int length) {
        final int stemEnd = cut.end(text, at, length);
        final int rank = cut.isNothing() ? 0 : stems.rank(text, at, stemEnd);
        if (rank < 0) {
            return -1;
        }
        final long following = rest.exact(text, at + stemEnd, length - stemEnd);
        return following < 0 ? -1 : ((long) rank << rest.bits()) | following;
    }

    /** The least code of a text that is not before this one, one above all if they all are; for at most 63 bits. */
    long lower(byte[] text, int at, int length) {
        final int stemEnd = cut.end(text, at, length);
        final int rank = stems.rank(text, at, stemEnd);
        if (rank < 0) {
            final long above = stems.countLess(text, at, stemEnd);
            return above == stems.count() ? 1L << bits : above << rest.bits();
        }
        long code = rank;
        int left = rest.bits();
        final int from = at + stemEnd;
        final int count = length - stemEnd;
        for (int place = 0; place < rest.places(); place++) {
            if (place >= count && !rest.hasEnd(place)) {
                return code << left;
            }
            final int symbol = place < count ? rest.symbol(place, text[from + place]) : 0;
            left -= rest.width(place);
            if (symbol < 0) {
                // The next one above, in the place before if there is none in this: the sum carries.
                return above(code, rest.width(place), place, -1 - symbol) << left;
            }
            code = (code << rest.width(place)) | symbol;
        }
        return count > rest.places() ? code + 1 : code;
    }

    private long above(long code, int width, int place, int next) {
        return next == rest.symbolCount(place) ? (code + 1) << width : (code << width) | next;
    }

    /** Puts the lower bound of a text, behind what was put; answers whether it was put exactly. */
    boolean put(byte[] text, int at, int length, Sought sought) {
        final int stemEnd = cut.end(text, at, length);
        final int rank = stems.rank(text, at, stemEnd);
        if (rank < 0) {
            final int above = stems.countLess(text, at, stemEnd);
            if (above == stems.count()) {
                return sought.stepOver();
            }
            sought.putBits(above, stemBits);
            return false;
        }
        sought.putBits(rank, stemBits);
        final int from = at + stemEnd;
        final int count = length - stemEnd;
        for (int place = 0; place < rest.places(); place++) {
            if (place >= count && !rest.hasEnd(place)) {
                return false;
            }
            final int symbol = place < count ? rest.symbol(place, text[from + place]) : 0;
            if (symbol < 0) {
                if (-1 - symbol == rest.symbolCount(place)) {
                    return sought.stepOver();
                }
                sought.putBits(-1 - symbol, rest.width(place));
                return false;
            }
            sought.putBits(symbol, rest.width(place));
        }
        return count <= rest.places() || sought.stepOver();
    }

    @Override
    public String toString() {
        return "%d stems %s, %d bits".formatted(stems.count(), cut, bits);
    }
}
