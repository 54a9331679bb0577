package io.keyfarm.bench;

import static io.keyfarm.query.Param.param;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What one row costs through the whole embedded engine, and what each further one: from a bound parameter to fields
 * read, while twenty other plans run in the same JVM.
 *
 * <pre>
 *   a round   each of the others a few times ─ points, one by one ─ results of about 150 rows, one by one
 * </pre>
 *
 * Ids are drawn from the rows by chance, so each is a row that no cache holds.
 */
final class PointLookups implements AutoCloseable {
    private static final int ROUNDS = 30;
    private static final int WARM_ROUNDS = 20;
    private static final int OTHERS_A_ROUND = 40;
    private static final int POINTS_A_ROUND = 20_000;
    private static final int MANY_A_ROUND = 1_000;
    /** A zip of 30,000 has 133 rows of 4 million: those with about 150 are picked. */
    private static final int MANY_ROWS = 150;

    private static final int MANY_SPREAD = 8;

    private final int rowCount;
    private final Keyfarm farm;
    private final Table table;
    private final Session session;
    private final Draws draws;
    private final List<VehiclePlans.Plan> plans;
    private final List<PreparedQuery> others = new ArrayList<>();
    private final PreparedQuery point;
    private final PreparedQuery many;
    private final int idParameter;
    private final int zipParameter;
    private final List<Integer> zips = new ArrayList<>();

    private final Medians pointNs = new Medians();
    private final Medians extraNs = new Medians();
    private final Medians timerNs = new Medians();
    private long allocatedBytes;
    private long measuredPoints;

    PointLookups(int rowCount, long seed) throws IOException {
        this.rowCount = rowCount;
        draws = new Draws(seed + 2);
        final Vehicles vehicles = new Vehicles(rowCount, seed);
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
        table = farm.load(vehicles);
        farm.keys("vehicles", VehiclePlans.KEYS);
        session = farm.session();
        plans = VehiclePlans.all(table, vehicles);
        for (final VehiclePlans.Plan plan : plans) {
            others.add(session.prepare(plan.words()));
        }
        point = session.prepare(Query.from(table).where(table.field("id").is(param("id"))));
        idParameter = point.parameters().indexOf("id");
        many = session.prepare(Query.from(table).where(table.field("zip").is(param("zip"))));
        zipParameter = many.parameters().indexOf("zip");
        pickZips();
    }

    private void pickZips() {
        final PreparedQuery counted = session.prepare(
                Query.from(table).where(table.field("zip").is(param("zip"))).count());
        final int wanted = Math.min(MANY_ROWS, (int) (1.1 * rowCount / Vehicles.ZIPS) + 1);
        for (int zip = 10_000; zip < 10_000 + Vehicles.ZIPS; zip++) {
            if (Math.abs(counted.set("zip", zip).count() - wanted) <= MANY_SPREAD) {
                zips.add(zip);
            }
        }
        counted.close();
    }

    /** @throws WrongAnswerException if an answer differs from the full scan's, or a row is not the one asked for */
    void check() {
        final List<PreparedQuery> all = new ArrayList<>(others);
        all.add(many);
        for (int i = 0; i < all.size(); i++) {
            final PreparedQuery keyed = all.get(i);
            try (PreparedQuery scanned = session.prepare(keyed.plan()).scanning()) {
                final long seed = draws.nextLong();
                bind(i, keyed, new Draws(seed));
                bind(i, scanned, new Draws(seed));
                // A limit may be filled by other rows, but never by more or fewer.
                if (count(keyed.run()) != count(scanned.run())) {
                    throw new WrongAnswerException("a full scan answers otherwise: " + keyed.plan());
                }
            }
        }
        for (int i = 0; i < 10_000; i++) {
            final long id = Vehicles.id(draws.below(rowCount));
            point.parameters().setLong(idParameter, id);
            final Rows rows = point.run();
            if (!rows.next() || rows.getLong(Vehicles.ID) != id || rows.next()) {
                throw new WrongAnswerException("id " + id + " does not find its one row");
            }
        }
    }

