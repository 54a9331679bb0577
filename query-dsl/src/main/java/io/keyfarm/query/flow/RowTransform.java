package io.keyfarm.query.flow;

import io.keyfarm.query.eval.compute.Evaluator;
import io.keyfarm.query.eval.compute.Vector;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TextSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of another layout, computed a batch at a time of a batch of rows, or of a left and a right one row beside row.
 *
 * <pre>
 *   rows         | row 0 | row 1 | …              one page, reused from batch to batch
 *   heapBases    [ those of left | those of right | chunks of text that was made ]
 * </pre>
 *
 * Text that is merely copied keeps standing where it stood: its slot is copied, and reaches it by the heap bases of the row
 * it came of. So the rows stand as long as those do that they were made of, and until the next batch.
 */
public final class RowTransform implements AutoCloseable {
    private static final int HEAP_CHUNK_SHIFT = 30;
    private static final int FIRST_BYTES = 1 << 14;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int KEPT_CHUNKS = 4;
    private static final long[] NO_HEAP = {};

    private final Evaluator evaluator;
    private final RecordLayout layout;
    private final FlowMemory memory;
    /** Of fields that are copied as they are: their place in the input; otherwise {@link Node#NONE}. */
    private final int[] copied;

    private final boolean[] isOfRight;
    private final @Nullable RecordLayout right;
    private final RecordLayout left;
    private final int[] places = new int[RowBatch.SIZE];
    private @Nullable MemoryBlock page;
    private final List<MemoryBlock> chunks = new ArrayList<>();
    private int chunk;
    private int ownBase;
    private long nextText;
    private long textEnd;
    private long[] heapBases = NO_HEAP;

    /** @param right null if there are no right rows */
    public RowTransform(
            ExpressionList columns, RecordLayout left, @Nullable RecordLayout right, String name, FlowMemory memory) {
        this.memory = memory;
        this.left = left;
        this.right = right;
        evaluator = new Evaluator(columns, left, right, memory);
        layout = new RecordLayout(columns.schema(name));
        copied = new int[columns.size()];
        isOfRight = new boolean[columns.size()];
        Arrays.fill(copied, Node.NONE);
        for (int i = 0; i < copied.length; i++) {
            final Node root = columns.nodes().get(columns.root(i));
            if (root.op() == Op.FIELD && layout.kind(i).isVariable()) {
                final InputField field = columns.fields().get(root.field());
                isOfRight[i] = field.input() == InputField.RIGHT;
                copied[i] = (isOfRight[i] && right != null ? right : left)
                        .schema()
                        .indexOf(field.field().name());
            }
        }
    }

    public void bind(ParameterBlock parameters) {
        evaluator.bind(parameters);
    }

    /** Of the rows that are made. */
    public RecordLayout layout() {
        return layout;
    }

    /** Fills the batch with a row for each of the left ones; a right one may be absent, as {@link Evaluator#begin} says. */
    public void run(RowBatch leftRows, @Nullable RowBatch rightRows, RowBatch into) {
        final int count = leftRows.count();
        final long first = beginPage(leftRows, rightRows);
        for (int i = 0; i < count; i++) {
            places[i] = i;
            Memory.fill(first + (long) i * layout.rowBytes(), layout.rowBytes(), (byte) 0);
        }
        evaluator.begin(leftRows, rightRows);
        for (int column = 0; column < copied.length; column++) {
            if (copied[column] == Node.NONE) {
                write(column, evaluator.compute(column, places, count), first, count);
            } else {
                copy(column, isOfRight[column] ? rightRows : leftRows, first, count);
            }
        }
        into.begin(heapBases);
        into.addRun(first, count);
    }

