package io.keyfarm;

import io.keyfarm.load.KeyEntry;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.util.List;

/** Where tables are kept beyond the process. When a method throws, what was kept before is. */
interface Store {
    /** A new generation of the table; when this returns it survives whatever happens to the process. */
    void write(List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) throws IOException;

    /**
     * As {@link #write}, of a generation that begins with the first {@code keptCount} segments of the one before, whose files
     * it shares.
     */
    void append(int keptCount, List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) throws IOException;

    /** Whether the table is kept as so many segments of so many parts each, so that rows can be appended to them. */
    boolean isKeptAs(String table, int segmentCount, int partCount);

    /** Which keys the table has from now on. */
    void keys(String table, List<KeyEntry> keys) throws IOException;

    /** Answers whether there was one. */
    boolean drop(String table) throws IOException;

    void close() throws IOException;

    /** Nowhere: tables end with the process. */
    Store NONE = new Store() {
        @Override
        public void write(List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) {}

        @Override
        public void append(int keptCount, List<Slab> parts, List<KeyEntry> keys, LoadProgress progress) {}

        @Override
        public boolean isKeptAs(String table, int segmentCount, int partCount) {
            return true;
        }

        @Override
        public void keys(String table, List<KeyEntry> keys) {}

        @Override
        public boolean drop(String table) {
            return false;
        }

        @Override
        public void close() {}
    };
}
