package io.keyfarm.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import net.openhft.chronicle.hash.impl.util.BuildVersion;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/** The file of a cache, open as a map of blocks. No other process has it open: its directory is locked. */
final class CacheFile implements AutoCloseable {
    static final String NAME = "cache.map";
    static final int MAX_BLOCKS = 2_048;
    /** How long names are expected to be. The map can double once, so longer ones have room as well. */
    private static final int NAME_BYTES = 48;

    static {
        // Before Chronicle's first class is there. What would report is not even on the class path; this says so once
        // more.
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
    }

    private final ChronicleMap<String, byte[]> map;
    private final CacheSeal seal;
    private final CacheBlocks blocks;

    private CacheFile(ChronicleMap<String, byte[]> map, CacheSeal seal) {
        this.map = map;
        this.seal = seal;
        blocks = new CacheBlocks(map, MAX_BLOCKS);
    }

    /** What is in the file, if it is as it was left; otherwise an empty one. Takes a second or more the first time in a process. */
    static CacheFile open(Path file, Consumer<String> notices) throws IOException {
        final CacheSeal seal = new CacheSeal(file, BuildVersion.version());
        if (Files.exists(file)) {
            try {
                seal.require();
            } catch (IOException e) {
                notices.accept(file + " is begun anew: " + e.getMessage());
                Files.delete(file);
            }
        }
        return new CacheFile(builder().createPersistedTo(file.toFile()), seal);
    }

    /** Whoever changes it changes the version that seals have. */
    private static ChronicleMapBuilder<String, byte[]> builder() {
        return ChronicleMapBuilder.of(String.class, byte[].class)
                .name("keyfarm-cache")
                .averageKeySize(NAME_BYTES)
                .constantValueSizeBySample(new byte[CacheBlocks.BLOCK_BYTES])
                .entries(MAX_BLOCKS)
                .actualSegments(1)
                .skipCloseOnExitHook(true);
    }

    CacheBlocks blocks() {
        return blocks;
    }

    /** What is in it now can be opened again. */
    void seal() throws IOException {
        seal.write();
    }

    @Override
    public void close() {
        map.close();
    }
}
