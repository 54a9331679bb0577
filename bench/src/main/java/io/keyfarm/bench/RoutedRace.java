package io.keyfarm.bench;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.Join;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lookups of a join over four slaves, in turns: through an ordinary key at each of them, through a routed key whose entries have
 * what is wanted, and through one whose rows are fetched.
 */
final class RoutedRace implements AutoCloseable {
    private static final int SLAVES = 4;
    private static final int WARM_ROUNDS = 3;
    private static final int ROUNDS = 7;
    /** Rows for each left row. */
    private static final int LEFT_SHARE = 20;

    private static final TableSchema RIGHT =
            TableSchema.parse("rights: r_key int64, r_value int32, r_a int64, r_b int64, r_c int64, r_d int64");
    private static final TableSchema LEFT = TableSchema.parse("lefts: l_key int64");

    private final int fan;
    private final int leftCount;
    private final List<Way> ways = new ArrayList<>();

    /** A farm with the same rows as the others, and other keys. */
    private final class Way implements AutoCloseable {
        final String name;
        final Medians ns = new Medians();
        private final Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(SLAVES));
        private final Session session;
        private final PreparedFlow join;

        Way(String name, int rowCount, long seed, Consumer<Keyfarm> keys) throws IOException {
            this.name = name;
            final int keyCount = rowCount / fan;
            // By chance where each row is, as of rows that came in no order of the key.
            final Table right = farm.load(source(RIGHT, rowCount, (row, sink) -> {
                final long of = Draws.shuffled(row, 40) % keyCount;
                sink.putLong(0, of).putLong(1, row & 0xFFFF);
                for (int field = 2; field < RIGHT.fieldCount(); field++) {
                    sink.putLong(field, row);
                }
            }));
            final Draws draws = new Draws(seed);
            final Table left =
                    farm.load(source(LEFT, leftCount, (row, sink) -> sink.putLong(0, draws.below(keyCount))));
            keys.accept(farm);
            session = farm.session();
            join = session.prepare(Query.from(left)
                    .join(Join.inner(right).on(right.field("r_key").is(left.field("l_key"))))
                    .select("l_key", "r_value"));
        }

        long run(boolean isMeasured) {
            long sum = 0;
            long count = 0;
            final long startNs = System.nanoTime();
            final Rows rows = join.run();
            while (rows.next()) {
                sum += rows.getLong(1);
                count++;
            }
            if (isMeasured) {
                ns.add((double) (System.nanoTime() - startNs) / leftCount);
            }
            return 31 * sum + count;
        }

        String path() {
            return join.reports().get(1).path();
        }

        @Override
        public void close() {
            session.close();
            farm.close();
        }
    }

    RoutedRace(int rowCount, int fan, long seed) throws IOException {
        this.fan = fan;
        leftCount = Math.max(1, rowCount / fan / LEFT_SHARE);
        ways.add(new Way("every slave", rowCount, seed, farm -> farm.keys("rights", "r_key")));
        ways.add(new Way("half keyed", rowCount, seed, farm -> farm.routedKey("rights", "r_key", "r_value")));
        ways.add(new Way("full keyed", rowCount, seed, farm -> farm.routedKey("rights", "r_key")));
    }

    /** Writes one row. */
    private interface Writer {
        void write(long row, RowSink sink);
    }

    private static RowSource source(TableSchema schema, int count, Writer writer) {
        return new RowSource() {
            @Override
            public TableSchema schema() {
                return schema;
            }

            @Override
            public long estimatedBytes() {
                return 8L * schema.fieldCount() * count;
            }

            @Override
            public long load(RowSink sink, LoadProgress progress) {
                for (int row = 0; row < count; row++) {
                    sink.beginRow();
                    writer.write(row, sink);
                    sink.endRow();
                }
                return count;
            }
        };
    }

    void run() {
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            final long expected = ways.get(0).run(round >= WARM_ROUNDS);
            for (final Way way : ways.subList(1, ways.size())) {
                if (way.run(round >= WARM_ROUNDS) != expected) {
                    throw new WrongAnswerException(way.name + " finds other rows than every slave does");
                }
            }
        }
    }

    void addTo(Report report, PrintWriter out) {
        out.printf("%,d lookups over %d slaves, about %d rows each:%n", leftCount, SLAVES, fan);
        for (final Way way : ways) {
            out.printf(
                    "  %-12s %,8.0f ns, %,12.0f lookups a second, by %s%n",
                    way.name, way.ns.median(), 1e9 / way.ns.median(), way.path());
        }
        out.println();
        final double every = ways.get(0).ns.median();
        final String what = "an ordinary key on four slaves";
        report.add(
                Figure.higher("join.halfKeyed.x" + fan, every / ways.get(1).ns.median(), "times", what, 1.3, 2));
        report.add(
                Figure.higher("join.fullKeyed.x" + fan, every / ways.get(2).ns.median(), "times", what, 1, 1.3));
    }

    @Override
    public void close() {
        ways.forEach(Way::close);
    }
}
