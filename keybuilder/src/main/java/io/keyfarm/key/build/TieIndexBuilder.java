package io.keyfarm.key.build;

import io.keyfarm.key.BuildTurns;
import io.keyfarm.key.CodeWindow;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.TieIndexes;
import io.keyfarm.key.TopIndex;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.util.ArrayList;
import java.util.List;

/** Builds the indexes of long runs, each followed by those within it. */
final class TieIndexBuilder {
    private final KeyCode coder;
    private final Slab slab;
    private final MemoryLedger ledger;
    private final BuildTurns turns;
    private final long rows;
    private long packedCodes;
    private final List<TieIndexes.Run> runs = new ArrayList<>();

    TieIndexBuilder(KeyCode coder, MemoryLedger ledger, long rows, BuildTurns turns) {
        this.turns = turns;
        this.coder = coder;
        this.ledger = ledger;
        this.rows = rows;
        slab = coder.slab();
    }

    /**
     * From the sorted packed codes. Those of rows in long runs are replaced by the bits in which they differ, since they are
     * all the same: so a hot key need not read rows there.
     */
    TieIndexes build(long codes) {
        packedCodes = codes;
        try {
            if (coder.groupCount() > 1) {
                addRuns(codes, 0, slab.rowCount(), KeyCode.GROUP_BITS);
            }
            return new TieIndexes(runs);
        } catch (RuntimeException | Error e) {
            new TieIndexes(runs).close();
            throw e;
        }
    }

    /** Indexes the long runs of equal codes among {@code count}, whose rows begin at {@code start} and agree before {@code fromBit}. */
    private void addRuns(long codes, int start, int count, int fromBit) {
        int from = 0;
        while (from < count) {
            final int end = addRuns(codes, start, from, BuildTurns.end(from, count), count, fromBit);
            turns.onRows(end - from);
            from = end;
        }
    }

    /** Those that begin from {@code first} to {@code last}; answers where the last one ends. */
    private int addRuns(long codes, int start, int first, int last, int count, int fromBit) {
        int from = BuildTurns.nextTie(codes, first, last, count);
        while (from < last) {
            final int to = turns.runEnd(codes, from, count);
            if (to - from >= TieIndexes.MIN_ROWS) {
                addRun(start + from, to - from, fromBit);
            }
            from = BuildTurns.nextTie(codes, to, last, count);
        }
        return from;
    }

    private void addRun(int start, int count, int fromBit) {
        final boolean isOutermost = fromBit == KeyCode.GROUP_BITS;
        // They are sorted, so where the first and the last agree, all do.
        final int differsAt = coder.firstDifferentBit(row(start), row(start + count - 1), fromBit);
        final CodeWindow window = coder.window(differsAt);
        if (differsAt == coder.totalBits()) {
            runs.add(new TieIndexes.Run(coder, start, count, differsAt, window, isOutermost, null, row(start)));
            return;
        }
        try (MemoryBlock codes = MemoryBlock.allocate(ledger, "codes of ties", 8L * count)) {
            for (int i = 0; i < count; i++) {
                Memory.putLong(codes.address() + 8L * i, window.of(row(start + i)));
                turns.onRows(1);
            }
            final TopIndex top =
                    new TopIndex(ledger, "tie index of key " + coder.spec(), codes.address(), count, turns);
            runs.add(new TieIndexes.Run(coder, start, count, differsAt, window, isOutermost, top, row(start)));
            if (differsAt + KeyCode.GROUP_BITS < coder.totalBits()) {
                addRuns(codes.address(), start, count, differsAt + KeyCode.GROUP_BITS);
            }
            if (isOutermost) {
                turns.copy(codes.address(), packedCodes + 8L * start, count, Long.BYTES);
            }
        }
    }

    private long row(int index) {
        return slab.address(Memory.getInt(rows + 4L * index));
    }
}
