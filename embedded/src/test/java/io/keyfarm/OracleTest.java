package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.eval.Ask;
import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.Field;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whole queries, through farmer, frames, slaves and whatever keys there are, against a judge that looks at every row by
 * itself. Replay one table with {@code -Dkeyfarm.test.seed=N}.
 */
@Tag("slow")
final class OracleTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final int TABLES = 75 * SCALE;
    private static final int QUERIES = 70;
    private static final int LARGE_TABLES = SCALE == 1 ? 1 : 3;

    @Test
    void shouldAnswerAsTheJudgeDoesWhateverKeysThereAre() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        final Coverage coverage = new Coverage();
        for (long seed = only == null ? 0 : only; seed < (only == null ? TABLES : only + 1); seed++) {
            askRandomly(seed, coverage);
        }
        if (only == null) {
            askEverything(coverage);
            for (int i = 0; i < LARGE_TABLES; i++) {
                askLarge(1_000_000 + i, coverage);
            }
            System.out.println(coverage);
            assertEquals(List.of(), coverage.emptyCells());
            assertTrue(coverage.pairs() >= 20_000L * SCALE, coverage.pairs() + " pairs");
        }
    }

    private static void askRandomly(long seed, Coverage coverage) throws Exception {
        final Random random = new Random(seed);
        final int rows = List.of(0, 1, 2, 30, 80, 300, 700).get(random.nextInt(7));
        try (Scenario scenario = new Scenario(random, rows, "seed " + seed)) {
            for (int i = 0; i < QUERIES; i++) {
                scenario.addRandomQuery();
            }
            scenario.ask(farm(random, 1), List.of(), coverage);
            scenario.ask(farm(random, 1 + random.nextInt(5)), scenario.randomKeys(4), coverage);
            scenario.ask(farm(random, 1), scenario.randomKeys(4), coverage);
            scenario.ask(farm(random, 1 + random.nextInt(2)), scenario.randomKeys(8), coverage);
        }
    }

    /** Each operator on each kind of field, with and without null, through each structure, on tables of each size. */
    private static void askEverything(Coverage coverage) throws Exception {
        for (final int rows : List.of(0, 1, 60, 400, 10_000)) {
            // A random table has some kinds with null only, or without: another one may have the rest.
            for (int seed = 0; seed < 40 && coverage.hasEmptyCells(rows); seed++) {
                askWhatIsMissing(new Random(seed), rows, coverage);
            }
        }
    }

    private static void askWhatIsMissing(Random random, int rows, Coverage coverage) throws Exception {
        try (Scenario scenario = new Scenario(random, rows, "everything on " + rows + " rows")) {
            for (final Field field : scenario.schema().fields()) {
                for (final Op op : Ask.Maker.ops(field.type())) {
                    if (coverage.isMissing(op, field, rows)) {
                        scenario.addLeafQuery(scenario.schema().indexOf(field.name()), op);
                    }
                }
            }
            scenario.ask(farm(KeyTier.HOT, 1, CostModel.typical()), List.of(), coverage);
            for (final KeyTier tier : KeyTier.values()) {
                scenario.ask(farm(tier, 1, Scenario.KEYS_ALWAYS), scenario.keyOfEachField(), coverage);
            }
            scenario.ask(farm(KeyTier.HOT, 1, Scenario.KEYS_ALWAYS), scenario.bitmapOfEachField(), coverage);
            scenario.ask(farm(KeyTier.HOT, 1, Scenario.KEYS_ALWAYS), scenario.columnOfEachField(), coverage);
        }
    }

    private static void askLarge(long seed, Coverage coverage) throws Exception {
        final Random random = new Random(seed);
        try (Scenario scenario = new Scenario(random, SCALE == 1 ? 100_000 : 1_000_000, "large, seed " + seed)) {
            for (int i = 0; i < 6; i++) {
                scenario.addRandomQuery();
            }
            scenario.ask(farm(KeyTier.HOT, 1, CostModel.typical()), List.of(), coverage);
            scenario.ask(farm(KeyTier.HOT, 3, CostModel.typical()), scenario.randomKeys(3), coverage);
            scenario.ask(farm(KeyTier.COLD, 1, CostModel.typical()), scenario.randomKeys(3), coverage);
            scenario.ask(farm(KeyTier.HOT, 2, CostModel.typical()), scenario.bitmapOfEachField(), coverage);
            scenario.ask(farm(KeyTier.HOT, 2, CostModel.typical()), scenario.columnOfEachField(), coverage);
        }
    }

    private static Keyfarm farm(Random random, int slaves) {
        return farm(
                random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD,
                slaves,
                random.nextBoolean() ? CostModel.typical() : Scenario.KEYS_ALWAYS);
    }

    private static Keyfarm farm(KeyTier tier, int slaves, CostModel costs) {
        return Keyfarm.embedded(
                EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off())
                        .slaves(slaves)
                        .tier(tier)
                        .maxFrameBytes(2048),
                SystemNanoClock.INSTANCE,
                costs);
    }
}
