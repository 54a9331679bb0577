package io.keyfarm.bench;

import io.keyfarm.key.BitmapCursor;
import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.RowCursor;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads by a way that is given, as the engine would if it had no other: a cursor narrows, filters confirm, and what that took
 * is counted. So each key can be tried on each question, whatever an engine would choose. For one thread.
 */
final class DirectReads {
    /** Of a walk, between two looks at whether it is worth going on. */
    private static final int MOST_STEPS = 4_096;

    private final Slab slab;
    private final CostModel costs;
    private final RowFilter[] filters;
    private final SegmentMonitor[] all;
    private final @Nullable SegmentMonitor[] bound;
    /** As the engine's: who wants few rows begins with few. */
    private final int[][] batches = {new int[16], new int[64], new int[256]};

    private int[] batch = batches[0];
    private int batchPlace;

    private long found;
    private long ledTo;
    private boolean isWhole;

    DirectReads(Slab slab, CostModel costs) {
        this.slab = slab;
        this.costs = costs;
        final int fieldCount = slab.schema().fieldCount();
        filters = new RowFilter[fieldCount];
        Arrays.setAll(filters, field -> new RowFilter(slab.layout(), field));
        all = new SegmentMonitor[fieldCount];
        Arrays.setAll(
                all, field -> new SegmentMonitor(slab.schema().field(field).type()));
        bound = new SegmentMonitor[fieldCount];
    }

    private double codeNs() {
        return costs.stepNs(KeyTier.HOT);
    }

    /** The rows that the last read found, or counted; as many as the limit at most. */
    long found() {
        return found;
    }

    /** Whether the last read by a key went to its end, and found all that there is. */
    boolean isWhole() {
        return isWhole;
    }

    /** By no key: every row is looked at, until there are enough. */
    Work scan(Ask ask) {
        bind(ask);
        found = 0;
        int row = 0;
        begin(ask);
        while (row < slab.rowCount() && found < ask.limit()) {
            final int to = Math.min(row + nextBatch().length, slab.rowCount());
            for (int i = row; i < to; i++) {
                batch[i - row] = i;
            }
            found += confirm(to - row, new int[0]);
            row = to;
        }
        found = Math.min(found, ask.limit());
        return new Work(0, row, 0, costs.scanNs((double) row));
    }

    /** How many rows match what is asked of these fields, whatever is asked of others. */
    long matching(Ask ask, List<String> fields) {
        bind(ask);
        for (int field = 0; field < bound.length; field++) {
            if (!fields.contains(slab.schema().field(field).name())) {
                bound[field] = null;
            }
        }
        batch = batches[batches.length - 1];
        long count = 0;
        for (int row = 0; row < slab.rowCount(); row += batch.length) {
            final int rows = Math.min(batch.length, slab.rowCount() - row);
            for (int i = 0; i < rows; i++) {
                batch[i] = row + i;
            }
            count += confirm(rows, new int[0]);
        }
        return count;
    }

    /** By the key; ends early, with a cost above {@code enoughNs}, where it costs more than that. */
    Work by(SortedKey key, SeekLoop loop, Ask ask, double enoughNs) {
        return by(key, key.tier(), loop, ask, enoughNs);
    }

    /** What it would take if the key were of that tier, as the walk is. */
    Work by(SortedKey key, KeyTier as, SeekLoop loop, Ask ask, double enoughNs) {
        bind(ask);
        final int[] keyFields = key.spec().indexes(slab.schema());
        final boolean isHot = as == KeyTier.HOT;
        final double leastNs = leastNs(key, keyFields, isHot);
        isWhole = false;
        if (leastNs > enoughNs) {
            return new Work(0, 0, 0, leastNs);
        }
        loop.open(bound);
        found = 0;
        ledTo = 0;
        if (ask.isCount() && isServedBy(keyFields)) {
            found = loop.count();
            isWhole = true;
            return work(loop, isHot);
        }
        begin(ask);
        do {
            if (!ask.hasLimit()) {
                // Between two matches there may be all of the key.
                loop.limitSteps(MOST_STEPS);
            }
            final int count = loop.next(nextBatch());
            ledTo += count;
            found += confirm(count, keyFields);
        } while (loop.position() < slab.rowCount()
                && found < ask.limit()
                && work(loop, isHot).ns() <= enoughNs);
        isWhole = loop.position() == slab.rowCount();
        found = Math.min(found, ask.limit());
        return work(loop, isHot);
    }

