package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.wire.link.Faults;
import io.keyfarm.wire.link.NetworkCounts;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A farmer and two slaves over a bad network, with slaves that come back empty in the middle of queries. Every answer is
 * the judge's. Replay one run with {@code -Dkeyfarm.test.seed=N}.
 */
final class SimulationTest {
    private static final int RUNS = 60 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 25;
    private static final int FLOWS = 12;
    private static final int SLAVES = 2;
    /** So slow that attempts overlap, and frames meet those of other attempts. */
    private static final Faults FAULTS = Faults.BAD_DAY.withDelayNs(20_000, 4_000_000);

    private final AtomicInteger restarts = new AtomicInteger();
    private final AtomicInteger partitions = new AtomicInteger();
    private long framesDropped;
    private long framesDoubled;
    private long framesSpoiled;
    private long framesLate;
    private long groups;

    @Test
    void shouldAnswerAsTheJudgeDoesWhateverTheNetworkDoes() {
        Seeds.each(RUNS, this::run);
        if (!Seeds.isReplay()) {
            System.out.printf(
                    "%,d queries in %,d runs; %,d restarts, %,d partitions; frames: %,d dropped, %,d doubled, %,d spoiled, %,d late%n",
                    (long) RUNS * QUERIES,
                    RUNS,
                    restarts.get(),
                    partitions.get(),
                    framesDropped,
                    framesDoubled,
                    framesSpoiled,
                    framesLate);
            for (final long happened : new long[] {
                restarts.get(), partitions.get(), framesDropped, framesDoubled, framesSpoiled, framesLate
            }) {
                assertTrue(happened > 0, "each fault should have happened");
            }
        }
    }

    @Test
    void shouldPutGroupsTogetherWhateverTheNetworkDoes() {
        Seeds.each(RUNS, seed -> groups += group(seed));
        System.out.printf("%,d groups put together%n", groups);
    }

    private long group(long seed) {
        final Random random = new Random(seed);
        long put = 0;
        try (Scenario rows = new Scenario(random, random.nextInt(600), "seed " + seed)) {
            final GroupScenario scenario = new GroupScenario(random, rows.schema());
            try (SimulatedCluster good = cluster(seed, rows, Faults.NONE);
                    SimulatedCluster bad = cluster(seed, rows, FAULTS);
                    Session judge = good.session();
                    Session session = bad.session()) {
                bad.addKeys(rows.schema().name(), rows.randomKeys(4), random);
                for (int i = 0; i < FLOWS; i++) {
                    disturb(bad, rows, List.of(), random);
                    final GroupScenario.Asked asked = scenario.next();
                    final List<String> judged = GroupScenario.answer(judge, asked, true);
                    final List<String> answer = GroupScenario.answer(session, asked, false);
                    assertEquals(judged.size(), answer.size(), asked::toString);
                    if (!asked.isOfOrder() && answer.stream().allMatch(line -> line.endsWith("|"))) {
                        assertEquals(
                                judged.stream().sorted().toList(),
                                answer.stream().sorted().toList(),
                                asked::toString);
                        put += answer.size();
                    }
                }
                count(bad.network().counts());
            }
        }
        return put;
    }

    private static SimulatedCluster cluster(long seed, Scenario rows, Faults faults) {
        final SimulatedCluster cluster = new SimulatedCluster(
                seed, SLAVES, faults, (slave, ledger) -> List.of(rows.part(slave, SLAVES, ledger)));
        cluster.addTable(new TableEntry(rows.schema(), 1, 1, 600, List.of()));
        return cluster;
    }

    private void run(long seed) {
        final Random random = new Random(seed);
        try (Scenario scenario = new Scenario(random, random.nextInt(600), "seed " + seed)) {
            for (int i = 0; i < QUERIES; i++) {
                scenario.addRandomQuery();
            }
            final SimulatedCluster cluster = new SimulatedCluster(
                    seed, SLAVES, FAULTS, (slave, ledger) -> List.of(scenario.part(slave, SLAVES, ledger)));
            try (cluster;
                    Session session = cluster.session()) {
                cluster.addTable(new TableEntry(scenario.schema(), 1, 1, 600, List.of()));
                final List<String> keys = scenario.randomKeys(4);
                cluster.addKeys(scenario.schema().name(), keys, random);
                scenario.askTogether(session, () -> disturb(cluster, scenario, keys, random));
            }
            count(cluster.network().counts());
            assertEquals(0, cluster.ledger().usedBytes(), "bytes left");
        }
    }

    private void disturb(SimulatedCluster cluster, Scenario scenario, List<String> keys, Random random) {
        if (!keys.isEmpty()) {
            final String key = keys.get(random.nextInt(keys.size()));
            cluster.changeKeysSoon(scenario.schema().name(), key, random.nextInt(SLAVES), random.nextInt(4_000_000));
        }
        if (random.nextInt(4) == 0) {
            cluster.restartSoon(random.nextInt(SLAVES), random.nextInt(2_000_000));
            restarts.incrementAndGet();
        }
        if (random.nextInt(6) == 0) {
            cluster.partitionFor(random.nextInt(SLAVES), 1_000_000 + random.nextInt(20_000_000));
            partitions.incrementAndGet();
        }
    }

    private void count(NetworkCounts counts) {
        framesDropped += counts.dropped();
        framesDoubled += counts.duplicated();
        framesSpoiled += counts.corrupted();
        framesLate += counts.reordered();
    }
}
