package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Coordinator;
import io.keyfarm.farmer.CoordinatorListener;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.KeyChannels;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSettings;
import io.keyfarm.wire.link.DirectLink;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A coordinator and two slaves a call away: who has which keys when, in words. */
final class CoordinatorTest implements KeyChannels, CoordinatorListener {
    private static final Table NUMBERS = Table.of("numbers: n int32, half int32, tenth int32");
    private static final int ROWS = 3000;
    private static final long LONG_NS = 1_000_000_000;

    private final CachedNanoClock clock = new CachedNanoClock();
    private final MemoryLedger ledger = MemoryLedger.limited("this test", 4L << 20);
    private final Farmer farmer = new Farmer(FarmerSettings.of(0, 1), clock, ledger, CostModel.typical());
    private final List<Slave> slaves = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Coordinator coordinator;
    private long epoch = 1;
    private boolean isVetoed;
    private boolean deafWhenReady;
    /** A slave that hears nothing; −1 for none. */
    private int deaf = -1;

    CoordinatorTest() {
        for (int i = 0; i < 2; i++) {
            slaves.add(newSlave(i, 1));
        }
        coordinator = new Coordinator(farmer, this, () -> ++epoch, this);
        change(); // by hand: to no keys, as epoch 2
    }

    private Slave newSlave(int i, long incarnation) {
        final Slave slave = new Slave(SlaveSettings.of(i, incarnation), clock, ledger);
        slave.putPart(List.of(numbers(), numbers()), 0, 7);
        return slave;
    }

    private Slab numbers() {
        try (SlabBuilder rows = new SlabBuilder(NUMBERS.schema(), ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow();
                rows.putLong(0, i);
                rows.putLong(1, i / 2);
                rows.putLong(2, i / 10);
                rows.endRow();
            }
            return rows.build();
        }
    }

    @AfterEach
    void shouldHoldNothing() {
        slaves.forEach(Slave::close);
        assertEquals(0, ledger.usedBytes());
    }

    @Override
    public int count() {
        return slaves.size();
    }

    @Override
    public Link open(int channel, FrameListener listener) {
        return DirectLink.pair(listener, (to, frame, at, length) -> {
            if (channel != deaf) {
                slaves.get(channel).openKeySession().onFrame(to, frame, at, length);
            }
        });
    }

    @Override
    public void onReady(String table, long ofEpoch, List<KeyCandidate> keys, List<Long> bytes) {
        assertEquals(keys.size(), bytes.size());
        assertTrue(bytes.stream().allMatch(it -> it > 0));
        if (isVetoed) {
            throw new IllegalStateException("not now");
        }
        told.add(ofEpoch + " ready");
        if (deafWhenReady) {
            deaf = 1;
            deafWhenReady = false;
        }
    }

    @Override
    public void onActive(String table, long ofEpoch, List<KeyCandidate> keys) {
        told.add(ofEpoch + " active: " + keys);
    }

    @Override
    public void onGivenUp(String table, long ofEpoch, String why) {
        told.add(ofEpoch + " given up: " + why);
    }

    @Override
    public void onReturning(String table, long ofEpoch, int channel) {
        told.add(ofEpoch + " returning: " + channel);
    }

    /** As somebody would who puts up keys by calls. */
    private void change(String... cold) {
        for (final Slave slave : slaves) {
            Arrays.stream(cold).forEach(key -> slave.putKey("numbers", KeySpec.parse(key), KeyTier.COLD));
        }
        final long next = ++epoch;
        slaves.forEach(slave -> slave.activate("numbers", next));
        farmer.catalogue()
                .put(new TableEntry(
                        NUMBERS.schema(), 7, next, 4 * ROWS, slaves.get(0).summaries("numbers")));
    }

    private long propose(String... keys) {
        return coordinator.propose(
                "numbers", Arrays.stream(keys).map(KeyCandidate::parse).toList());
    }

