package io.keyfarm.slave;

import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What one key would take for what is asked now, found by looking into it.
 *
 * <pre>
 *   key a.b, a = 1, b in 3..5       one run        its ends are sought: two seeks, and the number of rows is known
 *   key a.b, a in {1,4}, b = 5      several        walked from run to run, no further than would pay
 *                                   ├── walked ──┤┄┄┄┄┄┄┄┄┄┄┄ taken to be like it ┄┄┄┄┄┄┄┄┄┄┄┤
 * </pre>
 *
 * Two seeks cost a tenth of what an estimate from a sample of rows does, and are true. For one thread; allocates nothing
 * where codes tell of all that is asked.
 */
final class KeyLook {
    /** Of what is already known to be possible, so much is spent at most to see whether this key is better. */
    private static final double SPENT_PART = 1.0 / 32;

    /** A walk that is long is tried at so many places of its way: groups may be large at one end and small at the other. */
    private static final int MOST_SAMPLES = 8;

    private static final double SAMPLE_SEEKS = 8;
    private static final double BATCH_ROWS = 256;

    /** Where a look that was cut off has found nothing, the chance that something is behind it. */
    private static final double UNSEEN_PART = 0.5;

    final SeekLoop loop;
    final int[] fields;
    /** In ASCII. */
    final byte[] name;

    private final SortedKey key;
    private final double seekNs;
    private final double stepNs;
    private final double rowNs;

    private double rows;
    private double walkNs;
    private boolean isOneRun;
    /** Of the walk that is looked at. */
    private double mostRuns;

    /** Of a run that is there, usually. */
    private double runRows;

    KeyLook(SortedKey key, CostModel costs) {
        this.key = key;
        loop = new SeekLoop(key);
        fields = key.spec().indexes(key.slab().schema());
        name = key.spec().toString().getBytes(StandardCharsets.US_ASCII);
        seekNs = costs.seekNs(key.tier());
        stepNs = costs.stepNs(key.tier());
        rowNs = costs.keyedRowNs();
    }

    /** Reading by the key hardly costs less: where nothing is asked of its first fields, all their groups are met. */
    double leastNs(Asked asked) {
        final int last = lastAsked(asked);
        if (last < 0) {
            return key.rowCount() * rowNs;
        }
        return asked.isAsked(fields[0]) ? seekNs : usualWalkNs(asked, last) / 2;
    }

    private int lastAsked(Asked asked) {
        int last = fields.length - 1;
        while (last >= 0 && !asked.isAsked(fields[last])) {
            last--;
        }
        return last;
    }

    /** Before any look: what the walk costs where groups are of a usual size. */
    private double usualWalkNs(Asked asked, int last) {
        double met = 1;
        for (int i = 0; i <= last; i++) {
            final double groups = (double) key.summary().distinctGroups(i + 1)
                    / Math.max(1, key.summary().distinctGroups(i));
            final boolean isSkipped = i < last && !asked.isAsked(fields[i]);
            met *= isSkipped ? groups : Math.min(groups, asked.rangeCount(fields[i]));
        }
        final double groupRows =
                key.rowCount() / Math.max(1.0, (double) key.summary().distinctGroups(last));
        return seekNs + (Math.max(1, met) - 1) * (stepNs + Math.min(seekNs, groupRows * stepNs));
    }

    /** Before any look: about how many rows whoever asks for what rows have gets by it. */
    double usualRows(Asked asked) {
        int points = 0;
        while (points < fields.length && asked.isPoint(fields[points])) {
            points++;
        }
        final boolean isBounded = points < fields.length && asked.isAsked(fields[points]);
        return key.summary().expectedRows(points) * (isBounded ? 0.5 : 1);
    }

    /** Looks; the walk must be opened anew before it is read. What costs more than {@code enoughNs} may be cut off. */
    void look(Asked asked, double enoughNs) {
        final @Nullable SegmentMonitor[] monitors = asked.monitors;
        loop.open(monitors);
        if (!loop.isByCodes()) {
            guess(monitors);
            return;
        }
        isOneRun = loop.intervalLow() >= 0 || loop.intervalHigh() < 0;
        final double hull = (double) loop.costRows();
        if (isOneRun || hull == 0) {
            rows = hull;
            walkNs = seekNs + stepNs * codesOfRun(rows);
        } else {
            walkAhead(asked, hull, enoughNs);
        }
    }

