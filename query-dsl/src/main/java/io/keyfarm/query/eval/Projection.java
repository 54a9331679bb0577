package io.keyfarm.query.eval;

import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.TextSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Writes rows of a slab into a frame, with the fields that the plan's rows travel with.
 *
 * <pre>
 *   address                 address + rowCount × rowBytes
 *   | row 0 | row 1 | … | long text of row 0, of row 1, …        |
 *                       ^ heap positions count from here: a RowView reads the rows with heapBases = { this place }
 * </pre>
 *
 * Rows are appended until the next would not fit; their long text waits on heap, since where it will stand is known only
 * when the last row is there. Allocates nothing once that has grown to a frame's size. For one thread.
 */
public final class Projection {
    /** So many rows are brought into cache at once: most of them stay in the first level until they are copied. */
    private static final int TOUCHED_ROWS = 256;

    private static final int FOUR_WORDS = 4 * Long.BYTES;

    private final RecordLayout from;
    private final RecordLayout to;
    private final int rowBytes;
    private final int tableRowBytes;
    /** The first and the last byte of a table's row that is copied. */
    private final int firstByte;

    private final int lastByte;
    /** Runs of bytes to copy: neighbours in both layouts are copied as one. */
    private final int[] runFrom;

    private final int[] runTo;
    private final int[] runBytes;

    private final int[] nullBitsFrom;
    private final int[] nullBitsTo;
    /** Where the slots of variable fields lie in a row of either layout. */
    private final int[] slotsFrom;

    private final int[] slotsTo;
    /** Of the rows that are being copied. */
    private final long[] sources = new long[TOUCHED_ROWS];

    private byte[] texts = new byte[256];
    private int textBytes;
    private long address;
    private int limitBytes;
    private int rowCount;
    /** Never read: it is written so that touching rows is not optimised away. */
    @SuppressWarnings("UnusedVariable")
    private int touched;

    private record Run(int from, int to, int bytes) {}

    /**
     * Of a plan that is no count.
     *
     * @throws io.keyfarm.query.plan.BadPlanException naming the field that the table has not, or has otherwise
     */
    public Projection(QueryPlan plan, RecordLayout from) {
        this(from, new RecordLayout(plan.rowSchema()), fields(plan, from));
    }

    private Projection(RecordLayout from, RecordLayout to, int[] fields) {
        this.from = from;
        this.to = to;
        rowBytes = to.rowBytes();
        tableRowBytes = from.rowBytes();
        final TableSchema schema = to.schema();
        final boolean isWhole = schema.fields().equals(from.schema().fields());
        final List<Run> runs = isWhole ? List.of(new Run(0, 0, rowBytes)) : runs(fields);
        runFrom = runs.stream().mapToInt(Run::from).toArray();
        runTo = runs.stream().mapToInt(Run::to).toArray();
        runBytes = runs.stream().mapToInt(Run::bytes).toArray();
        final int[] nullable = isWhole
                ? new int[0]
                : placesWhere(fields.length, i -> schema.field(i).nullable());
        nullBitsFrom = Arrays.stream(nullable).map(i -> from.nullBit(fields[i])).toArray();
        nullBitsTo = Arrays.stream(nullable).map(to::nullBit).toArray();
        final int[] variable = placesWhere(fields.length, i -> to.kind(i).isVariable());
        slotsFrom = Arrays.stream(variable).map(i -> from.offset(fields[i])).toArray();
        slotsTo = Arrays.stream(variable).map(to::offset).toArray();
        firstByte = nullable.length > 0
                ? 0
                : runs.stream().mapToInt(Run::from).min().orElse(0);
        lastByte = runs.stream().mapToInt(run -> run.from + run.bytes).max().orElse(1) - 1;
    }

    private static int[] fields(QueryPlan plan, RecordLayout from) {
        assert !plan.isGrouped() : plan;
        final int[] places = BoundConditions.places(plan, from);
        final int[] fields = new int[plan.rowFieldCount()];
        Arrays.setAll(fields, i -> places[plan.rowField(i)]);
        return fields;
    }

    private static int[] placesWhere(int count, IntPredicate holds) {
        return IntStream.range(0, count).filter(holds).toArray();
    }

