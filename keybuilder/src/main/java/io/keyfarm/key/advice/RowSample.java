package io.keyfarm.key.advice;

import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Up to 64 Ki rows of a table, each value as its rank among the sample's values of its field: orders over any fields are
 * then orders of small numbers.
 *
 * <pre>
 *   state   GA FL FL GA null      values FL GA    ranks 1 0 0 1 2      null is the last
 * </pre>
 *
 * A set of values is ranges of ranks. Text is cut at 64 bytes. Immutable.
 */
public final class RowSample {
    public static final int MAX_ROWS = 1 << 16;

    private static final int MAX_TEXT_BYTES = 64;
    private static final double BITS_A_LETTER = 6;

    private final TableSchema schema;
    private final long tableRows;
    private final int rowCount;
    /** By field and row: 16 bits are enough for as many ranks as there can be rows. */
    private final char[][] ranks;
    /** By field: the distinct values but null, as sortables or as texts. */
    private final long[][] numbers;

    private final byte[][][] texts;

    /** Every so many rows of another sample; values keep their ranks. */
    private RowSample(RowSample all, int step) {
        schema = all.schema;
        tableRows = all.tableRows;
        rowCount = (all.rowCount + step - 1) / step;
        numbers = all.numbers;
        texts = all.texts;
        ranks = new char[all.ranks.length][rowCount];
        for (int field = 0; field < ranks.length; field++) {
            for (int i = 0; i < rowCount; i++) {
                ranks[field][i] = all.ranks[field][i * step];
            }
        }
    }

    private RowSample(RowSample rows, long tableRows) {
        this.tableRows = tableRows;
        schema = rows.schema;
        rowCount = rows.rowCount;
        ranks = rows.ranks;
        numbers = rows.numbers;
        texts = rows.texts;
    }

    private RowSample(Slab slab, int[] rows) {
        schema = slab.schema();
        tableRows = slab.rowCount();
        rowCount = rows.length;
        ranks = new char[schema.fieldCount()][];
        numbers = new long[schema.fieldCount()][0];
        texts = new byte[schema.fieldCount()][0][];
        final RowView view = slab.newView();
        final long[][] values = new long[ranks.length][rowCount];
        final boolean[][] isNull = new boolean[ranks.length][rowCount];
        // Row by row, as each is a walk to memory.
        for (int i = 0; i < rowCount; i++) {
            slab.view(rows[i], view);
            for (int field = 0; field < ranks.length; field++) {
                isNull[field][i] = view.isNull(field);
                if (!isNull[field][i] && !schema.field(field).type().isText()) {
                    values[field][i] = view.getSortable(field);
                }
            }
        }
        for (int field = 0; field < ranks.length; field++) {
            ranks[field] = schema.field(field).type().isText()
                    ? rankTexts(slab, rows, view, field)
                    : rankNumbers(values[field], isNull[field], field);
        }
    }

    /** So many rows drawn at random without repeating one, or all there are. */
    public static RowSample of(Slab slab, int mostRows, SplittableRandom random) {
        final int all = slab.rowCount();
        final int drawn = Math.min(Math.min(mostRows, MAX_ROWS), all);
        final int[] rows = new int[drawn];
        // One of each stretch of neighbours: as even as it is random.
        for (int i = 0; i < drawn; i++) {
            final long from = (long) i * all / drawn;
            final long to = (i + 1L) * all / drawn;
            rows[i] = (int) (from + random.nextLong(Math.max(1, to - from)));
        }
        return new RowSample(slab, rows);
    }

    /** The same rows, for a table of which the slab was a part. */
    public RowSample standingFor(long rowsOfTable) {
        return new RowSample(this, rowsOfTable);
    }

    /** About so many of these rows, as even as they are; a value's rank is the same in both. */
    RowSample thinned(int mostRows) {
        return rowCount <= mostRows ? this : new RowSample(this, (rowCount + mostRows - 1) / mostRows);
    }

