package io.keyfarm.bench;

import io.keyfarm.key.advice.QueryTally;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.SplittableRandom;

/**
 * What counting costs: point queries through one session of a slave that is told now and then to count, or not to. Two slaves
 * would not do, nor two sessions of one: where their buffers happen to lie makes more of a difference than counting.
 *
 * <pre>
 *   a round   2,000 lookups each:  silent  counting  counting  silent    or the other way round
 * </pre>
 *
 * The median of the rounds' ratios is told, and beside it that of rounds in which nothing was ever counted.
 */
final class TallyRace implements AutoCloseable {
    private static final int ROUNDS = 1_500;
    private static final int WARM_ROUNDS = 150;
    private static final int POINTS = 1_000;
    /** About ten times a second, which is often. */
    private static final int ROUNDS_A_DRAIN = 50;

    private final PointFarm farm;
    private final long[] ids = new long[POINTS];
    private final Medians counting = new Medians();
    private final Medians control = new Medians();
    private final Medians silentNs = new Medians();

    TallyRace(int rowCount, long seed) throws IOException {
        farm = new PointFarm(rowCount, seed);
    }

    void run() {
        final QueryTally tally = new QueryTally(1e9, new SplittableRandom(1));
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            final boolean isFirst = round % 2 == 0;
            final double ratio = ratio(isFirst, true);
            final double none = ratio(isFirst, false);
            if (round >= WARM_ROUNDS) {
                counting.add(ratio);
                control.add(none);
            }
            if (round % ROUNDS_A_DRAIN == 0) {
                farm.slave().drainTally(farm.table(), tally);
            }
        }
    }

    /** How many times as long lookups take that are counted; those that are not come first and last, or in the midst. */
    private double ratio(boolean isSilentFirst, boolean counts) {
        final double first = run(!isSilentFirst && counts);
        final double mid = run(isSilentFirst && counts) + run(isSilentFirst && counts);
        final double outer = first + run(!isSilentFirst && counts);
        silentNs.add((isSilentFirst ? outer : mid) / (2 * POINTS));
        return isSilentFirst ? mid / outer : outer / mid;
    }

    /** How long some lookups take. */
    private double run(boolean isCounted) {
        for (int i = 0; i < POINTS; i++) {
            ids[i] = farm.anyId();
        }
        farm.slave().tally(isCounted);
        final long startNs = System.nanoTime();
        for (final long id : ids) {
            farm.find(id);
        }
        return (double) (System.nanoTime() - startNs);
    }

    /** Of a query. */
    double share() {
        return counting.median() - control.median();
    }

    void addTo(Report report, PrintWriter out) {
        out.printf(
                "counting: a query takes %.4f times as long, %.4f times if it is not counted after all; %,.0f ns%n%n",
                counting.median(), control.median(), silentNs.median());
        report.add(Figure.lower(
                "tally.share", share(), "of a query", "the same session while it does not count", 0.02, 0.01));
    }

    @Override
    public void close() {
        farm.close();
    }
}
