package io.keyfarm.bench;

import static java.util.Objects.requireNonNull;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.Condition;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A range of one field of vehicles, which has a part of all rows: the rows read, and counted, by a column copy of the field
 * and by a scan, in turns.
 *
 * <pre>
 *   make   a byte           zip   two bytes, exact
 *   price  four bytes       id    a byte, a sketch: rows at the ends of a range are looked at
 * </pre>
 */
final class ColumnRace implements AutoCloseable {
    private static final String[] FIELDS = {"make", "zip", "price", "id"};
    private static final int[] PERCENTS = {1, 10};
    private static final int WARM_ROUNDS = 3;
    private static final int ROUNDS = 9;
    private static final int SAMPLE_ROWS = 50_000;

    private final int rowCount;
    private final Keyfarm farm;
    private final Session session;
    private final List<Contest> contests = new ArrayList<>();

    /** One question in two ways. */
    private record Contest(
            String field,
            int percent,
            boolean isCount,
            PreparedQuery byColumn,
            PreparedQuery byScan,
            Medians columnNs,
            Medians scanNs,
            Medians gain) {
        String name() {
            return "%-6s %2d %% %s".formatted(field, percent, isCount ? "counted" : "read");
        }
    }

    ColumnRace(int rowCount, long seed) throws Exception {
        this.rowCount = rowCount;
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
        final Table vehicles = farm.load(new Vehicles(rowCount, seed));
        farm.columnCopies("vehicles", FIELDS);
        session = farm.session();
        for (final String name : FIELDS) {
            final FieldRef field = vehicles.field(name);
            final Object[] sorted = sample(vehicles, field);
            for (final int percent : PERCENTS) {
                // The last values, for of makes the first have more than a few rows in a hundred each.
                final Condition last = field.atLeast(sorted[sorted.length - sorted.length * percent / 100]);
                final Query rows = Query.from(vehicles).where(last).select(vehicles.field("mileage"));
                contests.add(contest(name, percent, false, rows));
                contests.add(contest(
                        name, percent, true, Query.from(vehicles).where(last).count()));
            }
        }
    }

    private Object[] sample(Table vehicles, FieldRef field) {
        try (PreparedQuery some =
                session.prepare(Query.from(vehicles).select(field).limit(Math.min(rowCount, SAMPLE_ROWS)))) {
            final Rows rows = some.run();
            final Object[] values = new Object[Math.min(rowCount, SAMPLE_ROWS)];
            for (int i = 0; rows.next(); i++) {
                values[i] = requireNonNull(rows.get(0));
            }
            Arrays.sort(values);
            return values;
        }
    }

    private Contest contest(String field, int percent, boolean isCount, Query query) {
        return new Contest(
                field,
                percent,
                isCount,
                session.prepare(query),
                session.prepare(query).scanning(),
                new Medians(),
                new Medians(),
                new Medians());
    }

    /** @throws WrongAnswerException if the ways differ */
    void run() {
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            for (final Contest it : contests) {
                final long startNs = System.nanoTime();
                final long answer = digest(it.byColumn.run());
                final long columnNs = System.nanoTime() - startNs;
                final long expected = digest(it.byScan.run());
                final long scanNs = System.nanoTime() - startNs - columnNs;
                if (answer != expected) {
                    throw new WrongAnswerException(it.name() + ": " + answer + ", not " + expected);
                }
                if (round >= WARM_ROUNDS) {
                    it.columnNs.add((double) columnNs / rowCount);
                    it.scanNs.add((double) scanNs / rowCount);
                    it.gain.add((double) scanNs / columnNs);
                }
            }
        }
    }

    private static long digest(Rows rows) {
        long sum = 0;
        while (rows.next()) {
            sum = sum * 31 + rows.getLong(0);
        }
        return sum;
    }

    void addTo(Report report, PrintWriter out) {
        out.printf("ns a row of the table: by column copy, by scan%n");
        for (final Contest it : contests) {
            out.printf(
                    "  %-20s %6.2f %6.2f   %5.2f times   %s%n",
                    it.name(),
                    it.columnNs.median(),
                    it.scanNs.median(),
                    it.gain.median(),
                    it.byColumn.report().path());
        }
        out.println();
        report.add(figure("column.versusScan.1", 1, false, 1.5, 3));
        report.add(figure("column.count.versusScan.1", 1, true, 2, 5));
        // With one row in ten of four bytes a slave scans, as it should.
        report.add(figure("column.versusScan.10", 10, false, 0.9, 1.5));
        report.add(figure("column.count.versusScan.10", 10, true, 1.5, 5));
    }

    private Figure figure(String name, int percent, boolean isCount, double must, double goal) {
        Contest worst = null;
        for (final Contest it : contests) {
            if (it.percent == percent
                    && it.isCount == isCount
                    && (worst == null || it.gain.median() < worst.gain.median())) {
                worst = it;
            }
        }
        if (worst == null) {
            throw new IllegalStateException("nothing of " + percent + " % was measured");
        }
        return Figure.higher(
                name, worst.gain.median(), "times", "a scan, worst of the fields: " + worst.field, must, goal);
    }

    @Override
    public void close() throws Exception {
        session.close();
        farm.close();
    }
}