    private char[] rankNumbers(long[] values, boolean[] isNull, int field) {
        final long[] sorted = new long[rowCount];
        int count = 0;
        for (int i = 0; i < rowCount; i++) {
            if (!isNull[i]) {
                sorted[count++] = values[i];
            }
        }
        Arrays.sort(sorted, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[distinct++] = sorted[i];
            }
        }
        numbers[field] = Arrays.copyOf(sorted, distinct);
        final char[] rank = new char[rowCount];
        for (int i = 0; i < rowCount; i++) {
            rank[i] = (char) (isNull[i] ? distinct : numbersBelow(field, values[i], false));
        }
        return rank;
    }

    private char[] rankTexts(Slab slab, int[] rows, RowView view, int field) {
        final byte[][] values = new byte[rowCount][];
        final boolean[] isNull = new boolean[rowCount];
        for (int i = 0; i < rowCount; i++) {
            slab.view(rows[i], view);
            final byte @Nullable [] text = view.getBytes(field);
            isNull[i] = text == null;
            values[i] = text == null ? new byte[0] : Arrays.copyOf(text, Math.min(text.length, MAX_TEXT_BYTES));
        }
        final Comparator<byte[]> order = Arrays::compareUnsigned;
        final byte[][] sorted = IntStream.range(0, rowCount)
                .filter(i -> !isNull[i])
                .mapToObj(i -> values[i])
                .sorted(order)
                .toArray(byte[][]::new);
        int distinct = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || !Arrays.equals(sorted[i], sorted[i - 1])) {
                sorted[distinct++] = sorted[i];
            }
        }
        texts[field] = Arrays.copyOf(sorted, distinct);
        final char[] rank = new char[rowCount];
        for (int i = 0; i < rowCount; i++) {
            rank[i] = (char) (isNull[i] ? distinct : Arrays.binarySearch(texts[field], values[i], order));
        }
        return rank;
    }

    public TableSchema schema() {
        return schema;
    }

    /** Rows of the whole table. */
    public long tableRows() {
        return tableRows;
    }

    public int rowCount() {
        return rowCount;
    }

    int rank(int field, int row) {
        return ranks[field][row];
    }

    /** Ranks are below this, that of null among them. */
    int rankCount(int field) {
        return Math.max(numbers[field].length, texts[field].length) + 1;
    }

    /** About so many bits would hold any value between the least and the greatest there is. */
    double codeBits(int field) {
        final long[] values = numbers[field];
        if (values.length > 0) {
            return Math.log((double) values[values.length - 1] - values[0] + 2) / Math.log(2);
        }
        final int longest =
                Arrays.stream(texts[field]).mapToInt(text -> text.length).max().orElse(0);
        return BITS_A_LETTER * longest;
    }

    /** The ranks of what the set admits: from, to, from, to, … each {@code to} behind the last; empty ranges are left out. */
    int[] ranks(int field, ValueSet set) {
        final SegmentMonitor monitor = new SegmentMonitor(set.type());
        monitor.bind(set);
        final int[] found = new int[2 * (monitor.rangeCount() + 1)];
        int at = 0;
        for (int i = 0; i < monitor.rangeCount(); i++) {
            final int from = low(field, monitor, i);
            final int to = high(field, monitor, i);
            if (from < to) {
                found[at++] = from;
                found[at++] = to;
            }
        }
        if (monitor.admitsNull()) {
            found[at++] = rankCount(field) - 1;
            found[at++] = rankCount(field);
        }
        return Arrays.copyOf(found, at);
    }

    private int low(int field, SegmentMonitor monitor, int range) {
        return schema.field(field).type().isText()
                ? textsBelow(field, monitor.arena(), monitor.lowOffset(range), monitor.lowLength(range))
                : numbersBelow(field, monitor.low(range), false);
    }

    private int high(int field, SegmentMonitor monitor, int range) {
        if (!schema.field(field).type().isText()) {
            return numbersBelow(field, monitor.high(range), true);
        }
        return monitor.highLength(range) == SegmentMonitor.NO_END
                ? texts[field].length
                : textsBelow(field, monitor.arena(), monitor.highOffset(range), monitor.highLength(range));
    }

    /** How many values are below the number, or at it. */
    private int numbersBelow(int field, long number, boolean orAt) {
        int low = 0;
        int high = numbers[field].length;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (numbers[field][mid] < number || (orAt && numbers[field][mid] == number)) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    private int textsBelow(int field, byte[] arena, int offset, int length) {
        int low = 0;
        int high = texts[field].length;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            final byte[] text = texts[field][mid];
            if (Arrays.compareUnsigned(text, 0, text.length, arena, offset, offset + length) < 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }
}
