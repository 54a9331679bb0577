package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Coordinator;
import io.keyfarm.farmer.CoordinatorListener;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.slave.Slave;
import io.keyfarm.wire.KeyEpoch;
import io.keyfarm.wire.link.Faults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lists of keys that are proposed, superseded, cancelled and changed by hand at random on a simulated cluster, whose slaves build
 * by fits and starts. Whenever time passes, each slave's keys are held against the epoch that it says they are of.
 */
final class KeyEpochScenario implements CoordinatorListener {
    private static final int MOST_TURNS = 20_000;
    /** Worse than what queries meet: there are few frames about keys, and none of them may matter. */
    private static final Faults FAULTS = Faults.BAD_DAY
            .withDropChance(0.1)
            .withDuplicateChance(0.1)
            .withReorderChance(0.2, 10_000_000)
            .withDelayNs(20_000, 3_000_000);

    private final SimulatedCluster cluster;
    private final String table;
    private final List<String> keys;
    private final Random random;
    private final Map<String, Integer> counts;
    private final Coordinator coordinator;
    /** By epoch, exactly the keys that it names; as {@link #shown} shows them. */
    private final Map<Long, List<String>> lists = new HashMap<>();

    private final Set<Long> open = new HashSet<>();
    private final Set<Long> ready = new HashSet<>();
    private final List<Long> lastSeen = new ArrayList<>();
    private final long bytesWithoutKeys;
    private long lastEpoch = 10;
    private boolean isCalm;

    /** @param counts of what happened, over many scenarios */
    KeyEpochScenario(
            SimulatedCluster cluster, String table, List<String> keys, Random random, Map<String, Integer> counts) {
        this.cluster = cluster;
        this.table = table;
        this.random = random;
        this.counts = counts;
        this.keys = keys.stream().distinct().toList();
        bytesWithoutKeys = cluster.ledger().usedBytes();
        coordinator = cluster.coordinate(FAULTS, () -> ++lastEpoch, this, this::turn);
        cluster.slaves().forEach(slave -> lastSeen.add(KeyEpoch.NONE));
    }