    private long beginPage(RowBatch leftRows, @Nullable RowBatch rightRows) {
        if (page == null) {
            page = memory.allocate("the rows to transform", (long) RowBatch.SIZE * layout.rowBytes());
        }
        while (chunks.size() > KEPT_CHUNKS) {
            memory.free(chunks.remove(chunks.size() - 1));
        }
        final long[] leftBases = leftRows.heapBases();
        final long[] rightBases = rightRows == null ? NO_HEAP : rightRows.heapBases();
        ownBase = leftBases.length + rightBases.length;
        if (!areBases(leftBases, rightBases)) {
            // A new array, for the one that was handed out before may still be read.
            heapBases = new long[ownBase + chunks.size()];
            System.arraycopy(leftBases, 0, heapBases, 0, leftBases.length);
            System.arraycopy(rightBases, 0, heapBases, leftBases.length, rightBases.length);
            for (int i = 0; i < chunks.size(); i++) {
                heapBases[ownBase + i] = chunks.get(i).address();
            }
        }
        chunk = -1;
        nextText = 0;
        textEnd = 0;
        return page.address();
    }

    /** Whether text is reached as in the batch before. */
    private boolean areBases(long[] leftBases, long[] rightBases) {
        return heapBases.length == ownBase + chunks.size()
                && Arrays.equals(heapBases, 0, leftBases.length, leftBases, 0, leftBases.length)
                && Arrays.equals(heapBases, leftBases.length, ownBase, rightBases, 0, rightBases.length);
    }

    private void copy(int column, @Nullable RowBatch rows, long first, int count) {
        final RecordLayout from = isOfRight[column] && right != null ? right : left;
        final int slotFrom = from.offset(copied[column]);
        final int nullBit = from.nullBit(copied[column]);
        final long shift = isOfRight[column] ? ownBase - (rows == null ? 0 : rows.heapBases().length) : 0;
        for (int i = 0; i < count; i++) {
            final long row = first + (long) i * layout.rowBytes();
            final long source = rows == null ? 0 : rows.row(i);
            if (source == 0 || RecordLayout.isNullBitSet(source, nullBit)) {
                layout.setNull(row, column);
                continue;
            }
            final long to = row + layout.offset(column);
            Memory.copy(source + slotFrom, to, TextSlot.BYTES);
            if (shift != 0 && TextSlot.length(to) > TextSlot.INLINE_BYTES) {
                Memory.putLong(to + Long.BYTES, Memory.getLong(to + Long.BYTES) + (shift << HEAP_CHUNK_SHIFT));
            }
        }
    }

    private void write(int column, Vector values, long first, int count) {
        for (int i = 0; i < count; i++) {
            final long row = first + (long) i * layout.rowBytes();
            if (values.isNull(i)) {
                layout.setNull(row, column);
            } else {
                write(column, values, i, row + layout.offset(column));
            }
        }
    }

    private void write(int column, Vector values, int place, long to) {
        if (layout.kind(column).isVariable()) {
            writeText(values.value(place), values.length(place), to);
        } else {
            ComputedValue.write(layout.schema().field(column).type(), values, place, to);
        }
    }

    private void writeText(long text, int length, long slot) {
        if (length <= TextSlot.INLINE_BYTES) {
            TextSlot.writeInline(slot, text, length);
            return;
        }
        while (length > textEnd - nextText) {
            nextChunk(length);
        }
        Memory.copy(text, nextText, length);
        final long base = ownBase + (long) chunk;
        TextSlot.writeLong(slot, nextText, length, (base << HEAP_CHUNK_SHIFT) + nextText - heapBases[ownBase + chunk]);
        nextText += length;
    }

    private void nextChunk(int length) {
        chunk++;
        if (chunk == chunks.size()) {
            final long bytes = Math.max(length, Math.min(CHUNK_BYTES, (long) FIRST_BYTES << Math.min(chunk, 20)));
            chunks.add(memory.allocate("the text of the rows to transform", bytes));
            heapBases = Arrays.copyOf(heapBases, heapBases.length + 1);
            heapBases[heapBases.length - 1] = chunks.get(chunk).address();
        }
        nextText = chunks.get(chunk).address();
        textEnd = nextText + chunks.get(chunk).bytes();
    }

    /** Gives back the rows' memory; a next batch takes it anew. */
    @Override
    public void close() {
        if (page != null) {
            memory.free(page);
            page = null;
        }
        chunks.forEach(memory::free);
        chunks.clear();
        evaluator.close();
        heapBases = NO_HEAP;
    }
}
