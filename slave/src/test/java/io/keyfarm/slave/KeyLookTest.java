package io.keyfarm.slave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.query.Param;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a look says of a key against the walk itself, executed, and against a look at every row. */
final class KeyLookTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final TableSchema SCHEMA = TableSchema.parse("t: a int32, b int32, c int32");
    private static final CostModel COSTS = CostModel.typical();
    private static final int ROWS = 40_000;
    /** So much is nowhere too much. */
    private static final double NO_LIMIT_NS = 1e15;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    /** A key, and what is asked at random. */
    private static final class Case {
        final Random random;
        final SortedKey key;
        final Asked asked;
        final KeyLook look;
        final String what;

        Case(SortedKey key, Asked asked, Random random, String what) {
            this.key = key;
            this.asked = asked;
            this.random = random;
            this.what = what;
            look = new KeyLook(key, COSTS);
        }

        double seekNs() {
            return COSTS.seekNs(key.tier());
        }

        /** Executes the walk as a read does; answers what it took. */
        double walkedNs() {
            final SeekLoop loop = new SeekLoop(key);
            loop.open(asked.monitors);
            final int[] batch = new int[256];
            int count = 1;
            while (count > 0) {
                count = loop.next(batch);
            }
            return (double) loop.seeks() * seekNs() + (double) loop.rowsExamined() * COSTS.stepNs(key.tier());
        }

        /** Expected over real costs of a read; a few seeks more or less are no error. */
        double error() {
            final double few = 2 * seekNs();
            return (look.readNs() + few) / (walkedNs() + rows() * COSTS.keyedRowNs() + few);
        }

        /** Found without the key's help. */
        int rows() {
            final int[] fields = key.spec().indexes(SCHEMA);
            final RowView row = key.slab().newView();
            int rows = 0;
            for (int i = 0; i < key.rowCount(); i++) {
                key.slab().view(i, row);
                boolean matches = true;
                for (final int field : fields) {
                    final SegmentMonitor monitor = asked.monitors[field];
                    matches &= monitor == null || monitor.matches(row.getSortable(field));
                }
                rows += matches ? 1 : 0;
            }
            return rows;
        }

        /** Whether all fields before the last that is asked of are points, and that is one range. */
        boolean isOneRun() {
            final int[] fields = key.spec().indexes(SCHEMA);
            int last = fields.length - 1;
            while (last >= 0 && !asked.isAsked(fields[last])) {
                last--;
            }
            boolean isOne = last >= 0 && asked.rangeCount(fields[last]) == 1;
            for (int i = 0; i < last; i++) {
                isOne &= asked.isPoint(fields[i]);
            }
            return isOne;
        }
    }

    private void forEach(int tables, int queries, Consumer<Case> check) {
        for (long seed = 0; seed < (long) tables * SCALE; seed++) {
            final Random random = new Random(seed);
            final int[] cardinalities = {1 << random.nextInt(12), 1 << random.nextInt(10), 1 << random.nextInt(14)};
            final List<String> fields = new ArrayList<>(List.of("a", "b", "c"));
            Collections.shuffle(fields, random);
            final KeySpec spec = KeySpec.parse(String.join(".", fields.subList(0, 2 + random.nextInt(2))));
            final KeyTier tier = random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD;
            try (Slab slab = rows(random, cardinalities, random.nextInt(3) == 0 ? 3 : 1);
                    SortedKey key = new KeyBuilder(ledger).build(slab, spec, tier)) {
                final Table table = Table.of(SCHEMA);
                Query query = Query.from(table);
                for (final String field : List.of("a", "b", "c")) {
                    query = query.where(table.field(field).is(Param.param(field)));
                }
                final Asked asked = new Asked(new BoundConditions(query.compile(), slab.layout()));
                for (int i = 0; i < queries; i++) {
                    for (int field = 0; field < 3; field++) {
                        bind(asked.monitors[field], random, cardinalities[field]);
                    }
                    final String what = "seed " + seed + " query " + i + " " + spec + " " + tier + " of "
                            + Arrays.toString(cardinalities) + " asked " + Arrays.toString(asked.monitors);
                    check.accept(new Case(key, asked, random, what));
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    /** @param skew 1 for even values; above it the small ones are frequent */
    private Slab rows(Random random, int[] cardinalities, int skew) {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow();
                for (int field = 0; field < 3; field++) {
                    rows.putLong(field, (long) (Math.pow(random.nextDouble(), skew) * cardinalities[field]));
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    private static void bind(SegmentMonitor monitor, Random random, int cardinality) {
        final int low = random.nextInt(cardinality);
        switch (random.nextInt(4)) {
            case 0 -> monitor.bindPoint(low);
            case 1 -> monitor.bindRange(low, low + random.nextInt(1 + cardinality / 4));
            case 2 -> {
                monitor.begin();
                final int count = 1 + random.nextInt(8);
                for (int i = 0; i < count; i++) {
                    monitor.addPoint(random.nextInt(cardinality));
                }
                monitor.end();
            }
            default -> monitor.bindWild();
        }
    }

    @Test
    void shouldKnowEveryRowWhereItMayLookAtAll() {
        final int[] runs = {0};
        final List<Double> errors = new ArrayList<>();
        forEach(30, 30, it -> {
            it.look.look(it.asked, NO_LIMIT_NS);
            assertEquals(it.rows(), it.look.rows(), it.what);
            errors.add(it.error());
            if (it.isOneRun()) {
                runs[0]++;
                assertEquals(2 * it.seekNs(), it.look.countNs(), it.what);
                final SeekLoop loop = it.look.loop;
                assertTrue(loop.seeks() <= 2 && loop.rowsExamined() == 0, it.what);
            }
        });
        assertTrue(runs[0] > 100 * SCALE, runs[0] + " of one run");
        final String spread = spread(errors);
        assertTrue(quantile(errors, 0.01) > 0.8 && quantile(errors, 0.99) < 1.6, spread);
        assertTrue(quantile(errors, 0) > 0.5 && quantile(errors, 1) < 4, spread);
    }

    @Test
    void shouldBeNearForALittleOfWhatIsPossibleAnyway() {
        final double scanNs = COSTS.scanNs(ROWS);
        final List<Double> errors = new ArrayList<>();
        forEach(40, 40, it -> {
            it.look.look(it.asked, scanNs);
            errors.add(it.error());
        });
        final String spread = spread(errors);
        assertTrue(quantile(errors, 0.05) > 0.8 && quantile(errors, 0.95) < 1.6, spread);
        assertTrue(quantile(errors, 0.01) > 0.4 && quantile(errors, 0.99) < 2.5, spread);
    }

    /** A look that is cut off takes what it may, and beyond that what passing a gap and a run's end take once for each place. */
    @Test
    void shouldSpendNoMoreThanALittleOfWhatIsPossibleAnyway() {
        final int[] cutOff = {0};
        forEach(40, 40, it -> {
            final double enoughNs = Math.pow(10, 2 + 5 * it.random.nextDouble());
            final int seekEntries = it.look.loop.seekEntries();
            it.look.look(it.asked, enoughNs);
            final SeekLoop loop = it.look.loop;
            final double mostSeeks = 2 + enoughNs / 32 / it.seekNs();
            final double places = Math.max(1, Math.min(8, Math.floor(mostSeeks / 8)));
            final double steps = (double) (loop.rowsExamined() + loop.seeks() * seekEntries);
            // Two seeks find how far the rows reach.
            final double most = (2 + mostSeeks) * seekEntries + places * (4 * seekEntries + 20);
            assertTrue(steps <= most, () -> steps + " steps, not " + most + " for " + enoughNs + " ns: " + it.what);
            cutOff[0] += steps > mostSeeks * seekEntries / 2 && !it.isOneRun() ? 1 : 0;
        });
        assertTrue(cutOff[0] > 100 * SCALE, cutOff[0] + " cut off");
    }

    @Test
    void shouldAllocateNothing() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long id = Thread.currentThread().getId();
        forEach(4, 30, it -> {
            lookOften(it);
            final long before = threads.getThreadAllocatedBytes(id);
            lookOften(it);
            final long allocated = threads.getThreadAllocatedBytes(id) - before;
            // The counter itself takes a little.
            assertTrue(allocated < 500, () -> it.what + ": " + allocated + " bytes");
        });
    }

    private static void lookOften(Case it) {
        for (int i = 0; i < 100; i++) {
            it.look.look(it.asked, 100_000);
        }
    }

    private static double quantile(List<Double> values, double part) {
        return values.stream()
                .sorted()
                .skip((long) (part * (values.size() - 1)))
                .findFirst()
                .orElseThrow();
    }

    private static String spread(List<Double> values) {
        final StringBuilder text = new StringBuilder("expected over real:");
        for (final double part : new double[] {0, 0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999, 1}) {
            text.append(" %s %.2f".formatted(part, quantile(values, part)));
        }
        return text.toString();
    }
}