    private void build(int slave) {
        while (slaves.get(slave).isBuilding()) {
            assertEquals(1, slaves.get(slave).buildTurn(BuildPace.FULL));
        }
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            coordinator.doWork();
            slaves.forEach(Slave::doWork);
            clock.update(clock.nanoTime() + LONG_NS);
        }
    }

    /** Told by then; the keys that the slave has are in force in this order. */
    private void expect(String events, String... keysOfEach) {
        assertEquals(events, String.join("\n", told));
        told.clear();
        for (int i = 0; i < keysOfEach.length; i++) {
            final List<String> keys = new ArrayList<>();
            slaves.get(i).summaries("numbers").forEach(it -> keys.add(it.spec().toString()));
            slaves.get(i).bitmapSummaries("numbers").forEach(it -> keys.add(it.spec() + " bitmap"));
            assertEquals(keysOfEach[i], String.join(", ", keys), "slave " + i);
        }
    }

    private String catalogue() {
        final TableEntry entry = farmer.catalogue().require("numbers");
        final List<String> keys = new ArrayList<>();
        entry.summaries().forEach(it -> keys.add(it.spec().toString()));
        entry.bitmaps().forEach(it -> keys.add(it.spec() + " bitmap"));
        return entry.keyEpoch() + ": " + String.join(", ", keys);
    }

    @Test
    void shouldPutKeysInForceWhenAllSlavesHaveBuiltThem() {
        assertEquals(3, propose("half.n hot", "tenth bitmap", "n"));
        turns(3);
        build(0);
        turns(3);
        expect("", "", "");
        assertEquals("2: ", catalogue());
        assertTrue(coordinator.isUnderWay("numbers"));

        build(1);
        coordinator.doWork();
        expect(
                "3 ready\n3 active: [half.n hot, tenth bitmap, n]",
                "half.n, n, tenth bitmap",
                "half.n, n, tenth bitmap");
        assertEquals("3: half.n, n, tenth bitmap", catalogue());
        assertFalse(coordinator.isUnderWay("numbers"));
        assertEquals(
                slaves.get(0).summaries("numbers"),
                farmer.catalogue().require("numbers").summaries());
    }

    @Test
    void shouldBuildOnlyWhatIsMissingAndDropWhatIsNotWanted() {
        change("n", "tenth");
        propose("half", "n");
        turns(1);
        assertEquals(2, turnsOf(0), "one key over two segments");
        build(1);
        turns(1);
        expect("4 ready\n4 active: [half, n]", "half, n", "half, n");
    }

    private int turnsOf(int slave) {
        int count = 0;
        while (slaves.get(slave).buildTurn(BuildPace.FULL) > 0) {
            count++;
        }
        return count;
    }

    @Test
    void shouldKeepWhatIsStillWantedOfAnEarlierProposalAndFreeTheRest() {
        final long before = ledger.usedBytes();
        propose("half", "tenth");
        turns(1);
        build(0);
        final long both = ledger.usedBytes() - before;
        propose("tenth", "n");
        turns(1);
        assertTrue(ledger.usedBytes() - before < both);
        assertEquals(2, turnsOf(0));
        build(1);
        turns(1);
        expect(
                "3 given up: other keys were proposed, as epoch 4\n4 ready\n4 active: [tenth, n]",
                "tenth, n",
                "tenth, n");
    }

    @Test
    void shouldCancelABuildThatIsNotWantedAnyMore() {
        final long before = ledger.usedBytes();
        propose("half");
        turns(1);
        final List<String> seen = new ArrayList<>();
        slaves.get(0).buildTurn(rows -> {
            if (seen.isEmpty()) {
                seen.add("superseded");
                propose("n");
                coordinator.doWork();
                assertTrue(slaves.get(0).isBuilding());
                assertEquals(0, slaves.get(0).buildTurn(BuildPace.FULL), "another builds");
            }
        });
        coordinator.cancel("numbers");
        turns(1);
        assertEquals(List.of("superseded"), seen);
        assertEquals(before, ledger.usedBytes());
        assertFalse(slaves.get(0).isBuilding());
        expect("3 given up: other keys were proposed, as epoch 4\n4 given up: it was cancelled", "", "");
    }

    @Test
    void shouldTryAgainWhatThePaceHasEnded() {
        propose("half");
        turns(1);
        final BuildPace refuse = rows -> {
            throw new BuildCancelledException("no time");
        };
        assertEquals(1, slaves.get(0).buildTurn(refuse));
        assertTrue(slaves.get(0).isBuilding());
        build(0);
        build(1);
        turns(1);
        expect("3 ready\n3 active: [half]", "half", "half");
    }

    @Test
    void shouldGiveUpWhatOneSlaveHasNoRoomFor() {
        propose("half");
        turns(1);
        build(0);
        final long room = ledger.limitBytes() - ledger.usedBytes();
        ledger.reserve("another's", room - 1000);
        build(1);
        final long before = ledger.usedBytes();
        turns(2);
        assertTrue(ledger.usedBytes() < before, "the first one's key is freed, too");
        ledger.release(room - 1000);
        assertEquals(1, told.size());
        assertTrue(told.get(0).startsWith("3 given up: slave 1: key half: "), told.get(0));
        told.clear();
        expect("", "", "");
        assertEquals("2: ", catalogue());

        propose("half");
        turns(1);
        build(0);
        build(1);
        turns(1);
        expect("4 ready\n4 active: [half]", "half", "half");
    }

    @Test
    void shouldGiveUpWhatTheListenerForbids() {
        isVetoed = true;
        propose("half");
        turns(1);
        build(0);
        build(1);
        final long before = ledger.usedBytes();
        turns(2);
        assertTrue(ledger.usedBytes() < before);
        expect("3 given up: not now", "", "");
    }

    @Test
    void shouldLetChangesByHandGoFirst() {
        propose("half");
        turns(1);
        build(0);
        build(1);
        slaves.forEach(slave -> slave.putKey("numbers", KeySpec.of("n"), KeyTier.COLD));
        turns(1); // The next epoch is not told yet.
        change();
        turns(2);
        expect("3 given up: the table's keys were changed by hand", "n", "n");
        assertEquals("4: n", catalogue());
    }

    @Test
    void shouldSeeChangesByHandOnSlavesBeforeTheCatalogueDoes() {
        propose("half");
        turns(1);
        build(0);
        build(1);
        slaves.get(1).putKey("numbers", KeySpec.of("n"), KeyTier.COLD);
        slaves.get(1).activate("numbers", ++epoch);
        turns(2);
        expect("3 given up: keys were changed by hand on slave 1, which has epoch 4", "", "n");
    }

    @Test
    void shouldGiveUpWhenRowsAreReplacedAndFreeWhatWasBuilt() {
        propose("half");
        turns(1);
        build(0);
        final long before = ledger.usedBytes();
        slaves.get(0).putPart(List.of(numbers()), 0, 8);
        final long more = ledger.usedBytes() - before;
        slaves.get(0).doWork();
        assertTrue(ledger.usedBytes() < before + more);
        farmer.catalogue().put(new TableEntry(NUMBERS.schema(), 8, 9, ROWS, List.of()));
        turns(2);
        expect("3 given up: the table has other rows now");
    }

    @Test
    void shouldFreeRowsThatWereDroppedWhileTheirKeyWasBuilt() {
        propose("half");
        turns(1);
        slaves.get(0).buildTurn(rows -> slaves.get(0).dropPart("numbers", 7));
        slaves.get(0).doWork();
        assertFalse(slaves.get(0).hasTable("numbers"));
        farmer.catalogue().remove("numbers");
        turns(2);
        expect("3 given up: the table was dropped");
    }

    @Test
    void shouldFreeEverythingOfASlaveThatIsClosedWhileItBuilds() {
        propose("half");
        turns(1);
        slaves.get(0).buildTurn(rows -> slaves.get(0).close());
        assertEquals(0, slaves.get(0).buildTurn(BuildPace.FULL));
    }

    @Test
    void shouldBringASlaveBackThatRestartedWithoutKeys() {
        propose("half");
        turns(1);
        build(0);
        build(1);
        turns(1);
        expect("3 ready\n3 active: [half]", "half", "half");
        slaves.get(1).close();
        slaves.set(1, newSlave(1, 2));
        turns(2);
        expect("", "half", "");
        build(1);
        turns(2);
        expect("3 returning: 1", "half", "half");
        turns(5);
        expect("");
    }

    @Test
    void shouldReturnToWhatWasAgreedWhenTheNextProposalFailsHalfway() {
        change("n");
        coordinator.keep("numbers", List.of(KeyCandidate.parse("n")));
        slaves.get(0).close();
        slaves.set(0, newSlave(0, 2));
        turns(2);
        build(0);
        turns(2);
        expect("3 returning: 0", "n", "n");
        propose("half", "n");
        turns(1);
        coordinator.cancel("numbers");
        turns(2);
        expect("4 given up: it was cancelled", "n", "n");
        assertEquals("3: n", catalogue());
    }

    @Test
    void shouldProposeAnewOnWhatWasActivatedHalfway() {
        propose("half");
        turns(1);
        build(0);
        build(1);
        deafWhenReady = true;
        turns(2);
        expect("3 ready", "half", "");
        coordinator.cancel("numbers");
        turns(2);
        deaf = -1;
        turns(3);
        expect("3 given up: it was cancelled", "half", "");
        assertEquals("2: ", catalogue());
        propose("half", "n");
        turns(2);
        build(0);
        build(1);
        turns(2);
        expect("4 ready\n4 active: [half, n]", "half, n", "half, n");
    }

    @Test
    void shouldRefuseAListThatCannotBe() {
        assertThrows(BadValueException.class, () -> propose("third"));
        assertThrows(BadValueException.class, () -> propose("n", "n"));
        propose("n", "n hot");
        turns(2);
        expect("3 given up: slave 0: key n is proposed twice", "", "");
    }
}
