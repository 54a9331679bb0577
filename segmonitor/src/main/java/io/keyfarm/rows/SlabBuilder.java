package io.keyfarm.rows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes rows one after another and answers the {@link Slab} that holds them.
 *
 * <pre>{@code
 * try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
 *     rows.beginRow().putLong(0, 7).putText(1, "FL").endRow();
 *     return rows.build();
 * }
 * }</pre>
 *
 * A value is checked against its field's type as it comes; whatever is refused leaves the rows before it as they were,
 * and {@code beginRow} again starts the row anew. Closing without {@code build} frees all of it. Not thread-safe.
 */
public final class SlabBuilder implements RowSink, AutoCloseable {
    private static final long CHUNK_BYTES = 1L << TextSlot.HEAP_CHUNK_SHIFT;
    private static final long[] NO_HEAP = {};
    private static final int NO_SHIFT = -1;

    private final RecordLayout layout;
    private final FieldType[] types;
    private final int rowShift;
    private final ChunkedMemory rows;
    private final ChunkedMemory heap;
    private final int firstHeapChunk;
    private final ColumnStatistics.Builder[] statistics;
    /** The row being filled: its texts stay on heap until the row is whole, so that a refused row leaves nothing. */
    private final long row;

    private final boolean[] given;
    private final byte[][] texts;
    private int rowCount;
    private boolean sealed;
    private boolean closed;

    public SlabBuilder(TableSchema schema, MemoryLedger ledger) {
        this(schema, ledger, CHUNK_BYTES);
    }

    /** With smaller chunks, so that a test crosses their borders. */
    public SlabBuilder(TableSchema schema, MemoryLedger ledger, long chunkBytes) {
        this(schema, ledger, chunkBytes, NO_SHIFT, 0);
    }

    /**
     * For rows that will stand behind those of other slabs in {@link JoinedSlabs}.
     *
     * @param rowShift that of the others
     * @param firstHeapChunk the {@link Slab#endHeapChunk} of the last of the others
     */
    public static SlabBuilder behind(TableSchema schema, MemoryLedger ledger, int rowShift, int firstHeapChunk) {
        return new SlabBuilder(schema, ledger, CHUNK_BYTES, rowShift, firstHeapChunk);
    }

    private SlabBuilder(
            TableSchema schema, MemoryLedger ledger, long chunkBytes, int givenRowShift, int firstHeapChunk) {
        this.firstHeapChunk = firstHeapChunk;
        layout = new RecordLayout(schema);
        final int fieldCount = schema.fieldCount();
        types = schema.fields().stream().map(Field::type).toArray(FieldType[]::new);
        given = new boolean[fieldCount];
        texts = new byte[fieldCount][];
        statistics = new ColumnStatistics.Builder[fieldCount];
        Arrays.setAll(statistics, i -> new ColumnStatistics.Builder());

        rowShift = givenRowShift == NO_SHIFT
                ? Math.min(30, 63 - Long.numberOfLeadingZeros(Math.max(1, chunkBytes / layout.rowBytes())))
                : givenRowShift;
        rows = new ChunkedMemory(ledger, "rows of " + schema.name(), (long) layout.rowBytes() << rowShift);
        heap = new ChunkedMemory(
                ledger,
                "text of " + schema.name(),
                Math.max(Math.min(chunkBytes, CHUNK_BYTES), FieldType.MAX_TEXT_BYTES));
        row = Memory.allocate(layout.rowBytes());
    }

    @Override
    public TableSchema schema() {
        return layout.schema();
    }

    public int rowCount() {
        return rowCount;
    }

    @Override
    public SlabBuilder beginRow() {
        Memory.fill(row, layout.rowBytes(), (byte) 0);
        Arrays.fill(given, false);
        return this;
    }

    @Override
    public SlabBuilder putNull(int field) {
        final Field it = schema().field(field);
        if (!it.nullable()) {
            throw new BadValueException(it.name() + " is never null");
        }
        layout.setNull(row, field);
        given[field] = true;
        return this;
    }

    @Override
    public SlabBuilder putLong(int field, long value) {
        final FieldType type = types[field];
        if (type.isText() || type.kind().isFloating()) {
            throw new BadValueException(schema().field(field).name() + " is " + type + ", not a whole number");
        }
        if (value < type.minSortable() || value > type.maxSortable()) {
            throw new BadValueException("%s is %s and holds %d to %d, but not %d"
                    .formatted(schema().field(field).name(), type, type.minSortable(), type.maxSortable(), value));
        }
        return putSortable(field, value);
    }

    public SlabBuilder putBool(int field, boolean value) {
        return putLong(field, value ? 1 : 0);
    }

    @Override
    public SlabBuilder putDouble(int field, double value) {
        return switch (types[field].kind()) {
            case FLOAT64 -> putSortable(field, Sortable.of(value));
            case FLOAT32 -> putSortable(field, Sortable.of((float) value));
            default ->
                throw new BadValueException(
                        schema().field(field).name() + " is " + types[field] + ", not floating point");
        };
    }