    /** Something changes, or does not, and some time passes. */
    void disturb() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> propose();
            case 5 -> cancel();
            case 6 -> changeByHand();
            case 7 -> {
                cluster.restartSoon(random.nextInt(cluster.count()), random.nextInt(10_000_000));
                count("restarts");
            }
            case 8 -> {
                cluster.partitionKeysFor(
                        random.nextInt(cluster.count()), 1_000_000 + random.nextInt(30_000_000), random.nextInt(3));
                count("partitions");
            }
            default -> {
                // A quiet while.
            }
        }
        for (int i = random.nextInt(random.nextBoolean() ? 40 : 300); i > 0; i--) {
            cluster.await();
        }
    }

    private void propose() {
        final List<KeyCandidate> list = randomList();
        final boolean isSuperseding = coordinator.isUnderWay(table);
        final long epoch = coordinator.propose(table, list);
        open.add(epoch);
        lists.put(epoch, shown(list));
        count(isSuperseding ? "superseded" : "proposed");
    }

    private void cancel() {
        if (coordinator.isUnderWay(table)) {
            coordinator.cancel(table);
            count("cancelled");
        }
    }

    private List<KeyCandidate> randomList() {
        final List<String> some = new ArrayList<>(keys);
        Collections.shuffle(some, random);
        final List<KeyCandidate> list = new ArrayList<>();
        for (final String key : some.subList(0, random.nextInt(some.size() + 1))) {
            list.add(candidate(key));
        }
        return list;
    }

    private KeyCandidate candidate(String key) {
        if (key.startsWith(Scenario.BITMAP)) {
            return KeyCandidate.parse(key.substring(Scenario.BITMAP.length()) + " bitmap");
        }
        if (key.startsWith(Scenario.COLUMN)) {
            return KeyCandidate.parse(key.substring(Scenario.COLUMN.length()) + " column");
        }
        return KeyCandidate.parse(key + (random.nextInt(3) == 0 ? " hot" : ""));
    }

    /** As embedded's own calls do: on all slaves, whatever the coordinator is at, and then in the catalogue. */
    private void changeByHand() {
        final List<KeyCandidate> list = randomList();
        final long epoch = ++lastEpoch;
        for (final Slave slave : cluster.slaves()) {
            dropAll(slave);
            for (final KeyCandidate key : list) {
                switch (key.kind()) {
                    case COLD -> slave.putKey(table, key.spec(), KeyTier.COLD);
                    case HOT -> slave.putKey(table, key.spec(), KeyTier.HOT);
                    case BITMAP -> slave.putBitmapKey(table, key.spec());
                    case COLUMN -> slave.putColumn(table, key.spec());
                }
            }
            slave.activate(table, epoch);
        }
        lists.put(epoch, shown(list));
        ready.add(epoch);
        final Slave first = cluster.slaves().get(0);
        final TableEntry entry = cluster.farmer().catalogue().require(table);
        cluster.farmer().catalogue().put(entry.withKeys(epoch, first.summaries(table), first.bitmapSummaries(table)));
        cluster.await(); // What was under way is given up in its next turn.
        assertFalse(coordinator.isUnderWay(table));
        coordinator.keep(table, list);
        count("changed by hand");
    }

    private void dropAll(Slave slave) {
        slave.summaries(table).forEach(key -> slave.dropKey(table, key.spec()));
        slave.bitmapSummaries(table).forEach(key -> slave.dropBitmapKey(table, key.spec()));
        slave.columnSpecs(table).forEach(spec -> slave.dropColumn(table, spec));
    }

    /** Builders have their turns, some of which fail, end early, or see the world change meanwhile. */
    private void turn() {
        for (int i = 0; i < cluster.count(); i++) {
            final Slave slave = cluster.slaves().get(i);
            if (random.nextInt(isCalm ? 1 : 30) == 0) {
                slave.buildTurn(rows -> {
                    if (!isCalm && random.nextInt(10) == 0) {
                        count("builds put off");
                        throw new BuildCancelledException("not now");
                    }
                    if (!isCalm && random.nextInt(60) == 0) {
                        count("builds failed");
                        throw new BadValueException("a build that fails, as this test wants it to");
                    }
                    cluster.deliver();
                });
            }
            check(i, cluster.slaves().get(i));
        }
    }

    private void check(int slave, Slave it) {
        final long epoch = it.keyEpoch(table);
        if (epoch == lastSeen.get(slave)) {
            return;
        }
        lastSeen.set(slave, epoch);
        if (epoch == KeyEpoch.NONE) {
            assertEquals(List.of(), shown(it));
        } else {
            assertTrue(ready.contains(epoch), () -> "epoch " + epoch + " is in force before all were ready");
            assertEquals(lists.get(epoch), shown(it), () -> "epoch " + epoch);
        }
    }

    /** In the end, when nothing goes wrong any more, all are of one mind, and hold nothing else. */
    void settle() {
        isCalm = true;
        cluster.heal();
        if (random.nextBoolean()) {
            propose();
        }
        int turns = 0;
        while (!isSettled()) {
            assertTrue(
                    turns++ < MOST_TURNS,
                    () -> "not settled: catalogue " + catalogueEpoch() + ", slaves "
                            + cluster.slaves().stream()
                                    .map(it -> it.keyEpoch(table))
                                    .toList());
            cluster.await();
        }
        assertEquals(Set.of(), open, "proposals nobody heard the end of");
        final TableEntry entry = cluster.farmer().catalogue().require(table);
        final Slave first = cluster.slaves().get(0);
        if (catalogueEpoch() > 1) {
            assertEquals(first.summaries(table), entry.summaries());
            assertEquals(first.bitmapSummaries(table), entry.bitmaps());
            for (final Slave slave : cluster.slaves()) {
                assertEquals(lists.get(catalogueEpoch()), shown(slave));
            }
        }
    }

    private long catalogueEpoch() {
        return cluster.farmer().catalogue().require(table).keyEpoch();
    }

    private boolean isSettled() {
        return !coordinator.isUnderWay(table)
                && cluster.isQuiet()
                && cluster.slaves().stream()
                        .allMatch(it -> !it.isBuilding()
                                && (it.keyEpoch(table) == catalogueEpoch() || !lists.containsKey(catalogueEpoch())));
    }

    /** With all sessions closed: without its keys, a slave has its rows and nothing else. */
    void shouldHoldRowsOnly() {
        cluster.slaves().forEach(slave -> {
            dropAll(slave);
            slave.doWork();
        });
        assertEquals(bytesWithoutKeys, cluster.ledger().usedBytes());
    }

    @Override
    public void onReady(String ofTable, long epoch, List<KeyCandidate> list, List<Long> bytes) {
        assertTrue(open.contains(epoch));
        if (!isCalm && random.nextInt(20) == 0) {
            count("vetoed");
            throw new IllegalStateException("vetoed");
        }
        ready.add(epoch);
    }

    @Override
    public void onActive(String ofTable, long epoch, List<KeyCandidate> list) {
        assertTrue(open.remove(epoch));
        assertTrue(ready.contains(epoch));
        assertEquals(epoch, catalogueEpoch());
        count("agreed");
    }

    @Override
    public void onGivenUp(String ofTable, long epoch, String why) {
        assertTrue(open.remove(epoch));
        assertNotNull(why);
        count("given up");
    }

    @Override
    public void onReturning(String ofTable, long epoch, int channel) {
        assertEquals(epoch, catalogueEpoch());
        count("returned");
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private static List<String> shown(List<KeyCandidate> list) {
        final List<String> shown = new ArrayList<>();
        list.stream()
                .filter(key -> key.kind().isSorted())
                .forEach(key -> shown.add(key.spec().toString()));
        for (final KeyCandidate.Kind kind : List.of(KeyCandidate.Kind.BITMAP, KeyCandidate.Kind.COLUMN)) {
            list.stream().filter(key -> key.kind() == kind).forEach(key -> shown.add(key.toString()));
        }
        return shown;
    }

    private List<String> shown(Slave slave) {
        final List<String> shown = new ArrayList<>();
        slave.summaries(table).forEach(key -> shown.add(key.spec().toString()));
        slave.bitmapSummaries(table).forEach(key -> shown.add(key.spec() + " bitmap"));
        slave.columnSpecs(table).forEach(spec -> shown.add(spec + " column"));
        return shown;
    }

    /** For printing. */
    static Map<String, Integer> newCounts() {
        return new TreeMap<>();
    }
}