    private void bind(int plan, PreparedQuery query, Draws from) {
        if (plan < plans.size()) {
            plans.get(plan).binder().accept(query, from);
        } else {
            query.parameters().setLong(zipParameter, zips.get(0));
        }
    }

    private static long count(Rows rows) {
        long sum = 0;
        while (rows.next()) {
            sum += rows.schema().fieldCount() == 1 ? rows.getLong(0) : 1;
        }
        return sum;
    }

    void run() {
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            final boolean isMeasured = round >= WARM_ROUNDS;
            runOthers();
            runPoints(isMeasured);
            if (!zips.isEmpty()) {
                runMany(isMeasured);
            }
        }
    }

    private void runOthers() {
        for (int i = 0; i < plans.size(); i++) {
            for (int run = 0; run < OTHERS_A_ROUND; run++) {
                plans.get(i).binder().accept(others.get(i), draws);
                Sink.take(others.get(i).run().drain());
            }
        }
    }

    private void runPoints(boolean isMeasured) {
        final long[] ids = new long[POINTS_A_ROUND];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Vehicles.id(draws.below(rowCount));
        }
        final long[] ns = new long[POINTS_A_ROUND];
        final long allocatedBefore = ThreadClock.allocatedBytes();
        long sum = 0;
        for (int i = 0; i < ids.length; i++) {
            final long startNs = System.nanoTime();
            sum += point(ids[i]);
            ns[i] = System.nanoTime() - startNs;
        }
        final long allocated = ThreadClock.allocatedBytes() - allocatedBefore;
        Sink.take(sum);
        if (isMeasured) {
            for (final long it : ns) {
                pointNs.add((double) it);
            }
            allocatedBytes += allocated;
            measuredPoints += ids.length;
            for (int i = 0; i < 1_000; i++) {
                final long startNs = System.nanoTime();
                timerNs.add((double) (System.nanoTime() - startNs));
            }
        }
    }

    /** One lookup; answers a sum of fields of its row. */
    long point(long id) {
        point.parameters().setLong(idParameter, id);
        final Rows rows = point.run();
        long sum = 0;
        while (rows.next()) {
            sum += rows.getLong(Vehicles.ID)
                    + rows.getLong(Vehicles.YEAR)
                    + rows.getLong(Vehicles.OWNER)
                    + rows.getLong(Vehicles.PRICE);
        }
        return sum;
    }

    private void runMany(boolean isMeasured) {
        final double onePointNs = isMeasured ? pointNs.median() : 0;
        long sum = 0;
        for (int i = 0; i < MANY_A_ROUND; i++) {
            final int zip = zips.get(draws.below(zips.size()));
            final long startNs = System.nanoTime();
            many.parameters().setLong(zipParameter, zip);
            final Rows rows = many.run();
            int count = 0;
            while (rows.next()) {
                sum += rows.getLong(Vehicles.ID)
                        + rows.getLong(Vehicles.YEAR)
                        + rows.getLong(Vehicles.OWNER)
                        + rows.getLong(Vehicles.PRICE);
                count++;
            }
            final long ns = System.nanoTime() - startNs;
            if (isMeasured) {
                extraNs.add((ns - onePointNs) / (count - 1));
            }
        }
        Sink.take(sum);
    }

    void addTo(Report report, PrintWriter out) {
        final String where = "through the embedded engine, 20 other plans in the JVM";
        out.printf(
                "point lookup: median %,.0f ns, p99 %,.0f ns, of which reading the clock %,.0f ns%n%n",
                pointNs.median(), pointNs.quantile(0.99), timerNs.median());
        report.add(Figure.lower("point.median.ns", pointNs.median(), "ns", where, 1_000, 500));
        if (!zips.isEmpty()) {
            report.add(
                    Figure.lower("rows.extra.ns", extraNs.median(), "ns/row", "each further row of about 150", 15, 5));
        }
        report.add(Figure.lower(
                "point.allocatedBytes", (double) allocatedBytes / measuredPoints, "bytes/query", where, 0, 0));
    }

    @Override
    public void close() {
        session.close();
        farm.close();
    }
}
