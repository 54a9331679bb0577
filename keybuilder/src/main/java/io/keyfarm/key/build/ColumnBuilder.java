package io.keyfarm.key.build;

import io.keyfarm.key.ColumnBuckets;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.KeyOrder;
import io.keyfarm.key.KeySpec;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Builds column copies, all their memory counted in one ledger: while it builds, 128 KiB beyond what is kept.
 *
 * <pre>
 *   up to 8 bits       | code 1 |            exact
 *   few values         | bucket 1 |          exact if there are as few in all rows as in a sample: a value, a bucket
 *   up to 32 bits      | code 2 or 4 |       exact
 *   anything else      | bucket 1 |          a sketch
 * </pre>
 */
public final class ColumnBuilder {
    private static final int SAMPLE_ROWS = 1 << 15;
    private static final int MOST_BITS = 32;

    private final MemoryLedger ledger;
    private final BuildPace pace;

    public ColumnBuilder(MemoryLedger ledger) {
        this(ledger, BuildPace.FULL);
    }

    public ColumnBuilder(MemoryLedger ledger, BuildPace pace) {
        this.ledger = ledger;
        this.pace = pace;
    }

    /**
     * A column copy over the slab, the caller's to close.
     *
     * @param spec of one field
     * @throws BadValueException if the table lacks the field
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for it; then nothing is held
     */
    public ColumnCopy build(Slab slab, KeySpec spec) {
        if (spec.fields().size() != 1) {
            throw new BadValueException("a column copy is of 1 field, but " + spec + " has "
                    + spec.fields().size() + "; several are combined as a query asks");
        }
        final KeyCode coder = new KeyCode(slab, spec);
        final boolean canBeExact = coder.exactFields() == 1 && coder.totalBits() <= MOST_BITS;
        if (canBeExact && coder.totalBits() <= Byte.SIZE) {
            return exact(coder, everyCode());
        }
        final long[] values = sample(coder, nullBit(coder));
        final boolean hasFewValues = Arrays.stream(values).distinct().count() <= ColumnBuckets.MOST;
        final ColumnCopy sketch = !canBeExact || hasFewValues ? sketch(coder, values, canBeExact) : null;
        return sketch == null ? exact(coder, ColumnBuckets.bounds(sample(coder, -1))) : sketch;
    }

    /** Sorted codes of some rows, evenly spaced, without those of null if its bit is known. */
    private static long[] sample(KeyCode coder, int nullBit) {
        final Slab slab = coder.slab();
        final int count = Math.min(SAMPLE_ROWS, slab.rowCount());
        final long[] codes = new long[count];
        int drawn = 0;
        for (int i = 0; i < count; i++) {
            final long row = slab.address((int) ((long) i * slab.rowCount() / count));
            if (!RecordLayout.isNullBitSet(row, nullBit)) {
                codes[drawn++] = coder.code(row);
            }
        }
        Arrays.sort(codes, 0, drawn);
        return Arrays.copyOf(codes, drawn);
    }

    private static int nullBit(KeyCode coder) {
        final int field = coder.tableField(0);
        return coder.slab().statistics(field).nullCount() > 0
                ? coder.slab().layout().nullBit(field)
                : -1;
    }

    private ColumnCopy exact(KeyCode coder, long[] bounds) {
        final int bits = coder.totalBits();
        final int codeBytes = bits <= Byte.SIZE ? 1 : bits <= Short.SIZE ? 2 : Integer.BYTES;
        final int[] rows = new int[bucketCount(bounds)];
        final MemoryBlock block = allocate(coder, codeBytes);
        boolean isKept = false;
        try {
            eachStretch(coder, (first, count, codes) -> {
                final long to = block.address() + (long) codeBytes * first;
                for (int i = 0; i < count; i++) {
                    final long code = Memory.getLong(codes + 8L * i);
                    rows[codeBytes == 1 ? (int) code : ColumnBuckets.find(bounds, code)]++;
                    put(to + (long) codeBytes * i, codeBytes, code);
                }
            });
            final ColumnBuckets buckets =
                    ColumnBuckets.exact(coder.slab(), coder.tableField(0), bounds, (1L << bits) - 1, rows);
            isKept = true;
            return new ColumnCopy(coder, codeBytes, block, buckets);
        } finally {
            if (!isKept) {
                block.close();
            }
        }
    }

    private static void put(long address, int codeBytes, long code) {
        switch (codeBytes) {
            case 1 -> Memory.putByte(address, (byte) code);
            case 2 -> Memory.putShort(address, (short) code);
            default -> Memory.putInt(address, (int) code);
        }
    }

