package io.keyfarm.bench;

import static io.keyfarm.query.Param.param;

import io.keyfarm.farmer.Channels;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.OpenChannel;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSession;
import io.keyfarm.slave.SlaveSettings;
import io.keyfarm.wire.link.DirectLink;
import io.keyfarm.wire.link.FrameListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.SplittableRandom;
import org.agrona.concurrent.SystemNanoClock;

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

    private final int rowCount;
    private final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
    private final Slave slave = new Slave(SlaveSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger);
    private final Session session;
    private final PreparedQuery point;
    private final Draws draws;
    private final long[] ids = new long[POINTS];
    private final Medians counting = new Medians();
    private final Medians control = new Medians();
    private final Medians silentNs = new Medians();

    TallyRace(int rowCount, long seed) throws IOException {
        this.rowCount = rowCount;
        draws = new Draws(seed + 5);
        final Vehicles vehicles = new Vehicles(rowCount, seed);
        try (SlabBuilder rows = new SlabBuilder(vehicles.schema(), ledger)) {
            vehicles.load(rows, LoadProgress.NONE);
            slave.putPart(rows.build(), 1);
        }
        final String name = vehicles.schema().name();
        slave.putKey(name, KeySpec.parse("id"), KeyTier.HOT);
        slave.activate(name, 1);
        final Farmer farmer =
                new Farmer(FarmerSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger, CostModel.typical());
        farmer.catalogue().put(new TableEntry(vehicles.schema(), 1, 1, rowCount, slave.summaries(name)));
        session = farmer.openSession(new OneSlave(slave));
        final Table table = Table.of(vehicles.schema());
        point = session.prepare(Query.from(table).where(table.field("id").is(param("id"))));
    }

    private record OneSlave(Slave slave) implements Channels {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public OpenChannel open(int channel, FrameListener listener) {
            final SlaveSession there = slave.openSession();
            return new OpenChannel(DirectLink.pair(listener, there), there::interrupt, there::forget, there::close);
        }

        @Override
        public void await() {
            throw new IllegalStateException("a slave of this process answers at once");
        }
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
                slave.drainTally("vehicles", tally);
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
            ids[i] = Vehicles.id(draws.below(rowCount));
        }
        slave.tally(isCounted);
        long sum = 0;
        final long startNs = System.nanoTime();
        for (final long id : ids) {
            point.parameters().setLong(0, id);
            final Rows rows = point.run();
            while (rows.next()) {
                sum += rows.getLong(Vehicles.ID) - id + rows.getLong(Vehicles.PRICE);
            }
        }
        final double ns = (double) (System.nanoTime() - startNs);
        if (sum <= 0) {
            throw new WrongAnswerException("no price was found");
        }
        return ns;
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
        point.close();
        session.close();
        slave.close();
    }
}
