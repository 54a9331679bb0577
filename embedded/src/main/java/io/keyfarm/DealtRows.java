package io.keyfarm;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Deals rows out to parts in turn, so that every part is like every other. Closing frees what was not built. */
final class DealtRows implements RowSink, AutoCloseable {
    private final List<SlabBuilder> parts;
    private int next;

    DealtRows(TableSchema schema, int partCount, MemoryLedger ledger) {
        this(
                Stream.generate(() -> new SlabBuilder(schema, ledger))
                        .limit(partCount)
                        .toList(),
                0);
    }

    /** Owns the builders; {@code first} is the place of the one that gets the first row. */
    DealtRows(List<SlabBuilder> parts, int first) {
        this.parts = parts;
        next = first;
    }

    @Override
    public TableSchema schema() {
        return parts.get(0).schema();
    }

    @Override
    public RowSink beginRow() {
        parts.get(next).beginRow();
        return this;
    }

    @Override
    public RowSink putNull(int field) {
        parts.get(next).putNull(field);
        return this;
    }

    @Override
    public RowSink putLong(int field, long value) {
        parts.get(next).putLong(field, value);
        return this;
    }

    @Override
    public RowSink putDouble(int field, double value) {
        parts.get(next).putDouble(field, value);
        return this;
    }

    @Override
    public RowSink putText(int field, byte[] text) {
        parts.get(next).putText(field, text);
        return this;
    }

    @Override
    public RowSink endRow() {
        parts.get(next).endRow();
        next = next + 1 == parts.size() ? 0 : next + 1;
        return this;
    }

    /** The parts' slabs, in channel order; they are the caller's from now on. */
    List<Slab> build() {
        final List<Slab> slabs = new ArrayList<>();
        for (final SlabBuilder part : parts) {
            slabs.add(part.build());
        }
        return slabs;
    }

    @Override
    public void close() {
        parts.forEach(SlabBuilder::close);
    }
}