    private List<Run> runs(int[] fields) {
        final List<Run> all = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            final Run next = new Run(
                    from.offset(fields[i]),
                    to.offset(i),
                    to.schema().field(i).type().widthBytes());
            final Run last = all.isEmpty() ? null : all.get(all.size() - 1);
            if (last != null && last.from + last.bytes == next.from && last.to + last.bytes == next.to) {
                all.set(all.size() - 1, new Run(last.from, last.to, last.bytes + next.bytes));
            } else {
                all.add(next);
            }
        }
        return List.copyOf(all);
    }

    /** Of rows that are written as they are; they are appended by {@link #append(RowBatch, int, int)}. */
    public static Projection ofWholeRows(RecordLayout rows) {
        return new Projection(
                rows, rows, IntStream.range(0, rows.schema().fieldCount()).toArray());
    }

    /** Of the rows written: the output, then the hidden fields of the order. */
    public RecordLayout outputLayout() {
        return to;
    }

    /** Begins a frame of at most {@code limit} bytes at {@code frameAddress}, which may be any. */
    public void begin(long frameAddress, int limit) {
        address = frameAddress;
        limitBytes = limit;
        rowCount = 0;
        textBytes = 0;
    }

    /**
     * Writes the row numbers {@code [first, last)} as far as they fit.
     *
     * @return how many were written; fewer than given: the frame is full
     */
    public int append(Slab slab, int[] rowNumbers, int first, int last) {
        assert slab.schema().equals(from.schema()) : slab.schema();
        final int room = (int) Math.min(last - first, ((long) limitBytes - usedBytes()) / rowBytes);
        int written = 0;
        while (written < room) {
            final int part = Math.min(room - written, TOUCHED_ROWS);
            locate(slab, rowNumbers, first + written, part);
            final int taken = appendPart(slab.heapBases(), part);
            written += taken;
            if (taken < part) {
                break;
            }
        }
        return written;
    }

    /**
     * Writes the batch's rows at the places {@code [first, last)} as far as they fit.
     *
     * @return how many were written
     */
    public int append(RowBatch rows, int first, int last) {
        final int room = (int) Math.min(last - first, ((long) limitBytes - usedBytes()) / rowBytes);
        int written = 0;
        while (written < room) {
            final int part = Math.min(room - written, TOUCHED_ROWS);
            for (int i = 0; i < part; i++) {
                sources[i] = rows.row(first + written + i);
            }
            final int taken = appendPart(rows.heapBases(), part);
            written += taken;
            if (taken < part) {
                break;
            }
        }
        return written;
    }

    /** Copies as many of the rows located as fit. */
    private int appendPart(long[] heapBases, int room) {
        final int count = slotsFrom.length == 0 ? room : countThatFit(room);
        final long target = address + (long) rowCount * rowBytes;
        for (int run = 0; run < runBytes.length; run++) {
            copy(runFrom[run], target + runTo[run], runBytes[run], count);
        }
        if (nullBitsTo.length > 0) {
            copyNullBits(target, count);
        }
        if (slotsFrom.length > 0) {
            for (int i = 0; i < count; i++) {
                copyTexts(sources[i], target + (long) i * rowBytes, heapBases);
            }
        }
        rowCount += count;
        return count;
    }

    /**
     * Brings what will be copied of the rows into cache, and notes where they stand. The reads do not wait for one another;
     * how many of them a processor has under way depends on how few instructions stand between them, so the address of a
     * row of a slab in one piece is computed here, and noted in a loop of its own.
     */
    private void locate(Slab slab, int[] rowNumbers, int first, int count) {
        if (slab.contiguousUntil(0) < slab.rowCount()) {
            if (count > 1) {
                touched += slab.touch(rowNumbers, first, first + count);
            }
            for (int i = 0; i < count; i++) {
                sources[i] = slab.address(rowNumbers[first + i]);
            }
            return;
        }
        final long base = slab.address(0);
        if (count > 1) {
            touched += touch(base, rowNumbers, first, first + count);
        }
        for (int i = 0; i < count; i++) {
            sources[i] = base + (long) rowNumbers[first + i] * tableRowBytes;
        }
    }

    private int touch(long base, int[] rowNumbers, int first, int last) {
        final long start = base + firstByte;
        final long end = base + lastByte;
        int sum = 0;
        for (int i = first; i < last; i++) {
            final long offset = (long) rowNumbers[i] * tableRowBytes;
            sum += Memory.getByte(start + offset) + Memory.getByte(end + offset);
        }
        return sum;
    }

    public int rowCount() {
        return rowCount;
    }

    /** Bytes that the frame takes so far. */
    public long usedBytes() {
        return (long) rowCount * rowBytes + textBytes;
    }

    /** Puts the text behind the rows; answers the bytes of the whole frame. */
    public int finish() {
        Memory.copy(texts, 0, address + (long) rowCount * rowBytes, textBytes);
        return (int) usedBytes();
    }

    /** What a frame needs to hold this one row. */
    public long bytesOf(Slab slab, int rowNumber) {
        return bytesOf(slab.address(rowNumber));
    }

    /** What a frame needs to hold the one row that stands here. */
    public long bytesOf(long row) {
        return rowBytes + textBytesOf(row);
    }

    private int countThatFit(int most) {
        long bytes = usedBytes();
        int count = 0;
        while (count < most) {
            bytes += rowBytes + textBytesOf(sources[count]);
            if (bytes > limitBytes) {
                break;
            }
            count++;
        }
        return count;
    }

    /** Of text that its slot does not hold; a null's slot is empty. */
    private long textBytesOf(long row) {
        long bytes = 0;
        for (final int slot : slotsFrom) {
            final int length = TextSlot.length(row + slot);
            bytes += length > TextSlot.INLINE_BYTES ? length : 0;
        }
        return bytes;
    }

    /**
     * Copies one run of bytes of each row. Each width has a loop of its own without one inside: a call for a few bytes, or
     * a loop over a few words, costs more than moving them.
     */
    private void copy(int offset, long target, int bytes, int count) {
        long to = target;
        if (bytes > 8 * FOUR_WORDS) {
            for (int i = 0; i < count; i++, to += rowBytes) {
                Memory.copy(sources[i] + offset, to, bytes);
            }
        } else if (bytes > 2 * FOUR_WORDS) {
            for (int i = 0; i < count; i++, to += rowBytes) {
                copyMany(sources[i] + offset, to, bytes);
            }
        } else if (bytes >= FOUR_WORDS) {
            for (int i = 0; i < count; i++, to += rowBytes) {
                copyFourWords(sources[i] + offset, to);
                copyFourWords(sources[i] + offset + bytes - FOUR_WORDS, to + bytes - FOUR_WORDS);
            }
        } else if (bytes == Long.BYTES) {
            for (int i = 0; i < count; i++, to += rowBytes) {
                Memory.putLong(to, Memory.getLong(sources[i] + offset));
            }
        } else if (bytes == Integer.BYTES) {
            for (int i = 0; i < count; i++, to += rowBytes) {
                Memory.putInt(to, Memory.getInt(sources[i] + offset));
            }
        } else {
            for (int i = 0; i < count; i++, to += rowBytes) {
                copyFew(sources[i] + offset, to, bytes);
            }
        }
    }

    /** Four words at a time; the last four may overlap those before. */
    private static void copyMany(long from, long to, int bytes) {
        final int last = bytes - FOUR_WORDS;
        for (int done = 0; done < last; done += FOUR_WORDS) {
            copyFourWords(from + done, to + done);
        }
        copyFourWords(from + last, to + last);
    }

    private static void copyFourWords(long from, long to) {
        final long first = Memory.getLong(from);
        final long second = Memory.getLong(from + 8);
        final long third = Memory.getLong(from + 16);
        final long fourth = Memory.getLong(from + 24);
        Memory.putLong(to, first);
        Memory.putLong(to + 8, second);
        Memory.putLong(to + 16, third);
        Memory.putLong(to + 24, fourth);
    }

    /** Less than four words; the last word or half word may overlap the one before. */
    private static void copyFew(long from, long to, int bytes) {
        if (bytes >= 2 * Long.BYTES) {
            Memory.putLong(to, Memory.getLong(from));
            Memory.putLong(to + 8, Memory.getLong(from + 8));
            Memory.putLong(to + bytes - 16, Memory.getLong(from + bytes - 16));
            Memory.putLong(to + bytes - 8, Memory.getLong(from + bytes - 8));
        } else if (bytes >= Long.BYTES) {
            Memory.putLong(to, Memory.getLong(from));
            Memory.putLong(to + bytes - 8, Memory.getLong(from + bytes - 8));
        } else if (bytes >= Integer.BYTES) {
            Memory.putInt(to, Memory.getInt(from));
            Memory.putInt(to + bytes - 4, Memory.getInt(from + bytes - 4));
        } else {
            for (int i = 0; i < bytes; i++) {
                Memory.putByte(to + i, Memory.getByte(from + i));
            }
        }
    }

    private void copyNullBits(long target, int count) {
        final int nullBytes = to.offset(0);
        for (int row = 0; row < count; row++) {
            final long at = target + (long) row * rowBytes;
            Memory.fill(at, nullBytes, (byte) 0);
            for (int i = 0; i < nullBitsTo.length; i++) {
                if (RecordLayout.isNullBitSet(sources[row], nullBitsFrom[i])) {
                    final long bits = at + (nullBitsTo[i] >>> 3);
                    Memory.putByte(bits, (byte) (Memory.getByte(bits) | 1 << (nullBitsTo[i] & 7)));
                }
            }
        }
    }

    private void copyTexts(long row, long target, long[] heapBases) {
        for (int i = 0; i < slotsFrom.length; i++) {
            final int length = TextSlot.length(row + slotsFrom[i]);
            if (length > TextSlot.INLINE_BYTES) {
                final long text = TextSlot.address(row + slotsFrom[i], heapBases);
                if (length > texts.length - textBytes) {
                    texts = Arrays.copyOf(texts, Math.max(textBytes + length, 2 * texts.length));
                }
                Memory.copy(text, texts, textBytes, length);
                TextSlot.writeLong(target + slotsTo[i], text, length, textBytes);
                textBytes += length;
            }
        }
    }
}