    public SlabBuilder putText(int field, String text) {
        return putText(field, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public SlabBuilder putText(int field, byte[] text) {
        final FieldType type = types[field];
        switch (type.kind()) {
            case CHAR -> putPadded(field, text);
            case VARCHAR, BYTES -> {
                if (text.length > FieldType.MAX_TEXT_BYTES) {
                    throw new BadValueException("%s holds at most %d bytes, but this text has %d"
                            .formatted(schema().field(field).name(), FieldType.MAX_TEXT_BYTES, text.length));
                }
                texts[field] = text;
            }
            default -> throw new BadValueException(schema().field(field).name() + " is " + type + ", not text");
        }
        given[field] = true;
        return this;
    }

    /** Makes the row the next row of the slab. */
    @Override
    public SlabBuilder endRow() {
        for (int field = 0; field < given.length; field++) {
            if (!given[field]) {
                throw new BadValueException(schema().field(field).name() + " was given no value, not even null");
            }
        }
        requireRoom(1);
        for (int field = 0; field < given.length; field++) {
            endField(field);
        }
        Memory.copy(row, rows.append(layout.rowBytes()), layout.rowBytes());
        rowCount++;
        return this;
    }

    /** Takes all rows of a slab of the same schema over, as they are. */
    public SlabBuilder addAll(Slab from) {
        assert from.schema().equals(schema()) : from.schema();
        requireRoom(from.rowCount());
        for (int i = 0; i < from.rowCount(); i++) {
            final long copy = rows.append(layout.rowBytes());
            Memory.copy(from.address(i), copy, layout.rowBytes());
            for (int field = 0; field < types.length; field++) {
                endCopied(field, copy, from.heapBases());
            }
            rowCount++;
        }
        return this;
    }

    private void endCopied(int field, long copy, long[] heapBases) {
        final ColumnStatistics.Builder column = statistics[field];
        if (layout.isNull(copy, field)) {
            column.onNull();
            return;
        }
        final long address = copy + layout.offset(field);
        switch (types[field].kind()) {
            case CHAR -> column.onText(address, types[field].length());
            case VARCHAR, BYTES -> {
                final int length = TextSlot.length(address);
                final long text = TextSlot.address(address, heapBases);
                column.onText(text, length);
                if (length > TextSlot.INLINE_BYTES) {
                    final long stored = heap.append(length);
                    Memory.copy(text, stored, length);
                    TextSlot.writeLong(address, stored, length, lastPosition(length));
                }
            }
            default -> column.onSortable(Sortable.read(types[field].kind(), address));
        }
    }

    private void requireRoom(int more) {
        if (more > Slab.MAX_ROWS - rowCount) {
            throw new BadValueException(schema().name() + " is full: a part has at most " + Slab.MAX_ROWS + " rows");
        }
    }

    /** The slab of all rows that ended; the builder takes no more. */
    public Slab build() {
        if (sealed) {
            throw new IllegalStateException("these rows were built already");
        }
        final List<ColumnStatistics> columns = new ArrayList<>();
        for (final ColumnStatistics.Builder column : statistics) {
            columns.add(column.build());
        }
        rows.seal();
        heap.seal();
        sealed = true;
        return new Slab(layout, rowCount, rowShift, rows, heap, firstHeapChunk, columns);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Memory.free(row);
        if (!sealed) {
            rows.free();
            heap.free();
        }
    }

    private SlabBuilder putSortable(int field, long value) {
        Sortable.write(types[field].kind(), row + layout.offset(field), value);
        given[field] = true;
        return this;
    }

    private void putPadded(int field, byte[] text) {
        int length = text.length;
        while (length > 0 && text[length - 1] == ' ') {
            length--;
        }
        final int width = types[field].length();
        if (length > width) {
            throw new BadValueException("%s holds %d bytes, but '%s' needs %d"
                    .formatted(
                            schema().field(field).name(),
                            width,
                            new String(text, 0, length, StandardCharsets.UTF_8),
                            length));
        }
        final long address = row + layout.offset(field);
        Memory.copy(text, 0, address, length);
        Memory.fill(address + length, width - length, (byte) ' ');
    }

    private void endField(int field) {
        final ColumnStatistics.Builder column = statistics[field];
        if (layout.isNull(row, field)) {
            column.onNull();
            return;
        }
        final long address = row + layout.offset(field);
        switch (types[field].kind()) {
            case CHAR -> column.onText(address, types[field].length());
            case VARCHAR, BYTES -> {
                final byte[] text = texts[field];
                final long stored = storeText(address, text);
                column.onText(stored, text.length);
            }
            default -> column.onSortable(Sortable.read(types[field].kind(), address));
        }
    }

    /** Puts the text into the slot, and into the heap where the slot is too short; answers where it stands. */
    private long storeText(long slot, byte[] text) {
        if (text.length <= TextSlot.INLINE_BYTES) {
            TextSlot.writeInline(slot, text);
            return TextSlot.address(slot, NO_HEAP);
        }
        final long address = heap.append(text.length);
        Memory.copy(text, 0, address, text.length);
        TextSlot.writeLong(slot, address, text.length, lastPosition(text.length));
        return address;
    }

    /** Of the text that was put into the heap last. */
    private long lastPosition(int length) {
        return ((long) (firstHeapChunk + heap.lastChunk()) << TextSlot.HEAP_CHUNK_SHIFT)
                + heap.lastUsedBytes()
                - length;
    }
}
