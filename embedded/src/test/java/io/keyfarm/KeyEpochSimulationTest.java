package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.wire.link.Faults;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A coordinator, a farmer and up to three slaves over a bad network: keys change all the time while queries are asked, whose
 * answers are the judge's. Replay one run with {@code -Dkeyfarm.test.seed=N}.
 */
final class KeyEpochSimulationTest {
    private static final int RUNS = 60 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 40;
    private static final Faults FAULTS = Faults.BAD_DAY.withDelayNs(20_000, 2_000_000);

    private final Map<String, Integer> counts = KeyEpochScenario.newCounts();

    @Test
    void shouldAgreeInTheEndAndAnswerAsTheJudgeDoesAllAlong() {
        Seeds.each(RUNS, this::run);
        if (!Seeds.isReplay()) {
            System.out.printf("%,d queries in %,d runs; key epochs: %s%n", (long) RUNS * QUERIES, RUNS, counts);
            assertTrue(
                    counts.keySet()
                            .containsAll(Set.of(
                                    "agreed",
                                    "given up",
                                    "superseded",
                                    "cancelled",
                                    "returned",
                                    "vetoed",
                                    "builds failed",
                                    "builds put off",
                                    "changed by hand",
                                    "restarts",
                                    "partitions")),
                    counts::toString);
        }
    }

    private void run(long seed) {
        final Random random = new Random(seed);
        final int slaveCount = 1 + random.nextInt(3);
        try (Scenario rows = new Scenario(random, random.nextInt(600), "seed " + seed)) {
            for (int i = 0; i < QUERIES; i++) {
                rows.addRandomQuery();
            }
            final SimulatedCluster cluster = new SimulatedCluster(
                    seed, slaveCount, FAULTS, (slave, ledger) -> List.of(rows.part(slave, slaveCount, ledger)));
            try (cluster) {
                cluster.addTable(new TableEntry(rows.schema(), 1, 1, rows.rowCount(), List.of()));
                final KeyEpochScenario keys =
                        new KeyEpochScenario(cluster, rows.schema().name(), rows.randomKeys(6), random, counts);
                try (Session session = cluster.session()) {
                    rows.askTogether(session, keys::disturb);
                    keys.settle();
                }
                cluster.closeSessions();
                keys.shouldHoldRowsOnly();
            }
            assertTrue(cluster.network().counts().isBalanced());
            assertEquals(0, cluster.ledger().usedBytes(), "bytes left");
        }
    }
}
