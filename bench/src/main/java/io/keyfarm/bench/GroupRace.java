package io.keyfarm.bench;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.max;
import static io.keyfarm.query.Aggregates.min;
import static io.keyfarm.query.Aggregates.sum;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums and counts of a table of vehicles on four slaves, grouped by fields of more and more values, in several ways, in turns.
 *
 * <pre>
 *   all     one sum          year     40 groups          zip     30,000 groups
 *   owner   three or four rows a group                   id      as many groups as rows
 * </pre>
 *
 * Each is begun by slaves, or shipped to the farmer row by row, or asked of DuckDB, which answers sums over the groups.
 */
final class GroupRace implements AutoCloseable {
    private static final int SLAVES = 4;
    private static final int WARM_ROUNDS = 2;
    private static final int ROUNDS = 5;

    private final int rowCount;
    private final Keyfarm farm;
    private final Session session;
    private final DuckGroup duck;
    private final List<Contest> contests = new ArrayList<>();

    /** One question in three ways. */
    private record Contest(
            String name,
            PreparedFlow begun,
            PreparedFlow shipped,
            Medians begunNs,
            Medians shippedNs,
            Medians duckNs,
            Medians gain,
            Medians versusDuck) {
        /** Nearly as many groups as a slave has rows, so that nothing can be saved. */
        boolean isOfMany() {
            return name.equals("owner") || name.equals("id");
        }
    }

    GroupRace(int rowCount, long seed) throws Exception {
        this.rowCount = rowCount;
        farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(SLAVES)
                .queryMemoryBytes(4L << 30));
        final Table vehicles = farm.load(new Vehicles(rowCount, seed));
        farm.keys("vehicles", "price", "state.mileage");
        session = farm.session();
        for (final String name : DuckGroup.NAMES) {
            final Flow flow = name.equals(DuckGroup.ALL)
                    ? Query.from(vehicles)
                            .aggregate(sum(vehicles.field("price")).as("total"), count().as("rows"))
                    : Query.from(vehicles)
                            .groupBy(vehicles.field(name))
                            .aggregate(sum(vehicles.field("price")).as("total"), count().as("rows"));
            contests.add(contest(name, flow));
        }
        contests.add(contest(
                DuckGroup.ENDS,
                Query.from(vehicles)
                        .aggregate(
                                min(vehicles.field("price")).as("total"),
                                max(vehicles.field("price")).as("rows"))));
        try (PreparedQuery all = session.prepare(Query.from(vehicles))) {
            duck = new DuckGroup(all);
        }
    }

    private Contest contest(String name, Flow flow) {
        return new Contest(
                name,
                session.prepare(flow),
                session.prepareShipping(flow.compile()),
                new Medians(),
                new Medians(),
                new Medians(),
                new Medians(),
                new Medians());
    }

    /** @throws WrongAnswerException if the ways differ */
    void run() throws Exception {
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            for (final Contest it : contests) {
                final long startNs = System.nanoTime();
                final long answer = digest(it.begun.run());
                final long begunNs = System.nanoTime();
                require(it.name + ", shipped", digest(it.shipped.run()), answer);
                final long shippedNs = System.nanoTime();
                require(it.name + " of DuckDB", duck.answer(it.name), answer);
                final long duckNs = System.nanoTime();
                if (round >= WARM_ROUNDS) {
                    it.begunNs.add((double) (begunNs - startNs) / rowCount);
                    it.shippedNs.add((double) (shippedNs - begunNs) / rowCount);
                    it.duckNs.add((double) (duckNs - shippedNs) / rowCount);
                    it.gain.add((double) (shippedNs - begunNs) / (begunNs - startNs));
                    it.versusDuck.add((double) (duckNs - shippedNs) / (begunNs - startNs));
                }
            }
        }
    }

    private static void require(String way, long answer, long expected) {
        if (answer != expected) {
            throw new WrongAnswerException(way + " finds other groups: " + answer + ", not " + expected);
        }
    }

    /** Of the last two fields, total and rows, whatever the order of the groups. */
    private static long digest(Rows rows) {
        final int last = rows.schema().fieldCount() - 1;
        long count = 0;
        long sum = 0;
        while (rows.next()) {
            sum += rows.getLong(last - 1) * 7 + rows.getLong(last);
            count++;
        }
        return DuckGroup.digest(count, sum);
    }

    void addTo(Report report, PrintWriter out) {
        out.printf("ns a row: groups begun by slaves, shipped, DuckDB%n");
        for (final Contest it : contests) {
            out.printf(
                    "  %-6s %8.2f %8.2f %8.2f%n",
                    it.name, it.begunNs.median(), it.shippedNs.median(), it.duckNs.median());
        }
        out.println();
        for (final Contest it : contests) {
            report.add(Figure.higher(
                    "group." + it.name + ".versusShipped",
                    it.gain.median(),
                    "times",
                    "all rows sent",
                    it.isOfMany() ? 0.8 : 1,
                    it.isOfMany() ? 1 : 2));
            report.add(Figure.higher(
                    "group." + it.name + ".versusDuckDb", it.versusDuck.median(), "times", "one thread each", 0.1, 1));
        }
    }

    @Override
    public void close() throws Exception {
        duck.close();
        session.close();
        farm.close();
    }
}
