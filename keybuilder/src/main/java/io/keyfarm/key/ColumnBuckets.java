package io.keyfarm.key;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;

/**
 * The codes of a column copy in buckets of about as many rows each, and how many rows each has. A value that many rows
 * hold has a bucket of its own.
 *
 * <pre>
 *   bound        12    40    41   300         a bucket's greatest code; the last one takes what is above, too
 *   rowsBefore  [ 0    90   180   610   700 ]
 *   least        3    17    41    42          of a sketch: the values of the rows that are in it, as they are in the rows
 *   greatest    12    40    41   290
 * </pre>
 *
 * Of exact codes the buckets tell how many rows a range has, about. Of a sketch they are what is stored of a row. Immutable,
 * on heap.
 */
public final class ColumnBuckets {
    /** Null is one more, of a sketch. */
    public static final int MOST = 255;

    private static final int PLACES = 256;

    /** From the last bucket's on they are as high as can be, so that a search takes eight equal steps. Empty of a sketch. */
    private final long[] bounds;

    private final long greatestCode;

    private final int count;
    private final int[] rowsBefore;
    private final int nullRows;

    private final FieldKind kind;
    private final int charBytes;
    private final long[] heapBases;
    /** Of a number the sortable; of a text where a row has it. Empty where codes are exact. */
    private final long[] least;

    private final long[] greatest;

    private ColumnBuckets(
            Slab slab,
            int tableField,
            long[] bounds,
            long greatestCode,
            int[] rows,
            int nullRows,
            long[] least,
            long[] greatest) {
        kind = slab.schema().field(tableField).type().kind();
        charBytes =
                kind == FieldKind.CHAR ? slab.schema().field(tableField).type().length() : 0;
        heapBases = slab.heapBases();
        this.bounds = bounds;
        this.greatestCode = greatestCode;
        count = rows.length;
        rowsBefore = new int[count + 1];
        for (int i = 0; i < count; i++) {
            rowsBefore[i + 1] = rowsBefore[i] + rows[i];
        }
        this.nullRows = nullRows;
        this.least = least;
        this.greatest = greatest;
    }

    /**
     * Of exact codes, among which null is one.
     *
     * @param bounds as {@link #bounds} made them
     * @param greatestCode no row has one above
     * @param rows of each bucket
     */
    public static ColumnBuckets exact(Slab slab, int tableField, long[] bounds, long greatestCode, int[] rows) {
        return new ColumnBuckets(slab, tableField, bounds, greatestCode, rows, 0, new long[0], new long[0]);
    }