    /** Where several rows have a code. */
    private void guess(@Nullable SegmentMonitor[] monitors) {
        isOneRun = false;
        final Estimate estimate = key.summary().estimate(monitors);
        rows = Math.min(estimate.rows(), (double) loop.costRows());
        final double passed = Math.max(0, estimate.examined() - rows);
        walkNs = estimate.seeks() * seekNs + passed * stepNs;
    }

    /** The walk finds the end of a run by galloping, within each batch. */
    private static double codesOfRun(double rows) {
        final double last = Math.min(rows, BATCH_ROWS);
        return 1 + rows / BATCH_ROWS * 9 + 2 * Math.log(1 + last);
    }

    private void walkAhead(Asked asked, double hull, double enoughNs) {
        final double mostNs = 2 * seekNs + enoughNs * SPENT_PART;
        final int samples = (int) Math.max(1, Math.min(MOST_SAMPLES, mostNs / (SAMPLE_SEEKS * seekNs)));
        mostRuns = mostRuns(asked);
        runRows = key.summary().expectedRows(lastAsked(asked) + 1);
        final long steps = (long) (mostNs / samples / seekNs * loop.seekEntries());
        final double begin = loop.position();
        rows = 0;
        walkNs = 0;
        boolean isWhole = true;
        for (int i = 0; i < samples; i++) {
            final int from = Math.max(loop.position(), (int) (begin + hull * i / samples));
            final int to = (int) (begin + hull * (i + 1) / samples);
            if (from < to) {
                isWhole &= walkAhead(from, to, steps);
            }
        }
        if (!isWhole && samples < MOST_SAMPLES) {
            walkNs = Math.max(walkNs, Math.min(usualWalkNs(asked, lastAsked(asked)), hull * stepNs));
        }
    }

    /** So many runs there are at most: one for each way to take a value of each field, if all of them are asked for by values. */
    private double mostRuns(Asked asked) {
        final int last = lastAsked(asked);
        double most = 1;
        for (int i = 0; i <= last; i++) {
            most *= i == last || asked.isOfValues(fields[i]) ? asked.rangeCount(fields[i]) : Double.POSITIVE_INFINITY;
        }
        return most;
    }

    /** Adds what the rows between these two places of the key take; answers whether all were met. */
    private boolean walkAhead(int from, int to, long steps) {
        final long seeksBefore = loop.seeks();
        final long examinedBefore = loop.rowsExamined();
        if (from > loop.position()) {
            loop.leapTo(from);
        }
        loop.limitSteps(steps);
        long found = 0;
        long runs = 0;
        while (loop.position() < to && loop.nextRun()) {
            found += loop.runRows();
            runs++;
        }
        final double ns = (double) (loop.seeks() - seeksBefore) * seekNs
                + (double) (loop.rowsExamined() - examinedBefore) * stepNs;
        final boolean isWhole = loop.position() >= to;
        // Of some values each is sought once at most, however far they lie apart.
        final double met = Math.max(1, Math.max((double) runs, (double) (loop.seeks() - seeksBefore)));
        final double even = (double) (to - from) / Math.max(1, loop.position() - from);
        final double times = isWhole ? 1 : Math.min(even, Math.max(1, mostRuns / met));
        // Having found nothing so far does not mean that there is nothing.
        final double unseen =
                isWhole || runs > 0 ? 0 : UNSEEN_PART * Math.min(runRows, (double) (to - loop.position()));
        rows += (double) found * times + unseen;
        walkNs += ns * times;
        return isWhole;
    }

    double rows() {
        return rows;
    }

    /** What finding them costs. */
    double walkNs() {
        return walkNs;
    }

    double readNs() {
        return walkNs + rows * rowNs;
    }

    /** However many rows a run has, counting it costs two seeks. */
    double countNs() {
        if (isOneRun) {
            return 2 * seekNs;
        }
        return loop.isByCodes() ? walkNs : readNs();
    }

    /** What is spent before the first row. */
    double fixedNs() {
        return Math.min(seekNs, walkNs);
    }
}
