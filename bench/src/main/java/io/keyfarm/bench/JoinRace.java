package io.keyfarm.bench;

import static io.keyfarm.query.Param.param;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Join;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import java.io.PrintWriter;

/**
 * A table of visits joined with the vehicles they name, by the key over the vehicles' ids, in several ways, in turns.
 *
 * <pre>
 *   join          all visits, one flow                  rows           a query for each visit
 *   batched       executeAll over their ids             single         a run for each id
 *   duck          all visits, DuckDB                    days           the visits of some days, flow and DuckDB
 * </pre>
 */
final class JoinRace implements AutoCloseable {
    private static final int WARM_ROUNDS = 3;
    private static final int ROUNDS = 7;
    /** How often the visits of one day are asked for in a round, and those of a hundred days in a row. */
    private static final int DAYS_A_ROUND = 20;

    private static final int SPANS_A_ROUND = 3;
    private static final int MANY_DAYS = 100;
    /** Visits for each vehicle. */
    private static final double SHARE = 0.25;

    private final Visits visits;
    private final Draws draws;
    private final Keyfarm farm;
    private final Session session;
    private final PreparedFlow join;
    private final PreparedFlow ofDays;
    private final PreparedQuery left;
    private final PreparedQuery lookup;
    private final int idParameter;
    private final DuckJoin duck;

    private final Medians joinNs = new Medians();
    private final Medians versusRows = new Medians();
    private final Medians batchGain = new Medians();
    private final Medians batchedNs = new Medians();
    private final Medians singleNs = new Medians();
    private final Medians rowsNs = new Medians();
    private final Medians duckNs = new Medians();
    private final Medians versusDuck = new Medians();
    private final DaysFigures day = new DaysFigures();
    private final DaysFigures manyDays = new DaysFigures();

    JoinRace(int rowCount, long seed) throws Exception {
        visits = new Visits(Math.max(Visits.A_DAY, (int) (rowCount * SHARE)), rowCount, seed);
        draws = new Draws(seed + 4);
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
        final Table vehicles = farm.load(new Vehicles(rowCount, seed));
        final Table table = farm.load(visits);
        farm.keys("vehicles", "id");
        farm.keys("visits", "day");
        session = farm.session();
        final Join byId = Join.inner(vehicles).on(vehicles.field("id").is(table.field("vehicle")));
        join = session.prepare(Query.from(table).join(byId).select(table.field("visit"), vehicles.field("price")));
        ofDays = session.prepare(Query.from(table)
                .where(table.field("day").between(param("first"), param("last")))
                .join(byId)
                .select(table.field("visit"), vehicles.field("price")));
        left = session.prepare(Query.from(table));
        lookup = session.prepare(
                Query.from(vehicles).where(vehicles.field("id").is(param("id"))).select("id", "price"));
        idParameter = lookup.parameters().indexOf("id");
        try (PreparedQuery all = session.prepare(Query.from(vehicles))) {
            duck = new DuckJoin(all, visits);
        }
    }

    static long digest(long count, long sum) {
        return sum * 31 + count;
    }

    /** @throws WrongAnswerException if the ways differ */
    void check() throws Exception {
        final long expected = byRows();
        require("the join", join(), expected);
        require("single lookups", single(), expected);
        require("batched lookups", batched(), expected);
        require("DuckDB's join", duck.all(), expected);
        runDays(1, DAYS_A_ROUND, new DaysFigures());
        runDays(manyDays(), SPANS_A_ROUND, new DaysFigures());
    }

    /** A hundred, or as many as there are. */
    private int manyDays() {
        return Math.min(MANY_DAYS, visits.count() / Visits.A_DAY);
    }

    private static void require(String way, long answer, long expected) {
        if (answer != expected) {
            throw new WrongAnswerException(way + " finds other rows: " + answer + ", not " + expected);
        }
    }

