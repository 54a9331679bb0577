package io.keyfarm;

import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.key.advice.WhatIf;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What is asked of one table, and what it would cost with keys that do not exist. For one thread at a time. */
final class TableWorkload {
    /** After so many queries of the table a count is worth half. */
    static final double HALF_LIFE_QUERIES = 20_000;

    private static final int SAMPLE_ROWS = 1 << 14;
    /** A sample of rows that grew by so much stands for them no more. */
    private static final double GROWN = 1.25;

    private final String table;
    private final SplittableRandom random;
    private final QueryTally tally;
    private final TableSchema schema;
    private double queries;
    private @Nullable WhatIf whatIf;
    private double sampledRows;

    TableWorkload(TableSchema schema, SplittableRandom random) {
        this(schema, random, new QueryTally(HALF_LIFE_QUERIES, random.split()));
    }

    /** @throws io.keyfarm.rows.BadValueException if the bytes are no tally of such a table */
    static TableWorkload restored(TableSchema schema, byte[] tally, SplittableRandom random) {
        final TableWorkload it = new TableWorkload(schema, random, QueryTally.decode(tally, schema, random.split()));
        it.queries = (double) it.tally.now();
        return it;
    }

    private TableWorkload(TableSchema schema, SplittableRandom random, QueryTally tally) {
        this.schema = schema;
        this.random = random;
        this.tally = tally;
        table = schema.name();
    }

    TableSchema schema() {
        return schema;
    }

    QueryTally tally() {
        return tally;
    }

    /** Takes what slaves have counted; answers how often each shape was asked since, by its text. */
    Map<String, Double> drain(List<Slave> slaves) {
        final QueryTally since = new QueryTally(Double.POSITIVE_INFINITY, random.split());
        slaves.forEach(slave -> slave.drainTally(table, since));
        final Map<String, Double> counts = new LinkedHashMap<>();
        double sum = 0;
        for (final Shape shape : since.shapes()) {
            // A query asks every slave.
            final double count = since.count(shape) / slaves.size();
            counts.put(shape.toString(), count);
            sum += count;
        }
        if (sum > 0) {
            queries += sum;
            tally.advance((long) queries);
            tally.merge(since);
        }
        return counts;
    }

    /** What the shapes cost by the keys worth a look, those of the table among them. */
    WorkloadCost costs(TableEntry entry, Slave sampled, Collection<KeyCandidate> kept, CostModel costs) {
        WhatIf it = whatIf;
        final double rows = (double) entry.rowCount();
        if (it == null || rows > sampledRows * GROWN || rows < sampledRows / GROWN) {
            it = new WhatIf(sampled.sample(table, SAMPLE_ROWS, random.split()).standingFor(entry.rowCount()), costs);
            whatIf = it;
            sampledRows = rows;
        }
        // Of keys that are remembered, some are of fields that rows had before.
        final List<KeyCandidate> possible = kept.stream()
                .filter(key -> key.spec().fields().stream().allMatch(field -> schema.find(field) >= 0))
                .toList();
        return it.costs(tally, it.candidates(tally, WhatIf.MOST_ORDERS, possible));
    }
}