    /**
     * Of a sketch.
     *
     * @param leastRows of each bucket, which has rows, one that holds its least value
     */
    public static ColumnBuckets sketch(
            Slab slab, int tableField, int[] rows, int nullRows, int[] leastRows, int[] greatestRows) {
        final long[] least = new long[rows.length];
        final long[] greatest = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            least[i] = entry(slab, tableField, leastRows[i]);
            greatest[i] = entry(slab, tableField, greatestRows[i]);
        }
        return new ColumnBuckets(slab, tableField, new long[0], 0, rows, nullRows, least, greatest);
    }

    private static long entry(Slab slab, int tableField, int row) {
        final FieldKind kind = slab.schema().field(tableField).type().kind();
        final long value = slab.address(row) + slab.layout().offset(tableField);
        return kind.isText() ? value : Sortable.read(kind, value);
    }

    /** The ends of at most {@link #MOST} buckets of the codes of a sample, which is sorted: as even as can be. */
    public static long[] bounds(long[] sorted) {
        // The least number of rows that is enough for a bucket, where no value is cut in two.
        int low = 1;
        int high = Math.max(1, sorted.length);
        final long[] bounds = new long[PLACES];
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (fill(sorted, mid, bounds) <= MOST) {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        final int count = Math.max(1, fill(sorted, low, bounds));
        Arrays.fill(bounds, count - 1, PLACES, Long.MAX_VALUE);
        return bounds;
    }

    /** Answers how many buckets there are, or some number above those that fit. */
    private static int fill(long[] sorted, int most, long[] bounds) {
        int buckets = 0;
        int inside = 0;
        int i = 0;
        while (i < sorted.length) {
            int end = i + 1;
            while (end < sorted.length && sorted[end] == sorted[i]) {
                end++;
            }
            if (inside > 0 && inside + end - i > most) {
                bounds[buckets++] = sorted[i - 1];
                inside = 0;
                if (buckets == MOST) {
                    return PLACES;
                }
            }
            inside += end - i;
            i = end;
        }
        return buckets + 1;
    }

    /** The bucket of a code, by such bounds. */
    public static int find(long[] bounds, long code) {
        int at = 0;
        for (int half = PLACES / 2; half > 0; half >>>= 1) {
            at += bounds[at + half - 1] < code ? half : 0;
        }
        return at;
    }

    boolean isSketch() {
        return least.length > 0;
    }

    int count() {
        return count;
    }

    int rows(int bucket) {
        return rowsBefore[bucket + 1] - rowsBefore[bucket];
    }

    int nullRows() {
        return nullRows;
    }

    /** No fewer rows have codes of this range. */
    int mostRows(long low, long high) {
        return rowsBefore[find(bounds, high) + 1] - rowsBefore[find(bounds, low)];
    }

    /** About so many have, where codes of one bucket are taken to be spread evenly. */
    double expectedRows(long low, long high) {
        final int first = find(bounds, low);
        final int last = find(bounds, high);
        final double before = rows(first) * part(first, low);
        final double behind = rows(last) * (1 - part(last, high + 1));
        return rowsBefore[last + 1] - rowsBefore[first] - before - behind;
    }

    /** Which part of a bucket's codes lies before this one. */
    private double part(int bucket, long code) {
        final double from = bucket == 0 ? 0 : bounds[bucket - 1] + 1.0;
        final double to = Math.min(bounds[bucket], greatestCode) + 1.0;
        return Math.min(1, (code - from) / (to - from));
    }

    /** The first of the monitor's ranges, from {@code fromRange} on, that ends at the bucket's least value or behind it. */
    int rangeAtOrAfter(SegmentMonitor monitor, int bucket, int fromRange) {
        final long entry = least[bucket];
        return kind.isText()
                ? monitor.rangeAtOrAfterText(textAddress(entry), textBytes(entry), fromRange)
                : monitor.rangeAtOrAfter(entry, fromRange);
    }

    /** Whether the range begins behind all values of the bucket. */
    boolean isBefore(int bucket, SegmentMonitor monitor, int range) {
        return kind.isText() ? compareLow(greatest[bucket], monitor, range) < 0 : greatest[bucket] < monitor.low(range);
    }

    /** Whether the range has all values of the bucket. */
    boolean isInside(int bucket, SegmentMonitor monitor, int range) {
        if (!kind.isText()) {
            return monitor.low(range) <= least[bucket] && greatest[bucket] <= monitor.high(range);
        }
        return compareLow(least[bucket], monitor, range) >= 0
                && (monitor.highLength(range) == SegmentMonitor.NO_END
                        || Memory.compare(
                                        textAddress(greatest[bucket]),
                                        textBytes(greatest[bucket]),
                                        monitor.arena(),
                                        monitor.highOffset(range),
                                        monitor.highLength(range))
                                < 0);
    }

    private int compareLow(long entry, SegmentMonitor monitor, int range) {
        return Memory.compare(
                textAddress(entry),
                textBytes(entry),
                monitor.arena(),
                monitor.lowOffset(range),
                monitor.lowLength(range));
    }

    private long textAddress(long entry) {
        return charBytes > 0 ? entry : TextSlot.address(entry, heapBases);
    }

    private int textBytes(long entry) {
        return charBytes > 0 ? charBytes : TextSlot.length(entry);
    }
}