    void run() throws Exception {
        final int count = visits.count();
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            final long startNs = System.nanoTime();
            Sink.take(join());
            final long joinedNs = System.nanoTime();
            Sink.take(byRows());
            final long byRowsNs = System.nanoTime();
            Sink.take(batched());
            final long batchNs = System.nanoTime();
            Sink.take(single());
            final long singlesNs = System.nanoTime();
            Sink.take(duck.all());
            final long duckedNs = System.nanoTime();
            if (round >= WARM_ROUNDS) {
                joinNs.add((double) (joinedNs - startNs) / count);
                rowsNs.add((double) (byRowsNs - joinedNs) / count);
                versusRows.add((double) (byRowsNs - joinedNs) / (joinedNs - startNs));
                batchedNs.add((double) (batchNs - byRowsNs) / count);
                singleNs.add((double) (singlesNs - batchNs) / count);
                batchGain.add((double) (singlesNs - batchNs) / (batchNs - byRowsNs));
                duckNs.add((double) (duckedNs - singlesNs) / count);
                versusDuck.add((double) (duckedNs - singlesNs) / (joinedNs - startNs));
            }
            final boolean isMeasured = round >= WARM_ROUNDS;
            runDays(1, DAYS_A_ROUND, isMeasured ? day : new DaysFigures());
            runDays(manyDays(), SPANS_A_ROUND, isMeasured ? manyDays : new DaysFigures());
        }
    }

    private void runDays(int dayCount, int times, DaysFigures into) throws Exception {
        final int[] firsts = new int[times];
        for (int i = 0; i < times; i++) {
            firsts[i] = draws.below(visits.count() / Visits.A_DAY - dayCount + 1);
        }
        long sum = 0;
        final long startNs = System.nanoTime();
        for (final int first : firsts) {
            sum += ofDays(first, dayCount);
        }
        final long flowsNs = System.nanoTime();
        for (final int first : firsts) {
            sum -= duck.ofDays(first, dayCount);
        }
        into.add(flowsNs - startNs, System.nanoTime() - flowsNs, (double) times * dayCount * Visits.A_DAY);
        require("DuckDB's joins of days", sum, 0);
    }

    private long join() {
        return sum(join.run());
    }

    private long ofDays(int first, int count) {
        return sum(ofDays.set("first", first).set("last", first + count - 1).run());
    }

    private static long sum(Rows rows) {
        long count = 0;
        long sum = 0;
        while (rows.next()) {
            sum += rows.getLong(1);
            count++;
        }
        return digest(count, sum);
    }

    /** The way joins were: a query for each left row. */
    private long byRows() {
        long count = 0;
        long sum = 0;
        final Rows lefts = left.run();
        while (lefts.next()) {
            lookup.parameters().setLong(idParameter, lefts.getLong(Visits.VEHICLE));
            final Rows rows = lookup.run();
            while (rows.next()) {
                sum += rows.getLong(1);
                count++;
            }
        }
        return digest(count, sum);
    }

    private long single() {
        long count = 0;
        long sum = 0;
        for (int i = 0; i < visits.count(); i++) {
            lookup.parameters().setLong(idParameter, visits.vehicle(i));
            final Rows rows = lookup.run();
            while (rows.next()) {
                sum += rows.getLong(1);
                count++;
            }
        }
        return digest(count, sum);
    }

    private long batched() {
        final long[] sum = new long[1];
        final long count = lookup.executeAll(
                visits.count(),
                (place, parameters) -> parameters.setLong(idParameter, visits.vehicle(place)),
                (place, rows) -> {
                    while (rows.next()) {
                        sum[0] += rows.getLong(1);
                    }
                });
        return digest(count, sum[0]);
    }

    void addTo(Report report, PrintWriter out) {
        out.printf(
                "%,d left rows; ns a left row: join %,.0f, a query each %,.0f, batched %,.0f, single %,.0f, DuckDB %,.0f;"
                        + " of %,d left rows: join %,.0f, DuckDB %,.0f; of %,d left rows: join %,.0f, DuckDB %,.0f%n%n",
                visits.count(),
                joinNs.median(),
                rowsNs.median(),
                batchedNs.median(),
                singleNs.median(),
                duckNs.median(),
                Visits.A_DAY,
                day.flowNs.median(),
                day.duckNs.median(),
                manyDays() * Visits.A_DAY,
                manyDays.flowNs.median(),
                manyDays.duckNs.median());
        report.add(Figure.higher(
                "join.versusRowAtATime", versusRows.median(), "times", "a query for each left row", 4, 8));
        report.add(Figure.higher("join.batchGain", batchGain.median(), "times", "single lookups by the key", 2.5, 4));
        report.add(Figure.lower(
                "join.perProbe.ns", joinNs.median(), "ns", duckDb(duckNs), duckNs.median() / 2.5, duckNs.median() / 4));
        report.add(Figure.higher(
                "join.versusDuckDb", versusDuck.median(), "times", "all left rows, one thread each", 2.5, 4));
        addTo(report, "join.day.versusDuckDb", day, 1);
        addTo(report, "join.days.versusDuckDb", manyDays, manyDays());
    }

    private static void addTo(Report report, String name, DaysFigures days, int dayCount) {
        final String what = "%,d left rows, one thread each".formatted(dayCount * Visits.A_DAY);
        report.add(Figure.higher(name, days.versusDuck.median(), "times", what, 2.5, 4));
    }

    /** Joins of the visits of some days: nanoseconds a left row, and how many times as long DuckDB takes. */
    private static final class DaysFigures {
        final Medians flowNs = new Medians();
        final Medians duckNs = new Medians();
        final Medians versusDuck = new Medians();

        void add(long flowsNs, long ducksNs, double probes) {
            flowNs.add(flowsNs / probes);
            duckNs.add(ducksNs / probes);
            versusDuck.add((double) ducksNs / flowsNs);
        }
    }

    private static String duckDb(Medians ns) {
        return "DuckDB: %,.0f".formatted(ns.median());
    }

    @Override
    public void close() throws Exception {
        duck.close();
        session.close();
        farm.close();
    }
}
