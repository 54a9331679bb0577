package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/** Some rows of its input, chosen by their place in it alone: the same input gives the same sample. */
public final class SampleActivity implements Activity {
    private final Activity input;
    private final Choice choice;
    private final int[] places = new int[RowBatch.SIZE];
    private long first;

    /** Which places are chosen, asked for a batch at a time. */
    private interface Choice {
        /** Those of {@code [first, first + count)}, as counted from {@code first}; answers how many. */
        int choose(long first, int count, int[] places);
    }

    private SampleActivity(Activity input, Choice choice) {
        this.input = input;
        this.choice = choice;
    }

    /** The row at {@code start}, counted from 0, and every so many behind it. */
    public static SampleActivity every(Activity input, long step, long start) {
        assert step > 0 && start >= 0 : step + ", " + start;
        return new SampleActivity(input, (first, count, places) -> chooseEvery(step, start, first, count, places));
    }

    /** Each row with this likelihood, 0 to 1. */
    public static SampleActivity random(Activity input, double fraction, long seed) {
        assert fraction >= 0 && fraction <= 1 : fraction;
        // Of 53 random bits, as a double holds.
        final long bound = (long) Math.ceil(fraction * (1L << 53));
        return new SampleActivity(input, (first, count, places) -> chooseBelow(bound, seed, first, count, places));
    }

    private static int chooseEvery(long step, long start, long first, int count, int[] places) {
        final long past = first - start;
        long next = past <= 0 ? -past : Math.floorMod(-past, step);
        int chosen = 0;
        while (next < count) {
            places[chosen++] = (int) next;
            next = step >= count ? count : next + step;
        }
        return chosen;
    }

    private static int chooseBelow(long bound, long seed, long first, int count, int[] places) {
        int chosen = 0;
        for (int i = 0; i < count; i++) {
            places[chosen] = i;
            chosen += KeyFields.mix(KeyFields.mix(seed, first + i), 1) >>> 11 < bound ? 1 : 0;
        }
        return chosen;
    }

    @Override
    public RecordLayout layout() {
        return input.layout();
    }

    @Override
    public void begin() {
        first = 0;
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        while (true) {
            final int count = input.next(batch);
            if (count <= 0) {
                return count;
            }
            final int chosen = choice.choose(first, count, places);
            first += count;
            if (chosen > 0) {
                batch.keep(places, chosen);
                return chosen;
            }
        }
    }

    @Override
    public void close() {
        input.close();
    }
}
