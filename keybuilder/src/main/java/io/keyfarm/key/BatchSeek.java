package io.keyfarm.key;

/**
 * Many seeks in one key, advanced together so that their cache misses overlap: each step is done for all of a batch
 * before the next one.
 *
 * <pre>
 *   leaf, leaf, leaf, …    bins, bins, bins, …    row number, row number, …    code, code, …    those not done again
 * </pre>
 *
 * Text that stands apart from its row is a cache miss behind another one: it is touched in all of them before any code.
 *
 * One thread and key; allocates nothing after construction.
 */
public final class BatchSeek {
    public static final int SIZE = 32;
    private static final int LINEAR_STEPS = 3;

    private final SortedKey key;
    private final long[] squeezed = new long[SIZE];
    private final int[] leaves = new int[SIZE];
    private final int[] lows = new int[SIZE];
    private final int[] highs = new int[SIZE];
    private final int[] active = new int[SIZE];
    private final int[] rowNumbers = new int[SIZE];
    private final boolean hasFarText;

    public BatchSeek(SortedKey key) {
        this.key = key;
        hasFarText = key.coder().hasFarText();
    }

    /** For each packed code the first index whose code is not less, or the row count: {@code indexes[i]} for {@code codes[i]}. */
    public void seek(long[] codes, int count, int[] indexes) {
        for (int from = 0; from < count; from += SIZE) {
            seekBatch(codes, from, Math.min(SIZE, count - from), indexes);
        }
    }

    private void seekBatch(long[] codes, int from, int count, int[] indexes) {
        final TopIndex top = key.top();
        int activeCount = 0;
        if (top == null) {
            // Few groups, or no rows: there is hardly a miss to overlap.
            for (int i = from; i < from + count; i++) {
                indexes[i] = key.seek(codes[i], 0);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            final long code = top.squeezed(codes[from + i]);
            squeezed[i] = code;
            leaves[i] = top.leafOrEnd(code);
        }
        for (int i = 0; i < count; i++) {
            final long located = top.inLeafOrEnd(leaves[i], squeezed[i]);
            final int low = TopIndex.low(located);
            final int high = TopIndex.high(located);
            lows[i] = low;
            highs[i] = high;
            indexes[from + i] = low;
            active[activeCount] = i;
            activeCount += low < high ? 1 : 0;
        }
        if (key.tier() == KeyTier.HOT) {
            finishHot(codes, from, activeCount, indexes);
        } else {
            finishCold(codes, from, activeCount, indexes);
        }
    }

    private void finishHot(long[] codes, int from, int activeCount, int[] indexes) {
        for (int i = 0; i < activeCount; i++) {
            final int it = active[i];
            indexes[from + it] = key.finish(codes[from + it], lows[it], highs[it]);
        }
    }

    private void finishCold(long[] codes, int from, int count, int[] indexes) {
        int activeCount = count;
        for (int step = 0; activeCount > 0; step++) {
            for (int i = 0; i < activeCount; i++) {
                final int it = active[i];
                rowNumbers[i] = key.rowNumber(step < LINEAR_STEPS ? lows[it] : (lows[it] + highs[it]) >>> 1);
            }
            if (hasFarText) {
                touch(activeCount);
            }
            int left = 0;
            for (int i = 0; i < activeCount; i++) {
                final int it = active[i];
                final int at = step < LINEAR_STEPS ? lows[it] : (lows[it] + highs[it]) >>> 1;
                if (key.codeOfRow(rowNumbers[i]) < codes[from + it]) {
                    lows[it] = at + 1;
                } else {
                    highs[it] = at;
                }
                indexes[from + it] = lows[it];
                active[left] = it;
                left += lows[it] < highs[it] ? 1 : 0;
            }
            activeCount = left;
        }
    }

    private void touch(int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += key.coder().touchFarText(key.slab().address(rowNumbers[i]));
        }
        KeyCode.use(sum);
    }
}