    /** What the last read by that loop would have cost in a key of the other tier, had it taken the same steps. */
    Work as(KeyTier tier, SeekLoop loop) {
        return work(loop, tier == KeyTier.HOT);
    }

    /** A key whose first fields are not asked for is walked through all their groups: less than this it cannot cost. */
    private double leastNs(SortedKey key, int[] fields, boolean isHot) {
        int wild = 0;
        while (wild < fields.length && bound[fields[wild]] == null) {
            wild++;
        }
        if (wild == fields.length) {
            return slab.rowCount() * costs.keyedRowNs();
        }
        return wild == 0 ? 0 : key.summary().distinctGroups(wild) * (isHot ? codeNs() : costs.keyedRowNs());
    }

    private Work work(SeekLoop loop, boolean isHot) {
        final long codes = loop.rowsExamined();
        if (isHot) {
            final double ns = loop.seeks() * costs.hotSeekNs() + codes * codeNs() + ledTo * costs.keyedRowNs();
            return new Work(loop.seeks(), ledTo, codes, ns);
        }
        // A cold key's codes are in the rows, and most of those are rows that it leads to.
        final long rows = Math.max(codes, ledTo);
        return new Work(loop.seeks(), rows, 0, loop.seeks() * costs.seekNs() + rows * costs.keyedRowNs());
    }

    /** By those of the bitmaps that pay; null if none does. */
    @Nullable
    Work by(List<BitmapKey> keys, Ask ask) {
        bind(ask);
        final BitmapCursor cursor = new BitmapCursor(keys, costs, () -> false);
        if (!cursor.open(bound)) {
            return null;
        }
        final int[] served = new int[cursor.servedCount()];
        Arrays.setAll(served, cursor::servedField);
        found = 0;
        if (ask.isCount() && isServedBy(served)) {
            found = cursor.count();
            return new Work(
                    cursor.seeks(), 0, cursor.rowsExamined(), cursor.plan().countNs());
        }
        final double expected = cursor.plan().expectedRows();
        final RowCursor rows = cursor;
        long rowsLedTo = 0;
        begin(ask);
        for (int count = rows.next(nextBatch()); count > 0; count = found >= ask.limit() ? 0 : rows.next(nextBatch())) {
            rowsLedTo += count;
            found += confirm(count, served);
        }
        final boolean isWhole = found < ask.limit() || !ask.hasLimit();
        found = Math.min(found, ask.limit());
        final double part = isWhole ? Double.MAX_VALUE : (double) rowsLedTo;
        final double guessed = rowsNs(expected) * cursor.plan().partRead(part);
        final double ns = cursor.plan().readNs(part) - guessed + rowsNs((double) rowsLedTo);
        return new Work(cursor.seeks(), rowsLedTo, cursor.rowsExamined(), ns);
    }

    /** They come as they stand in memory, so that many cost no more than a scan. */
    private double rowsNs(double rows) {
        return Math.min(rows * costs.keyedRowNs(), costs.scanNs((double) slab.rowCount()));
    }

    private void begin(Ask ask) {
        batchPlace = 0;
        while (batchPlace < batches.length - 1 && batches[batchPlace].length < ask.limit()) {
            batchPlace++;
        }
    }

    private int[] nextBatch() {
        batch = batches[batchPlace];
        batchPlace = Math.min(batchPlace + 1, batches.length - 1);
        return batch;
    }

    @Nullable
    SegmentMonitor[] bind(Ask ask) {
        Arrays.fill(bound, null);
        for (int i = 0; i < ask.shape().fieldCount(); i++) {
            final int field = slab.schema().indexOf(ask.shape().fields().get(i));
            all[field].bind(ask.sets().get(i));
            bound[field] = all[field];
        }
        return bound;
    }

    private boolean isServedBy(int[] fields) {
        for (int field = 0; field < bound.length; field++) {
            if (bound[field] != null && !contains(fields, field)) {
                return false;
            }
        }
        return true;
    }

    private int confirm(int count, int[] served) {
        int left = count;
        for (int field = 0; field < bound.length && left > 0; field++) {
            final SegmentMonitor monitor = bound[field];
            if (monitor != null && !contains(served, field)) {
                left = filters[field].confirm(slab, monitor, batch, left);
            }
        }
        return left;
    }

    private static boolean contains(int[] fields, int field) {
        for (final int each : fields) {
            if (each == field) {
                return true;
            }
        }
        return false;
    }
}
