package io.keyfarm;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.countAbout;
import static io.keyfarm.query.Aggregates.first;
import static io.keyfarm.query.Aggregates.last;
import static io.keyfarm.query.Aggregates.max;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Expr.caseWhen;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Session;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.Column;
import io.keyfarm.query.Expr;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.PartialGroups;
import io.keyfarm.query.plan.QueryPlan;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/**
 * Groups that slaves begin and the farmer puts together, beside the same rows shipped and grouped at the farmer. Replay one
 * table with {@code -Dkeyfarm.test.seed=N}.
 */
final class PartialGroupsTest {
    private static final int TABLES = 60;
    private static final int FLOWS = 30;

    private long answered;
    private long failed;
    private long begunAtSlaves;

    @Test
    void shouldAnswerAsIfAllRowsHadBeenShipped() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        final int tables = TABLES * Integer.getInteger("keyfarm.test.scale", 1);
        for (long seed = only == null ? 0 : only; seed < (only == null ? tables : only + 1); seed++) {
            try {
                compare(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dkeyfarm.test.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.printf("%,d groups of flows, %,d flows failed alike, 0 differences%n", answered, failed);
        if (only == null) {
            assertTrue(begunAtSlaves > 2L * tables * FLOWS / 3, begunAtSlaves + " begun at slaves");
            assertTrue(failed > 0 && answered > failed, "some sums should have overflowed");
        }
    }

    private void compare(long seed) throws Exception {
        final Random random = new Random(seed);
        final int rows = List.of(0, 1, 2, 30, 80, 300, 700, 3000).get(random.nextInt(8));
        try (Scenario rowsOf = new Scenario(random, rows, "seed " + seed);
                Keyfarm judge = Keyfarm.embedded();
                Keyfarm farm = farm(random)) {
            final GroupScenario scenario = new GroupScenario(random, rowsOf.schema());
            judge.load(rowsOf);
            farm.load(rowsOf);
            final List<String> keys = scenario.randomKeys();
            farm.keys(rowsOf.schema().name(), keys.toArray(String[]::new));
            try (Session session = farm.session();
                    Session judges = judge.session()) {
                for (int i = 0; i < FLOWS; i++) {
                    final GroupScenario.Asked asked = scenario.next();
                    final String message = asked + " keys " + keys;
                    begunAtSlaves += PartialGroups.of(asked.flow().compile()).reads().stream()
                            .filter(QueryPlan::isGrouped)
                            .count();
                    final List<String> partial = GroupScenario.answer(session, asked, false);
                    final List<String> shipped = GroupScenario.answer(session, asked, true);
                    // Where keys say what ends there are, groups come in the order of the key.
                    assertEquals(
                            keys.isEmpty() ? String.join("\n", shipped) : sorted(shipped),
                            keys.isEmpty() ? String.join("\n", partial) : sorted(partial),
                            message);
                    final List<String> judged = GroupScenario.answer(judges, asked, true);
                    assertEquals(judged.size(), partial.size(), message);
                    final boolean hasFailed =
                            partial.size() == 1 && !partial.get(0).endsWith("|");
                    failed += hasFailed ? 1 : 0;
                    answered += hasFailed ? 0 : partial.size();
                    if (!asked.isOfOrder() && !hasFailed) {
                        assertEquals(sorted(judged), sorted(partial), message);
                    }
                }
            }
        }
    }

    @Test
    void shouldAnswerTheSameWhereRowsPassAsGroupsOfTheirOwn() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().slaves(2));
                Session session = farm.session()) {
            final Table numbers = farm.load(new Numbers("numbers", 600_000, 1));
            final Expr id = numbers.field("id");
            // Unique at first, then few groups, and unique at the end.
            final Column mixed = caseWhen(id.between(300_000, 500_000), id.remainder(11))
                    .otherwise(id.minus(1_000_000))
                    .as("mixed");
            for (final Column by : List.of(
                    mixed, numbers.field("id").column(), numbers.field("name").column())) {
                final Flow flow = from(numbers)
                        .groupBy(by)
                        .aggregate(
                                count(),
                                sum(id),
                                max(numbers.field("name")),
                                first(id).as("first"),
                                last(numbers.field("name")).as("last"),
                                countAbout(id));
                final GroupScenario.Asked asked = new GroupScenario.Asked(flow, Map.of(), true);
                assertEquals(GroupScenario.answer(session, asked, true), GroupScenario.answer(session, asked, false));
            }
        }
    }

    private static String sorted(List<String> lines) {
        return String.join("\n", lines.stream().sorted().toList());
    }

    private static Keyfarm farm(Random random) {
        return Keyfarm.embedded(
                EmbeddedSettings.defaults()
                        .slaves(1 + random.nextInt(5))
                        .tier(random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD)
                        .maxFrameBytes(random.nextBoolean() ? 1024 : 64 << 10),
                SystemNanoClock.INSTANCE,
                random.nextBoolean() ? CostModel.typical() : Scenario.KEYS_ALWAYS);
    }
}
