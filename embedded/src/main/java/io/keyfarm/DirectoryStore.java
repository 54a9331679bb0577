package io.keyfarm;

import io.keyfarm.load.DataDirectory;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.util.List;

/** Tables are kept in a data directory. */
final class DirectoryStore implements Store {
    private final DataDirectory data;

    /** Owns it. */
    DirectoryStore(DataDirectory data) {
        this.data = data;
    }

    @Override
    public void write(List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) throws IOException {
        data.write(parts, keys, progress);
    }

    @Override
    public void append(int keptCount, List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) throws IOException {
        data.append(keptCount, parts, keys, progress);
    }

    @Override
    public boolean isKeptAs(String table, int segmentCount, int partCount) {
        return data.tables().stream()
                .anyMatch(stored -> stored.name().equals(table)
                        && stored.segmentCount() == segmentCount
                        && stored.partCount() == partCount);
    }

    @Override
    public void keys(String table, List<KeyEntry> keys) throws IOException {
        data.keys(table, keys);
    }

    @Override
    public boolean drop(String table) throws IOException {
        return data.drop(table);
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
