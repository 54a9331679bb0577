package io.keyfarm;

import io.keyfarm.farmer.RoutedKey;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Routing;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.TextSlot;
import java.util.ArrayList;
import java.util.List;

/** One segment of a routed key's entries, dealt to the slaves by the hash of their first field. Closing frees what was not built. */
final class RoutedEntries implements AutoCloseable {
    private final TableSchema rows;
    private final TableSchema schema;
    private final List<SlabBuilder> parts = new ArrayList<>();
    /** By field of the entries, without the last: its place among the rows' fields. */
    private final int[] places;

    /** @param before by slave, then by segment: what the new segment is to stand behind */
    RoutedEntries(TableSchema rows, TableSchema schema, List<List<Slab>> before, MemoryLedger ledger) {
        this.rows = rows;
        this.schema = schema;
        places = schema.fields().subList(0, schema.fieldCount() - 1).stream()
                .mapToInt(field -> rows.indexOf(field.name()))
                .toArray();
        for (final List<Slab> slabs : before) {
            if (slabs.isEmpty()) {
                parts.add(new SlabBuilder(schema, ledger));
            } else {
                final Slab last = slabs.get(slabs.size() - 1);
                parts.add(SlabBuilder.behind(schema, ledger, last.rowShift(), last.endHeapChunk()));
            }
        }
    }

    /** Adds an entry for each row of a slave's segment, except those whose first field is null. */
    void addAll(int slave, Slab segment, int firstRow) {
        final RecordLayout layout = segment.layout();
        final Field first = rows.field(places[0]);
        for (int i = 0; i < segment.rowCount(); i++) {
            final long row = segment.address(i);
            if (layout.isNull(row, places[0])) {
                continue;
            }
            final long hash = Routing.hashOf(first.type(), row + layout.offset(places[0]), segment.heapBases());
            final RowSink sink = parts.get(Routing.channel(hash, parts.size())).beginRow();
            for (int field = 0; field < places.length; field++) {
                copy(row, layout, places[field], segment.heapBases(), sink, field);
            }
            sink.putLong(places.length, RoutedKey.fpos(slave, firstRow + i)).endRow();
        }
    }

    private void copy(long row, RecordLayout layout, int from, long[] heapBases, RowSink sink, int to) {
        if (layout.isNull(row, from)) {
            sink.putNull(to);
            return;
        }
        final long address = row + layout.offset(from);
        switch (layout.kind(from)) {
            case CHAR -> sink.putText(to, bytes(address, rows.field(from).type().length()));
            case VARCHAR, BYTES ->
                sink.putText(to, bytes(TextSlot.address(address, heapBases), TextSlot.length(address)));
            case FLOAT32 -> sink.putDouble(to, Sortable.toFloat(Sortable.read(layout.kind(from), address)));
            case FLOAT64 -> sink.putDouble(to, Sortable.toDouble(Sortable.read(layout.kind(from), address)));
            default -> sink.putLong(to, Sortable.read(layout.kind(from), address));
        }
    }

    private static byte[] bytes(long address, int length) {
        final byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return bytes;
    }

    /** The slaves' slabs, in their order; they are the caller's from now on. */
    List<Slab> build() {
        assert parts.stream().allMatch(part -> part.schema().equals(schema));
        return parts.stream().map(SlabBuilder::build).toList();
    }

    @Override
    public void close() {
        parts.forEach(SlabBuilder::close);
    }
}
