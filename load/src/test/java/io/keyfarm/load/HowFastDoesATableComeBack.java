package io.keyfarm.load;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * How much time of a processor a table takes to be loaded, written, and mapped again, beside the time that its file's checksums take alone. A
 * main, not a test; {@code HowFastDoesATableComeBack DIRECTORY [scale of TPC-H] [table]}.
 */
public final class HowFastDoesATableComeBack {
    private static final int ROUNDS = 6;

    private HowFastDoesATableComeBack() {}

    public static void main(String[] args) throws IOException {
        final double scale = args.length > 1 ? Double.parseDouble(args[1]) : 0.2;
        final String table = args.length > 2 ? args[2] : "lineitem";
        final MemoryLedger ledger = MemoryLedger.unlimited("benchmark");
        final RowSource source = Tpch.table(table, scale);
        try (SlabBuilder rows = new SlabBuilder(source.schema(), ledger);
                DataDirectory data = DataDirectory.open(Path.of(args[0]), ledger, HowFastDoesATableComeBack::say)) {
            final long beginNs = now();
            source.load(rows, LoadProgress.NONE);
            final Slab slab = rows.build();
            System.out.printf(
                    Locale.ROOT,
                    "%,d rows, %,d bytes, loaded in %s%n",
                    slab.rowCount(),
                    slab.bytes(),
                    seconds(beginNs));
            for (int round = 0; round < ROUNDS; round++) {
                final long writeNs = now();
                data.write(List.of(slab), SomeRows.NO_KEYS, LoadProgress.NONE);
                final String written = seconds(writeNs);
                final long mapNs = now();
                data.map(table, LoadProgress.NONE).close();
                final String mapped = seconds(mapNs);
                final long checkNs = now();
                final long bytes = check(Path.of(args[0]));
                System.out.printf(
                        Locale.ROOT,
                        "written in %s, mapped in %s; checksums of %,d bytes alone in %s%n",
                        written,
                        mapped,
                        bytes,
                        seconds(checkNs));
            }
            slab.close();
        }
    }

    private static void say(String notice) {
        System.out.println(notice);
    }

    /** Of the newest part. */
    private static long check(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            final Path newest = files.filter(file -> file.toString().endsWith(PartFile.SUFFIX))
                    .max((a, b) ->
                            Long.compare(a.toFile().lastModified(), b.toFile().lastModified()))
                    .orElseThrow();
            final ByteBuffer block = ByteBuffer.allocateDirect(DataDirectory.BLOCK_BYTES);
            final CRC32C crc = new CRC32C();
            try (FileChannel channel = FileChannel.open(newest)) {
                while (channel.read(block.clear()) > 0) {
                    crc.update(block.flip());
                }
                return channel.size();
            }
        }
    }

    /** Of this thread: a machine that is busy with other things shows the same. */
    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String seconds(long beginNs) {
        return String.format(Locale.ROOT, "%.2f s", (now() - beginNs) / 1e9);
    }
}