    private static long[] everyCode() {
        final long[] bounds = new long[1 << Byte.SIZE];
        Arrays.setAll(bounds, code -> code);
        return bounds;
    }

    private static int bucketCount(long[] bounds) {
        return ColumnBuckets.find(bounds, Long.MAX_VALUE) + 1;
    }

    /** Null if every value must have a bucket of its own, and some have not. */
    private @Nullable ColumnCopy sketch(KeyCode coder, long[] values, boolean mustBeExact) {
        final long[] bounds = ColumnBuckets.bounds(values);
        final Buckets buckets = new Buckets(coder, bucketCount(bounds));
        final MemoryBlock block = allocate(coder, 1);
        boolean isKept = false;
        try {
            eachStretch(coder, (first, count, codes) -> {
                for (int i = 0; i < count; i++) {
                    final long code = Memory.getLong(codes + 8L * i);
                    Memory.putByte(block.address() + first + i, (byte) buckets.add(bounds, first + i, code));
                }
            });
            if (mustBeExact && !buckets.hasOneValueEach()) {
                return null;
            }
            final ColumnCopy column = new ColumnCopy(coder, 1, block, buckets.build());
            isKept = true;
            return column;
        } finally {
            if (!isKept) {
                block.close();
            }
        }
    }

    private MemoryBlock allocate(KeyCode coder, int codeBytes) {
        return MemoryBlock.allocate(
                ledger,
                "column copy of " + coder.spec(),
                (long) codeBytes * coder.slab().rowCount());
    }

    /** Takes the codes of rows that follow each other, 8 bytes each. */
    private interface Codes {
        void take(int firstRow, int count, long codes);
    }

    private void eachStretch(KeyCode coder, Codes taker) {
        final int rowCount = coder.slab().rowCount();
        final String what = "column copy of " + coder.spec() + " while it is built";
        try (MemoryBlock codes = MemoryBlock.allocate(ledger, what, 8L * Math.min(BuildPace.STRETCH_ROWS, rowCount))) {
            for (int row = 0; row < rowCount; row += BuildPace.STRETCH_ROWS) {
                final int count = Math.min(BuildPace.STRETCH_ROWS, rowCount - row);
                coder.codes(row, count, codes.address());
                taker.take(row, count, codes.address());
                pace.onRows(count);
            }
        }
    }

    /** The buckets of a sketch while rows come in. */
    private static final class Buckets {
        private final KeyCode coder;
        private final KeyOrder order;
        private final int nullBit;
        /** Whether equal codes are equal values. */
        private final boolean isCodeAll;

        private final int[] rows;
        private final int[] leastRows;
        private final int[] greatestRows;
        private final long[] leastCodes;
        private final long[] greatestCodes;
        private int nullRows;

        Buckets(KeyCode coder, int count) {
            this.coder = coder;
            order = new KeyOrder(coder);
            nullBit = ColumnBuilder.nullBit(coder);
            isCodeAll = coder.exactFields() == 1;
            rows = new int[count];
            leastRows = new int[count];
            greatestRows = new int[count];
            leastCodes = new long[count];
            greatestCodes = new long[count];
        }

        /** The code of the row in the sketch. */
        int add(long[] bounds, int row, long code) {
            if (nullBit >= 0 && RecordLayout.isNullBitSet(coder.slab().address(row), nullBit)) {
                nullRows++;
                return ColumnCopy.SKETCH_NULL;
            }
            final int bucket = ColumnBuckets.find(bounds, code);
            if (rows[bucket]++ == 0 || isBefore(row, code, leastRows[bucket], leastCodes[bucket])) {
                leastRows[bucket] = row;
                leastCodes[bucket] = code;
            }
            if (rows[bucket] == 1 || isBefore(greatestRows[bucket], greatestCodes[bucket], row, code)) {
                greatestRows[bucket] = row;
                greatestCodes[bucket] = code;
            }
            return bucket;
        }

        private boolean isBefore(int left, long leftCode, int right, long rightCode) {
            if (leftCode != rightCode || isCodeAll) {
                return leftCode < rightCode;
            }
            return compare(left, right) < 0;
        }

        private int compare(int left, int right) {
            final Slab slab = coder.slab();
            return order.compare(slab.address(left), slab.address(right), 0);
        }

        boolean hasOneValueEach() {
            return isCodeAll && Arrays.equals(leastCodes, greatestCodes);
        }

        ColumnBuckets build() {
            return ColumnBuckets.sketch(coder.slab(), coder.tableField(0), rows, nullRows, leastRows, greatestRows);
        }
    }
}
