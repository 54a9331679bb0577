package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The queries that run in one process, over UDP: every answer is the judge's, also when a slave of each channel goes. */
final class OverAeronTest {
    private static final int RUNS = 3 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 20;
    private static final int CHANNELS = 2;
    private static final int REPLICAS = 2;
    private static final int ROWS = 300;

    @Test
    void shouldAnswerAsTheJudgeDoesWhileASlaveOfEachChannelGoes() {
        Seeds.each(RUNS, OverAeronTest::run);
    }

    private static void run(long seed) {
        final Random random = new Random(seed);
        try (Scenario scenario = new Scenario(random, random.nextInt(ROWS), "seed " + seed)) {
            for (int i = 0; i < QUERIES; i++) {
                scenario.addRandomQuery();
            }
            final AeronFarm farm = new AeronFarm(
                    CHANNELS * REPLICAS,
                    REPLICAS,
                    (slave, ledger) -> scenario.part(slave / REPLICAS, CHANNELS, ledger));
            try (farm;
                    Session session = farm.session()) {
                farm.farmer().catalogue().put(new TableEntry(scenario.schema(), 1, 1, ROWS, List.of()));
                scenario.askTogether(session, () -> {});
                for (int channel = 0; channel < CHANNELS; channel++) {
                    farm.stop(channel * REPLICAS + random.nextInt(REPLICAS));
                }
                scenario.askTogether(session, () -> {});
            }
            assertEquals(0, farm.ledger().usedBytes(), "bytes left");
        }
    }
}
