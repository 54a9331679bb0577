package io.keyfarm.bench;

import io.keyfarm.key.BatchSeek;
import io.keyfarm.key.HashDirectory;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The ways there are. Each is one loop: nothing is crossed from probe to probe that a query would not cross. */
final class Contestants {
    private Contestants() {}

    /** The key's row numbers, off heap, where the plain way searches them. The caller frees them. */
    static long copyRowNumbers(SortedKey key) {
        final long rowNumbers = Memory.allocateRaw(4L * key.rowCount());
        for (int i = 0; i < key.rowCount(); i++) {
            Memory.putInt(rowNumbers + 4L * i, key.rowNumber(i));
        }
        return rowNumbers;
    }

    /** Rows drawn by chance: their values go to the plain way, and the answer is their packed codes. */
    static Probes drawProbes(SeekCase seekCase, KeyCode coder, int count, long seed) {
        final PlainKey plain = seekCase.plain();
        final Slab slab = seekCase.slab();
        final Draws draws = new Draws(seed);
        final long[] codes = new long[count];
        plain.expect(count);
        for (int i = 0; i < count; i++) {
            final int row = draws.below(slab.rowCount());
            plain.put(i, row);
            codes[i] = coder.code(slab.address(row));
        }
        return plain instanceof PlainTexts texts ? Probes.coded(coder, texts) : Probes.ready(codes);
    }

    /** The plain binary search through the rows. */
    static Contestant plain(PlainKey plain) {
        return (from, to) -> {
            final Slab slab = plain.slab;
            long sum = 0;
            for (int probe = from; probe < to; probe++) {
                sum += id(slab, plain.rowNumber(plain.seek(probe)));
            }
            return sum;
        };
    }

    /** One seek after the other, by packed codes. */
    static Contestant single(SortedKey key, Probes probes) {
        return (from, to) -> {
            final Slab slab = key.slab();
            long sum = 0;
            for (int probe = from; probe < to; probe++) {
                sum += id(slab, key.rowNumber(key.seek(probes.code(probe), 0)));
            }
            return sum;
        };
    }

    /** Seeks of 32 probes in lock step; their rows are read together, too. */
    static Contestant batch(SortedKey key, Probes probes) {
        final BatchSeek batch = new BatchSeek(key);
        final long[] sought = new long[BatchSeek.SIZE];
        final int[] indexes = new int[BatchSeek.SIZE];
        return (from, to) -> {
            final Slab slab = key.slab();
            long sum = 0;
            for (int probe = from; probe < to; probe += BatchSeek.SIZE) {
                final int count = Math.min(BatchSeek.SIZE, to - probe);
                for (int i = 0; i < count; i++) {
                    sought[i] = probes.code(probe + i);
                }
                batch.seek(sought, count, indexes);
                for (int i = 0; i < count; i++) {
                    indexes[i] = key.rowNumber(indexes[i]);
                }
                for (int i = 0; i < count; i++) {
                    sum += id(slab, indexes[i]);
                }
            }
            return sum;
        };
    }

    /** By the hash directory, one after the other: it answers a row, or where a run of equal rows begins. */
    static Contestant equality(SortedKey key, Probes probes) {
        return (from, to) -> {
            final Slab slab = key.slab();
            long sum = 0;
            for (int probe = from; probe < to; probe++) {
                final int found = key.find(probes.code(probe));
                sum += id(slab, HashDirectory.isRow(found) ? HashDirectory.rowOf(found) : key.rowNumber(found));
            }
            return sum;
        };
    }

    /** For values that no packed code holds wholly: what a query does, a monitor bound and a seek loop opened. */
    static Contestant loop(SortedKey key, PlainTexts probes) {
        final int field = key.coder().tableField(0);
        final SegmentMonitor monitor =
                new SegmentMonitor(key.slab().schema().field(field).type());
        final @Nullable SegmentMonitor[] monitors =
                new SegmentMonitor[key.slab().schema().fieldCount()];
        monitors[field] = monitor;
        final UnsafeBuffer texts = new UnsafeBuffer(probes.texts());
        final SeekLoop loop = new SeekLoop(key);
        final int[] rowNumbers = new int[1];
        return (from, to) -> {
            final Slab slab = key.slab();
            long sum = 0;
            for (int probe = from; probe < to; probe++) {
                monitor.bindText(texts, probe * PlainTexts.STRIDE, probes.length(probe));
                loop.open(monitors);
                if (loop.next(rowNumbers) == 1) {
                    sum += id(slab, rowNumbers[0]);
                }
            }
            return sum;
        };
    }

    /** Every table of the benchmarks begins with its id. */
    private static long id(Slab slab, int rowNumber) {
        return Memory.getLong(slab.address(rowNumber));
    }
}
