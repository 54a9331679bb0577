package io.keyfarm.bench;

import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.query.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a trace through the engine while a {@link Tuner} builds and drops keys. What a query took is what the pool executed for
 * the key that the engine says it took; every answer is compared with the full scan's.
 */
final class EngineTrace {
    private final AskPool pool;
    private final Keyfarm farm;
    private final Table table;

    EngineTrace(AskPool pool, Keyfarm farm, Table table) {
        this.pool = pool;
        this.farm = farm;
        this.table = table;
    }

    /** @param ns takes what each query cost */
    TraceCost run(int[] trace, Tuner tuner, double[] ns) {
        final List<PreparedQuery> queries = new ArrayList<>();
        double queriesNs = 0;
        final long startNs = ThreadClock.cpuNs();
        try (Session session = farm.session()) {
            for (int i = 0; i < pool.templateCount(); i++) {
                queries.add(session.prepare(AskWords.words(table, pool.template(i), Ask.NO_LIMIT, false)));
            }
            long outsideNs = 0;
            for (int i = 0; i < trace.length; i++) {
                tuner.beforeQuery(i);
                final PreparedQuery query = queries.get(AskPool.templateOf(trace[i]));
                final long found = AskWords.run(query, pool.ask(trace[i]));
                final String path = query.report().path();
                final long fromNs = ThreadClock.cpuNs();
                if (found != pool.answer(trace[i])) {
                    throw new WrongAnswerException("the engine finds %,d rows by %s, a full scan %,d: %s"
                            .formatted(found, path, pool.answer(trace[i]), pool.ask(trace[i])));
                }
                ns[i] = path.contains("column") ? columnNs(query.report()) : costNs(path, trace[i], tuner);
                queriesNs += ns[i];
                outsideNs += ThreadClock.cpuNs() - fromNs;
                tuner.afterQuery(i);
            }
            return new TraceCost(
                    queriesNs,
                    tuner.rowsBuilt() * pool.buildNsARow(),
                    tuner.builds(),
                    ThreadClock.cpuNs() - startNs - outsideNs);
        }
    }

    /** A column copy is scanned, and the rows that it leads to are read. */
    private double columnNs(RunReport report) {
        return report.rowsExamined() * pool.costModel().codeNs()
                + report.rowsOut() * pool.costModel().keyedRowNs();
    }

    private double costNs(String path, int place, Tuner tuner) {
        if (path.equals("full scan")) {
            return pool.scanNs()[place];
        }
        if (path.equals("nothing")) {
            return 0;
        }
        for (final KeyCandidate key : tuner.keys()) {
            if (key.kind().isSorted() && key.spec().toString().equals(path)) {
                return pool.costs(key)[place];
            }
        }
        final int of = path.indexOf(" of ");
        if (of < 0) {
            // A key that has just gone, or one that the tuner does not tell of: the engine's keys are hot.
            return pool.costs(KeySpec.parse(path))[place];
        }
        double least = Double.POSITIVE_INFINITY;
        for (final String field : path.substring(of + 4).split(" & ")) {
            least = Math.min(least, pool.costs(new KeyCandidate(KeySpec.of(field), Kind.BITMAP))[place]);
        }
        return least;
    }
}
