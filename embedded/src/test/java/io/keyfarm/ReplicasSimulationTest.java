package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.slave.KeyUse;
import io.keyfarm.wire.link.Faults;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Channels that several slaves serve, over a bad network, where all but one slave of each are killed in the middle. Every
 * answer is the judge's. Replay one run with {@code -Dkeyfarm.test.seed=N}.
 */
final class ReplicasSimulationTest {
    private static final int RUNS = 40 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 20;
    private static final int[] CHANNELS = {1, 2, 3, 5};
    private static final int[] REPLICAS = {1, 2, 3, 4};
    private static final Faults FAULTS = Faults.BAD_DAY.withDelayNs(20_000, 4_000_000);

    private int killed;
    private int restarted;

    @Test
    void shouldAnswerAsTheJudgeDoesWhileOneSlaveOfEachChannelLives() {
        Seeds.each(RUNS, this::run);
        System.out.printf(
                "%,d queries in %,d runs; %,d slaves killed, %,d restarted%n",
                (long) RUNS * QUERIES, RUNS, killed, restarted);
        assertTrue(Seeds.isReplay() || (killed > 0 && restarted > 0), "slaves should have been killed and restarted");
    }

    private void run(long seed) {
        final Random random = new Random(seed);
        final int channels = CHANNELS[random.nextInt(CHANNELS.length)];
        final int replicas = REPLICAS[random.nextInt(REPLICAS.length)];
        final String where = "seed " + seed + ", " + channels + " channels of " + replicas + " slaves";
        try (Scenario scenario = new Scenario(random, random.nextInt(400), where)) {
            for (int i = 0; i < QUERIES; i++) {
                scenario.addRandomQuery();
            }
            final SimulatedCluster cluster = cluster(seed, scenario, channels, replicas, FAULTS);
            try (cluster;
                    Session session = cluster.session()) {
                final List<String> keys = scenario.randomKeys(3);
                cluster.addKeys(scenario.schema().name(), keys, random);
                for (int channel = 0; channel < channels; channel++) {
                    final int survivor = random.nextInt(replicas);
                    for (int replica = 0; replica < replicas; replica++) {
                        disturb(cluster, channel * replicas + replica, replica == survivor, random);
                    }
                }
                scenario.askTogether(session, () -> {});
            }
            assertEquals(0, cluster.ledger().usedBytes(), "bytes left, " + where);
        }
    }

    private void disturb(SimulatedCluster cluster, int slave, boolean survives, Random random) {
        final long afterNs = random.nextInt(60_000_000);
        if (!survives) {
            cluster.killSoon(slave, afterNs);
            killed++;
        } else if (random.nextBoolean()) {
            cluster.restartSoon(slave, afterNs);
            restarted++;
        }
    }

    @Test
    void shouldAskTheNextSlaveWhereOneLacksTheTableAndFailWhereAllDo() {
        final Random random = new Random(1);
        try (Scenario scenario = new Scenario(random, 300, "")) {
            final Table table = Table.of(scenario.schema());
            for (int have = 0; have < 3; have++) {
                final int slavesThatHave = have;
                final SimulatedCluster cluster = new SimulatedCluster(
                        1,
                        3,
                        3,
                        Faults.NONE,
                        (slave, ledger) -> slave < slavesThatHave ? List.of(scenario.part(0, 1, ledger)) : List.of());
                try (cluster;
                        Session session = cluster.session()) {
                    cluster.addTable(new TableEntry(scenario.schema(), 1, 1, 300, List.of()));
                    // Queries begin at any of the three.
                    for (int i = 0; i < 12; i++) {
                        if (have == 0) {
                            final QueryException none = assertThrows(
                                    QueryException.class,
                                    () -> session.prepare(Query.from(table).count())
                                            .run()
                                            .next());
                            assertEquals(FailureCode.UNKNOWN_TABLE, none.code());
                        } else {
                            final var rows =
                                    session.prepare(Query.from(table).count()).run();
                            assertTrue(rows.next());
                            assertEquals(scenario.rowCount(), rows.getLong(0));
                        }
                    }
                }
            }
        }
    }

    @Test
    void shouldShareQueriesOutAmongTheSlavesOfAChannel() {
        final Random random = new Random(1);
        try (Scenario scenario = new Scenario(random, 300, "")) {
            final SimulatedCluster cluster = cluster(1, scenario, 1, 3, Faults.NONE);
            try (cluster;
                    Session session = cluster.session()) {
                final var query = session.prepare(Query.from(Table.of(scenario.schema())));
                final int runs = 300;
                for (int i = 0; i < runs; i++) {
                    assertEquals(scenario.rowCount(), query.run().drain());
                }
                long sum = 0;
                for (int slave = 0; slave < 3; slave++) {
                    final long uses = cluster
                            .slaves()
                            .get(slave)
                            .keyUses(scenario.schema().name())
                            .stream()
                            .mapToLong(KeyUse::uses)
                            .sum();
                    assertTrue(uses > runs / 5, "slave " + slave + " answered " + uses);
                    sum += uses;
                }
                assertEquals(runs, sum, "where nothing goes wrong, one slave is asked");
            }
        }
    }

    private static SimulatedCluster cluster(long seed, Scenario scenario, int channels, int replicas, Faults faults) {
        final BiFunction<Integer, MemoryLedger, List<Slab>> parts =
                (slave, ledger) -> List.of(scenario.part(slave / replicas, channels, ledger));
        final SimulatedCluster cluster = new SimulatedCluster(seed, channels * replicas, replicas, faults, parts);
        cluster.addTable(new TableEntry(scenario.schema(), 1, 1, 400, List.of()));
        return cluster;
    }
}
