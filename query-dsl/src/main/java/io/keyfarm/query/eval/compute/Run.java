package io.keyfarm.query.eval.compute;

import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.RowBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the steps work on: the rows, and the places that are at work just now, cut down and split by conditions. */
final class Run {
    private static final int[] NO_PLACES = {};

    final TextArena arena;

    @Nullable
    RowBatch left;

    @Nullable
    RowBatch right;

    /** The places at work, ascending. */
    int[] places = NO_PLACES;

    int count;
    private Split[] splits = new Split[0];
    private int depth;

    /** Places that are dealt out to the branches of a case, or to the operands of an or. */
    private static final class Split {
        private final int[] rest = new int[RowBatch.SIZE];
        private final int[] work = new int[RowBatch.SIZE];
        private final boolean[] found = new boolean[RowBatch.SIZE];
        private int restCount;
        private int[] outer = NO_PLACES;
        private int outerCount;
    }

    Run(@Nullable FlowMemory memory) {
        arena = new TextArena(memory);
    }

    void begin(int[] all, int allCount) {
        places = all;
        count = allCount;
        depth = 0;
    }

    /** Goes on with a copy of the places at work; {@link #join} or {@link #joinFound} comes back to them. */
    void split() {
        if (depth == splits.length) {
            splits = Arrays.copyOf(splits, depth + 1);
            splits[depth] = new Split();
        }
        final Split split = splits[depth++];
        split.outer = places;
        split.outerCount = count;
        split.restCount = count;
        System.arraycopy(places, 0, split.rest, 0, count);
        for (int i = 0; i < count; i++) {
            split.found[places[i]] = false;
        }
        goOnWithRest();
    }

    /** The places at work leave the rest, out of which they were cut. */
    void takeFromRest() {
        final Split split = splits[depth - 1];
        int kept = 0;
        int taken = 0;
        for (int i = 0; i < split.restCount; i++) {
            final int place = split.rest[i];
            if (taken < count && places[taken] == place) {
                taken++;
            } else {
                split.rest[kept++] = place;
            }
        }
        split.restCount = kept;
    }

    void goOnWithRest() {
        final Split split = splits[depth - 1];
        System.arraycopy(split.rest, 0, split.work, 0, split.restCount);
        places = split.work;
        count = split.restCount;
    }

    /** The places at work are found. */
    void find() {
        final boolean[] found = splits[depth - 1].found;
        for (int i = 0; i < count; i++) {
            found[places[i]] = true;
        }
    }

    /** Back to the places before the split. */
    void join() {
        final Split split = splits[--depth];
        places = split.outer;
        count = split.outerCount;
    }

    /** Back to those of the places before the split that were found. */
    void joinFound() {
        join();
        final boolean[] found = splits[depth].found;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final int place = places[i];
            places[kept] = place;
            kept += found[place] ? 1 : 0;
        }
        count = kept;
    }
}
