package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.slave.SharePace;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What a build does to those who query meanwhile, and they to it: one thread looks single rows up, and now and then another one
 * builds a key over the same rows, held to a quarter of a thread.
 *
 * <pre>
 *   a round   queries alone ─ queries beside a build ─ queries alone, as long
 *             p99 a            p99 b                    p99 c              b / the mean of a and c;  c / a is the control
 * </pre>
 *
 * The medians over the rounds are told. A build at full speed, with nobody querying, is what the paced one is held against.
 */
final class InterferenceRace implements AutoCloseable {
    /** Of sorting by several fields, one of them unique: as long as a build takes. */
    private static final KeySpec SPEC = KeySpec.parse("zip.price.id");

    private static final int MAX_QUERIES = 1 << 22;
    private static final int MIN_ROUNDS = 3;
    private static final int FULL_BUILDS = 5;
    private static final int WARM_BUILDS = 2;
    private static final double P99 = 0.99;

    private final PointFarm farm;
    private final Medians interference = new Medians();
    private final Medians control = new Medians();
    private final Medians quietP99Ns = new Medians();
    private final Medians fullNs = new Medians();
    private final Medians pacedNs = new Medians();

    InterferenceRace(int rowCount, long seed) throws IOException {
        farm = new PointFarm(rowCount, seed);
    }

    /** The figures, after about so many seconds; what else was measured is printed. */
    static List<Figure> run(int rowCount, long seed, int seconds, PrintWriter out) throws IOException {
        try (InterferenceRace race = new InterferenceRace(rowCount, seed)) {
            race.run(seconds);
            return race.figures(out);
        }
    }

    private void run(int seconds) {
        final long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        for (int i = 0; i < WARM_BUILDS + FULL_BUILDS; i++) {
            final long startNs = System.nanoTime();
            build(BuildPace.FULL);
            if (i >= WARM_BUILDS) {
                fullNs.add((double) (System.nanoTime() - startNs));
            }
        }
        long windowNs = (long) (4 * fullNs.median());
        p99(within(windowNs));
        for (int round = 0; round < MIN_ROUNDS || System.nanoTime() < endNs; round++) {
            final double before = p99(within(windowNs));
            final PacedBuild build = new PacedBuild();
            build.start();
            final double beside = p99(build::isAlive);
            windowNs = build.elapsedNs();
            final double after = p99(within(windowNs));
            if (round > 0) {
                interference.add(beside / ((before + after) / 2));
                control.add(after / before);
                quietP99Ns.add(before);
                pacedNs.add((double) windowNs);
            }
        }
    }

    private void build(BuildPace pace) {
        farm.slave().buildKey(farm.slab(), SPEC, KeyTier.HOT, pace).close();
    }

    private final class PacedBuild extends Thread {
        private volatile long elapsedNs;

        @Override
        public void run() {
            final long startNs = System.nanoTime();
            build(new SharePace(
                    farm.slave(), SystemNanoClock.INSTANCE, LockSupport::parkNanos, SharePace.DEFAULT_SHARE));
            elapsedNs = System.nanoTime() - startNs;
        }

        long elapsedNs() {
            return elapsedNs;
        }
    }

    private static BooleanSupplier within(long windowNs) {
        final long endNs = System.nanoTime() + windowNs;
        return () -> System.nanoTime() < endNs;
    }

    /** Of lookups while there is time. */
    private double p99(BooleanSupplier goesOn) {
        final Medians ns = new Medians();
        for (int i = 0; i < MAX_QUERIES && goesOn.getAsBoolean(); i++) {
            final long id = farm.anyId();
            final long startNs = System.nanoTime();
            farm.find(id);
            ns.add((double) (System.nanoTime() - startNs));
        }
        return ns.quantile(P99);
    }

    private List<Figure> figures(PrintWriter out) {
        out.printf(
                "p99 of a point query: alone %,.0f ns, beside a build %.2f times that, alone again %.2f times;"
                        + " build %,.0f ms at full speed, %,.0f ms beside queries%n%n",
                quietP99Ns.median(),
                interference.median(),
                control.median(),
                fullNs.median() / 1e6,
                pacedNs.median() / 1e6);
        return List.of(
                Figure.lower(
                        "build.interference",
                        interference.median(),
                        "times",
                        "p99 of point queries while no key is built; one thread asks",
                        1.5,
                        1.25),
                Figure.lower(
                        "build.stretch",
                        pacedNs.median() / fullNs.median(),
                        "times",
                        "the same build at full speed, nobody asking",
                        10,
                        6));
    }

    @Override
    public void close() {
        farm.close();
    }
}
