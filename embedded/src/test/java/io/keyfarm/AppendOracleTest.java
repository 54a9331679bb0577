package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.keyfarm.farmer.Session;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random appends, with keys put up and dropped between them, against a judge that looks at every row that is to be there by
 * itself. Replay one table with {@code -Dkeyfarm.test.seed=N}.
 */
@Tag("slow")
final class AppendOracleTest {
    private static final int TABLES = 60 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 40;
    private static final int STEPS = 40;

    @Test
    void shouldAnswerAsTheJudgeDoesWhateverWasAppendedWhen() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        long appends = 0;
        for (long seed = only == null ? 0 : only; seed < (only == null ? TABLES : only + 1); seed++) {
            try {
                appends += appendRandomly(seed);
            } catch (RuntimeException | AssertionError e) {
                fail("replay with -Dkeyfarm.test.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.printf("%,d appends, 0 differences%n", appends);
    }

    private static long appendRandomly(long seed) throws Exception {
        final Random random = new Random(seed);
        final int rows = List.of(1, 30, 300, 900, 2000).get(random.nextInt(5));
        final int slaves = 1 + random.nextInt(5);
        final StringBuilder told = new StringBuilder("slaves " + slaves);
        long appends = 0;
        try (Scenario scenario = new Scenario(random, rows, "seed " + seed);
                Keyfarm farm = farm(random, slaves)) {
            for (int i = 0; i < QUERIES; i++) {
                scenario.addRandomQuery();
            }
            int shown = random.nextInt(rows + 1) * 9 / 10;
            farm.load(scenario.rows(0, shown));
            final List<String> keys = new ArrayList<>();
            try (Session session = farm.session()) {
                for (int step = 0; step < STEPS; step++) {
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            for (final String key : scenario.randomKeys(2)) {
                                scenario.build(farm, key);
                                keys.add(key);
                                told.append(", +").append(key);
                            }
                        }
                        case 1 -> {
                            if (!keys.isEmpty()) {
                                final String key = keys.remove(random.nextInt(keys.size()));
                                told.append(", -").append(key);
                                drop(farm, key);
                            }
                        }
                        case 2 -> scenario.askSome(session, 3, told.toString());
                        default -> {
                            final int most = random.nextInt(5) == 0 ? rows - shown : Math.min(rows - shown, shown / 30);
                            final int more = most == 0 ? Math.min(1, rows - shown) : random.nextInt(most + 1);
                            farm.append("t", scenario.rows(shown, shown + more));
                            shown += more;
                            told.append(", ").append(more);
                            appends++;
                            assertEquals(shown, farm.rowCount());
                        }
                    }
                }
                scenario.askSome(session, QUERIES, told.toString());
            }
            farm.drop("t");
            farm.doWork();
            assertEquals(0, farm.memoryBytes(), told.toString());
        }
        return appends;
    }

    private static void drop(Keyfarm farm, String key) {
        if (key.startsWith(Scenario.BITMAP)) {
            farm.dropBitmapKey("t", key.substring(Scenario.BITMAP.length()));
        } else if (key.startsWith(Scenario.COLUMN)) {
            farm.dropColumnCopy("t", key.substring(Scenario.COLUMN.length()));
        } else {
            farm.dropKey("t", key);
        }
    }

    private static Keyfarm farm(Random random, int slaves) {
        return Keyfarm.embedded(
                EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off())
                        .slaves(slaves)
                        .tier(random.nextBoolean() ? KeyTier.HOT : KeyTier.COLD)
                        .maxFrameBytes(2048),
                SystemNanoClock.INSTANCE,
                random.nextBoolean() ? CostModel.typical() : Scenario.KEYS_ALWAYS);
    }
}
