package io.keyfarm.key;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Indexes over the long runs of rows that agree in their code so far: long common prefixes.
 *
 * <pre>
 *   group 0      http://w | http://w | http://w | …      one run of rows
 *   from bit 99  ww.a.com | ww.b.com | ww.b.com | …      its own {@link TopIndex}, over the 63 bits that begin where the
 *                                                        run's rows first differ; and so on within
 * </pre>
 *
 * Only runs of {@link #MIN_ROWS} rows have one; shorter ones are binchopped. Immutable but for closing.
 */
public final class TieIndexes implements AutoCloseable {
    /** A shorter run costs at most seven looks at a row. */
    public static final int MIN_ROWS = 128;

    /** One run. */
    public static final class Run {
        final int start;
        final int rowCount;
        /** The first bit of the code in which its rows differ. */
        final int fromBit;
        /** The groups that hold the bits before, the same in all rows. */
        final long[] shared;
        /** The bits that {@link #top} is over. */
        final CodeWindow window;
        /** Within no other run: a hot key holds these bits in place of packed codes. */
        final boolean isOutermost;
        /** Null if the rows never differ. */
        final @Nullable TopIndex top;

        /** Of rows one of which stands at {@code row}. */
        public Run(
                KeyCode coder,
                int start,
                int rowCount,
                int fromBit,
                CodeWindow window,
                boolean isOutermost,
                @Nullable TopIndex top,
                long row) {
            this.start = start;
            this.rowCount = rowCount;
            this.fromBit = fromBit;
            this.window = window;
            this.isOutermost = isOutermost;
            this.top = top;
            shared = new long[(fromBit + KeyCode.GROUP_BITS - 1) / KeyCode.GROUP_BITS];
            for (int group = 0; group < shared.length; group++) {
                shared[group] = coder.group(group, row);
            }
        }
    }

    private final int[] starts;
    private final Run[] runs;

    /** In the order of their starts, a run before those within it. */
    public TieIndexes(List<Run> runs) {
        this.runs = runs.toArray(Run[]::new);
        starts = runs.stream().mapToInt(run -> run.start).toArray();
    }

    /** The run that begins at this index and differs first at {@code fromBit} or behind, the outermost if several do. */
    @Nullable
    Run find(int start, int fromBit) {
        int place = Arrays.binarySearch(starts, start);
        if (place < 0) {
            return null;
        }
        while (place > 0 && starts[place - 1] == start) {
            place--;
        }
        while (place < runs.length && starts[place] == start) {
            if (runs[place].fromBit >= fromBit) {
                return runs[place];
            }
            place++;
        }
        return null;
    }

    boolean isEmpty() {
        return runs.length == 0;
    }

    public long bytes() {
        return Arrays.stream(runs)
                .mapToLong(run -> run.top == null ? 0 : run.top.bytes())
                .sum();
    }

    @Override
    public void close() {
        for (final Run run : runs) {
            if (run.top != null) {
                run.top.close();
            }
        }
    }
}
