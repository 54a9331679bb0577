package io.keyfarm.key;

import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.TextSlot;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * How many times faster than a plain binchop through the rows a key finds one, for each distribution. A main, not a
 * test; {@code HowFastIsASeek [rows] [distribution...]}.
 */
public final class HowFastIsASeek {
    private static final int PROBES = 1 << 17;
    private static final int ROUNDS = 5;

    private static final String[] ALL = {
        "uniform", "power-law", "zipf", "clustered", "small-clusters", "constant-lead", "long-prefix", "low-card"
    };

    private final Slab slab;
    private final KeySpec spec;
    private final boolean isText;
    private final long[] values = new long[PROBES];
    private final long[] codes = new long[PROBES];
    private final byte[][] texts = new byte[PROBES][];
    private final int offset;
    private long sum;

    private HowFastIsASeek(Slab slab, KeySpec spec, boolean isText) {
        this.slab = slab;
        this.spec = spec;
        this.isText = isText;
        offset = slab.layout().offset(slab.schema().indexOf("k"));
    }

    public static void main(String[] args) {
        final int rows = args.length > 0 ? Integer.parseInt(args[0]) : 4_000_000;
        final String[] names = args.length > 1 ? Arrays.copyOfRange(args, 1, args.length) : ALL;
        System.out.println("distribution     plain ns   cold    hot  batch cold  batch hot   hash   B/row cold  hot"
                + "   build Mrows/s");
        for (final String name : names) {
            try (Slab slab = rows(name, rows)) {
                final KeySpec spec = name.equals("constant-lead") ? KeySpec.of("c", "k") : KeySpec.of("k");
                final HowFastIsASeek question = new HowFastIsASeek(slab, spec, name.equals("long-prefix"));
                System.out.println(question.measure(name) + (question.sum() == 0 ? " nothing read" : ""));
            }
        }
    }

