package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.KeyTier;
import io.keyfarm.query.AggregateCall;
import io.keyfarm.query.Aggregates;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.Ask;
import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Least and greatest values out of keys, beside those of a full scan. Replay one table with {@code -Dkeyfarm.test.seed=N}. */
final class KeyEndsTest {
    private static final int TABLES = 80;
    private static final int FLOWS = 40;

    private int fromEnds;
    private int asked;

    @Test
    void shouldFindTheLeastAndTheGreatestThatAScanFinds() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        final int tables = TABLES * Integer.getInteger("keyfarm.test.scale", 1);
        for (long seed = only == null ? 0 : only; seed < (only == null ? tables : only + 1); seed++) {
            try {
                compare(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dkeyfarm.test.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.printf("%,d of %,d flows from the ends of keys, 0 differences from scans%n", fromEnds, asked);
        if (only == null) {
            assertTrue(fromEnds > asked / 4, fromEnds + " of " + asked);
        }
    }

    private void compare(long seed) throws Exception {
        final Random random = new Random(seed);
        final int rows = List.of(0, 1, 2, 30, 300, 2000).get(random.nextInt(6));
        try (Scenario rowsOf = new Scenario(random, rows, "seed " + seed);
                Keyfarm farm = Keyfarm.embedded(
                        EmbeddedSettings.defaults()
                                .growth(GrowthSettings.off())
                                .slaves(1 + random.nextInt(5))
                                .tier(random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD),
                        SystemNanoClock.INSTANCE,
                        Scenario.KEYS_ALWAYS)) {
            farm.load(rowsOf);
            final Table table = Table.of(rowsOf.schema());
            final List<String> names = new ArrayList<>(
                    rowsOf.schema().fields().stream().map(Field::name).toList());
            final List<List<String>> keys = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Collections.shuffle(names, random);
                keys.add(List.copyOf(names.subList(0, 1 + random.nextInt(3))));
                farm.keys(table.name(), String.join(".", keys.get(i)));
            }
            try (Session session = farm.session()) {
                for (int i = 0; i < FLOWS; i++) {
                    final List<String> key = keys.get(random.nextInt(keys.size()));
                    compare(session, flow(random, table, key), keys);
                }
            }
        }
    }

    /** Conditions on some fields of a key, groups of others, and the ends of one that stands behind, or of any. */
    private static GroupScenario.Asked flow(Random random, Table table, List<String> key) {
        final Ask.Maker maker = new Ask.Maker(random, table.schema());
        final int place = random.nextInt(key.size());
        Query query = from(table);
        final List<FieldRef> by = new ArrayList<>();
        for (final String name : key.subList(0, place)) {
            if (random.nextInt(4) == 0) {
                by.add(table.field(name));
            } else {
                final Op op =
                        List.of(Op.IS, Op.IN, Op.IN, Op.IS_NULL, Op.AT_LEAST).get(random.nextInt(5));
                query = query.where(maker.leaf(table.schema().indexOf(name), op).words(table));
            }
        }
        final String name = random.nextInt(8) == 0
                ? table.schema()
                        .field(random.nextInt(table.schema().fieldCount()))
                        .name()
                : key.get(place);
        if (random.nextInt(4) == 0) {
            final List<Op> ops = Ask.Maker.ops(table.field(name).type());
            query = query.where(maker.leaf(table.schema().indexOf(name), ops.get(random.nextInt(ops.size())))
                    .words(table));
        }
        final List<AggregateCall> calls = new ArrayList<>();
        if (random.nextBoolean()) {
            calls.add(Aggregates.min(table.field(name)).as("least"));
        }
        if (calls.isEmpty() || random.nextBoolean()) {
            calls.add(Aggregates.max(table.field(name)).as("greatest"));
        }
        if (random.nextInt(4) == 0) {
            calls.add(Aggregates.max(table.field(key.get(key.size() - 1))).as("other"));
        }
        final AggregateCall[] all = calls.toArray(AggregateCall[]::new);
        final Flow flow = by.isEmpty()
                ? query.aggregate(all)
                : query.groupBy(by.toArray(FieldRef[]::new)).aggregate(all);
        return new GroupScenario.Asked(flow, maker.givenAll(), false);
    }

    private void compare(Session session, GroupScenario.Asked question, List<List<String>> keys) {
        final String message = question + " keys " + keys;
        final List<String> answer = new ArrayList<>();
        final List<String> scanned = new ArrayList<>();
        try (PreparedFlow flow = session.prepare(question.flow())) {
            GroupScenario.set(flow, question.given());
            GroupScenario.take(flow.run(), answer);
            asked++;
            fromEnds += flow.reports().get(0).path().startsWith("ends of") ? 1 : 0;
            flow.scanning();
            GroupScenario.take(flow.run(), scanned);
            assertTrue(!flow.reports().get(0).path().startsWith("ends of"), message);
        }
        Collections.sort(answer);
        Collections.sort(scanned);
        assertEquals(String.join("\n", scanned), String.join("\n", answer), message);
    }

    @Test
    void shouldReadARowOrTwoForEachValueAskedFor() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(2))) {
            final Table numbers = farm.load(new Numbers("numbers", 50_000, 1));
            farm.keys("numbers", "bucket.id", "name");
            final FieldRef id = numbers.field("id");
            final FieldRef bucket = numbers.field("bucket");
            try (Session session = farm.session()) {
                final RunReport ofThree = report(
                        session,
                        from(numbers).where(bucket.in(3, 5, 900)).aggregate(Aggregates.min(id), Aggregates.max(id)));
                assertEquals("ends of bucket.id", ofThree.path());
                assertTrue(ofThree.seeks() <= 2 * 2 * 3, ofThree.toString());
                // On two slaves, of three runs: two rows of each, and codes on the way to its end and over a short gap.
                assertTrue(ofThree.rowsExamined() <= 2 * 3 * (2 + 18 + 25), ofThree.toString());

                final RunReport ofAll = report(session, from(numbers).aggregate(Aggregates.max(numbers.field("name"))));
                assertEquals("ends of name", ofAll.path());
                assertTrue(ofAll.rowsExamined() <= 2 * (2 + 18), ofAll.toString());

                final RunReport ofOthers = report(
                        session, from(numbers).where(bucket.is(7)).aggregate(Aggregates.max(numbers.field("name"))));
                assertEquals("bucket.id", ofOthers.path());
            }
        }
    }

    @Test
    void shouldLookAtOneRowToSayThatThereIsOne() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(2))) {
            final Table numbers = farm.load(new Numbers("numbers", 50_000, 1));
            farm.keys("numbers", "bucket.id");
            try (Session session = farm.session();
                    PreparedQuery any = session.prepare(from(numbers)
                            .where(numbers.field("bucket").atLeast(param("least")))
                            .exists())) {
                assertTrue(any.set("least", 5).exists());
                assertEquals(2, any.report().rowsExamined(), any.report().toString());
                assertEquals(1, any.count());
                assertFalse(any.set("least", Numbers.GROUPS).exists());
                try (PreparedQuery named = session.prepare(from(numbers)
                        .where(numbers.field("name").contains(param("piece")))
                        .exists())) {
                    assertTrue(named.set("piece", "too long").exists());
                    assertTrue(
                            named.report().rowsExamined() <= 2 * 256,
                            named.report().toString());
                    assertFalse(named.set("piece", "never there").exists());
                    assertEquals(50_000, named.report().rowsExamined());
                }
                try (PreparedFlow flow = session.prepare(
                        Flow.of(from(numbers).where(numbers.field("id").is(-1)).exists()))) {
                    final Rows rows = flow.run();
                    assertTrue(rows.next());
                    assertEquals(0, rows.getLong(0));
                }
                try (PreparedQuery all = session.prepare(from(numbers).count())) {
                    assertEquals(50_000, all.count());
                    assertEquals(0, all.report().rowsExamined());
                    assertThrows(IllegalStateException.class, all::exists);
                }
            }
        }
    }

    private static RunReport report(Session session, Flow asked) {
        try (PreparedFlow flow = session.prepare(asked)) {
            assertEquals(1, flow.run().drain());
            return flow.reports().get(0);
        }
    }
}