    static Slab rows(String distribution, int rowCount) {
        final boolean isText = distribution.equals("long-prefix");
        final TableSchema schema = TableSchema.parse(
                isText ? "t: id int32, k varchar, pad char(28)" : "t: c int32, k int64, pad char(36)");
        final Random random = new Random(42);
        final long[] centres = new Random(1)
                .longs(distribution.equals("clustered") ? 1000 : Math.max(1, rowCount / 32), 0, 1L << 61)
                .toArray();
        final double[] zipf = zipf();
        try (SlabBuilder rows = new SlabBuilder(schema, MemoryLedger.unlimited("bench"))) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow();
                if (isText) {
                    rows.putLong(0, i);
                    rows.putText(
                            1,
                            "http://www.shop%02d.example.com/catalogue/products/item-%09d"
                                    .formatted(random.nextInt(20), random.nextInt(1_000_000_000)));
                    rows.putText(2, "");
                } else {
                    rows.putLong(0, 7);
                    rows.putLong(1, value(distribution, random, centres, zipf, rowCount));
                    rows.putText(2, "");
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    private static double[] zipf() {
        final double[] cumulative = new double[1_000_000];
        double sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += 1.0 / (i + 1);
            cumulative[i] = sum;
        }
        return cumulative;
    }

    private static long value(String distribution, Random random, long[] centres, double[] zipf, int rowCount) {
        return switch (distribution) {
            case "uniform", "constant-lead" -> random.nextInt() & 0x7FFF_FFFF;
            case "power-law" -> (long) (Math.pow(random.nextDouble(), 8) * (1L << 60));
            case "zipf" -> {
                final int found = Arrays.binarySearch(zipf, random.nextDouble() * zipf[zipf.length - 1]);
                yield found < 0 ? -found - 1 : found;
            }
            case "clustered" -> centres[random.nextInt(centres.length)] + random.nextInt(1 << 20);
            case "small-clusters" -> centres[random.nextInt(centres.length)] + random.nextInt(1 << 10);
            case "low-card" -> random.nextInt(1000);
            default -> throw new IllegalArgumentException(distribution + " of " + rowCount);
        };
    }

    /** Keeps what was read alive. */
    private long sum() {
        return sum;
    }

    private String measure(String name) {
        final MemoryLedger ledger = MemoryLedger.unlimited("keys");
        double buildNs = Double.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            final long start = cpuNs();
            new KeyBuilder(ledger).build(slab, spec, KeyTier.COLD).close();
            buildNs = Math.min(buildNs, (double) (cpuNs() - start));
        }
        final KeyBuilder builder = new KeyBuilder(ledger);
        final boolean isHashed = !isText;
        try (SortedKey cold = builder.build(slab, spec, KeyTier.COLD);
                SortedKey hot = builder.build(slab, spec, KeyTier.HOT);
                SortedKey hashed = builder.build(
                        slab, spec, KeyTier.COLD, isHashed ? cold.coder().fieldCount() : 0)) {
            chooseProbes(cold);
            double plain = Double.MAX_VALUE;
            double coldNs = Double.MAX_VALUE;
            double hotNs = Double.MAX_VALUE;
            double batchCold = Double.MAX_VALUE;
            double batchHot = Double.MAX_VALUE;
            double hash = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                plain = Math.min(plain, time(() -> plain(cold)));
                coldNs = Math.min(coldNs, time(() -> single(cold)));
                hotNs = Math.min(hotNs, time(() -> single(hot)));
                batchCold = Math.min(batchCold, isText ? 1e9 : time(() -> batch(cold)));
                batchHot = Math.min(batchHot, isText ? 1e9 : time(() -> batch(hot)));
                hash = Math.min(hash, isHashed ? time(() -> hashed(hashed)) : 1e9);
            }
            final double rows = slab.rowCount();
            return "%-15s %9.0f %6.1f %6.1f %11.1f %10.1f %6.1f %12.2f %5.2f %10.1f"
                            .formatted(
                                    name,
                                    plain,
                                    plain / coldNs,
                                    plain / hotNs,
                                    plain / batchCold,
                                    plain / batchHot,
                                    plain / hash,
                                    cold.bytes() / rows,
                                    hot.bytes() / rows,
                                    rows * 1e3 / buildNs)
                    + String.format(
                            Locale.ROOT, "   ns %.0f %.0f %.0f %.0f %.0f", coldNs, hotNs, batchCold, batchHot, hash);
        }
    }

    private void chooseProbes(SortedKey key) {
        final Random random = new Random(3);
        for (int i = 0; i < PROBES; i++) {
            final long row = slab.address(random.nextInt(slab.rowCount()));
            values[i] = isText ? 0 : Memory.getLong(row + offset);
            codes[i] = key.coder().code(row);
            if (isText) {
                final byte[] text = new byte[TextSlot.length(row + offset)];
                Memory.copy(TextSlot.address(row + offset, slab.heapBases()), text, 0, text.length);
                texts[i] = text;
            }
        }
    }

    /** The thread's own time, so that neighbours on the machine count less. */
    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private double time(Runnable run) {
        final long start = cpuNs();
        run.run();
        return (cpuNs() - start) / (double) PROBES;
    }

    private void take(int rowNumber, int probe) {
        final long row = slab.address(rowNumber);
        sum += Memory.getInt(row);
        if (!isText && Memory.getLong(row + offset) != values[probe]) {
            throw new AssertionError("probe " + probe);
        }
    }

    /** Binchop through the rows, as it is done without codes. */
    private void plain(SortedKey key) {
        for (int i = 0; i < PROBES; i++) {
            int low = 0;
            int high = key.rowCount();
            if (isText) {
                final byte[] text = texts[i];
                while (low < high) {
                    final int mid = (low + high) >>> 1;
                    final long slot = slab.address(key.rowNumber(mid)) + offset;
                    if (Memory.compare(
                                    TextSlot.address(slot, slab.heapBases()),
                                    TextSlot.length(slot),
                                    text,
                                    0,
                                    text.length)
                            < 0) {
                        low = mid + 1;
                    } else {
                        high = mid;
                    }
                }
            } else {
                final long value = values[i];
                while (low < high) {
                    final int mid = (low + high) >>> 1;
                    if (Memory.getLong(slab.address(key.rowNumber(mid)) + offset) < value) {
                        low = mid + 1;
                    } else {
                        high = mid;
                    }
                }
            }
            take(key.rowNumber(low), i);
        }
    }

    private void single(SortedKey key) {
        if (isText) {
            final Sought sought = new Sought(key.coder());
            for (int i = 0; i < PROBES; i++) {
                sought.begin();
                sought.putText(key.coder().field(0), texts[i], 0, texts[i].length);
                take(key.rowNumber(key.seek(sought, 0)), i);
            }
            return;
        }
        for (int i = 0; i < PROBES; i++) {
            take(key.rowNumber(key.seek(codes[i], 0)), i);
        }
    }

    private void batch(SortedKey key) {
        final BatchSeek seek = new BatchSeek(key);
        final long[] sought = new long[BatchSeek.SIZE];
        final int[] indexes = new int[BatchSeek.SIZE];
        for (int i = 0; i < PROBES; i += BatchSeek.SIZE) {
            System.arraycopy(codes, i, sought, 0, BatchSeek.SIZE);
            seek.seek(sought, BatchSeek.SIZE, indexes);
            for (int j = 0; j < BatchSeek.SIZE; j++) {
                take(key.rowNumber(indexes[j]), i + j);
            }
        }
    }

    private void hashed(SortedKey key) {
        for (int i = 0; i < PROBES; i++) {
            final int found = key.find(codes[i]);
            take(HashDirectory.isRow(found) ? HashDirectory.rowOf(found) : key.rowNumber(found), i);
        }
    }
}
