package io.keyfarm;

import io.keyfarm.farmer.Channels;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.OpenChannel;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSession;
import io.keyfarm.slave.SlaveSettings;
import io.keyfarm.wire.link.Faults;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.agrona.concurrent.CachedNanoClock;

/**
 * One farmer and a few slaves in one thread, over a network that loses, doubles, delays, reorders and spoils frames, under
 * a clock that moves only when somebody waits. A seed replays all of it.
 */
final class SimulatedCluster implements Channels, AutoCloseable {
    private static final String FARMER = "farmer";
    private static final long TURN_NS = 100_000;
    private static final int FRAME_BYTES = 1024;
    /** Sooner than many an answer comes, so that attempts overlap. */
    private static final long RESEND_NS = 1_000_000;

    private record Event(long atNs, Runnable what) {}

    private final CachedNanoClock clock = new CachedNanoClock();
    private final MemoryLedger ledger = MemoryLedger.unlimited("simulation");
    private final SimulatedNetwork network;
    private final Farmer farmer;
    private final List<Slave> slaves = new ArrayList<>();
    private final List<SlaveSession> sessions = new ArrayList<>();
    private final BiFunction<Integer, MemoryLedger, List<Slab>> partsOfSlave;
    private final List<Event> events = new ArrayList<>();
    private long incarnation = 1;
    private boolean hasFarmer;

    /** {@code partsOfSlave} makes a slave's slabs, anew after each restart. */
    SimulatedCluster(
            long seed, int slaveCount, Faults faults, BiFunction<Integer, MemoryLedger, List<Slab>> partsOfSlave) {
        this.partsOfSlave = partsOfSlave;
        network = new SimulatedNetwork(seed, clock, faults);
        farmer = new Farmer(
                FarmerSettings.of(0, 1).withTimeoutNs(60_000_000_000L).withResendTimeoutNs(RESEND_NS),
                clock,
                ledger,
                CostModel.typical());
        for (int i = 0; i < slaveCount; i++) {
            slaves.add(newSlave(i));
            sessions.add(slaves.get(i).openSession());
            network.addNode(name(i), sessions.get(i));
        }
    }

    MemoryLedger ledger() {
        return ledger;
    }

    SimulatedNetwork network() {
        return network;
    }

    Session session() {
        return farmer.openSession(this);
    }

    void addTable(TableEntry entry) {
        farmer.catalogue().put(entry);
    }

    /** Builds each key on some of the slaves: they need not have the same. */
    void addKeys(String table, List<String> specs, Random random) {
        for (final String spec : specs) {
            for (final Slave slave : slaves) {
                if (random.nextInt(3) > 0) {
                    putKey(slave, table, spec, random.nextBoolean() ? KeyTier.COLD : KeyTier.HOT);
                }
            }
        }
    }

    /** After a while, perhaps in the middle of a query, a slave has other keys: it answers the same in another order. */
    void changeKeysSoon(String table, String spec, int slave, long afterNs) {
        events.add(new Event(clock.nanoTime() + afterNs, () -> {
            if (!dropKey(slaves.get(slave), table, spec)) {
                putKey(slaves.get(slave), table, spec, KeyTier.COLD);
            }
        }));
    }

    private static void putKey(Slave slave, String table, String spec, KeyTier tier) {
        if (spec.startsWith(Scenario.BITMAP)) {
            slave.putBitmapKey(table, KeySpec.of(spec.substring(Scenario.BITMAP.length())));
        } else {
            slave.putKey(table, KeySpec.parse(spec), tier);
        }
    }

    private static boolean dropKey(Slave slave, String table, String spec) {
        return spec.startsWith(Scenario.BITMAP)
                ? slave.dropBitmapKey(table, KeySpec.of(spec.substring(Scenario.BITMAP.length())))
                : slave.dropKey(table, KeySpec.parse(spec));
    }

    /** After a while, which may be in the middle of a query, the slave comes back with its rows and nothing else. */
    void restartSoon(int slave, long afterNs) {
        events.add(new Event(clock.nanoTime() + afterNs, () -> restart(slave)));
    }

    /** The slave hears and says nothing for a while. */
    void partitionFor(int slave, long ns) {
        network.partition(FARMER, name(slave));
        events.add(new Event(clock.nanoTime() + ns, () -> network.heal(FARMER, name(slave))));
    }

    private void restart(int slave) {
        network.stop(name(slave));
        sessions.get(slave).close();
        slaves.get(slave).close();
        incarnation++;
        slaves.set(slave, newSlave(slave));
        sessions.set(slave, slaves.get(slave).openSession());
        network.start(name(slave), sessions.get(slave));
    }

    @Override
    public int count() {
        return slaves.size();
    }

    @Override
    public OpenChannel open(int channel, FrameListener listener) {
        if (!hasFarmer) {
            hasFarmer = true;
            network.addNode(FARMER, listener);
        }
        return new OpenChannel(
                network.link(FARMER, name(channel)),
                queryId -> sessions.get(channel).interrupt(queryId),
                planId -> sessions.get(channel).forget(planId),
                () -> {});
    }

    @Override
    public void await() {
        clock.update(clock.nanoTime() + TURN_NS);
        network.doWork();
        for (final Event event : List.copyOf(events)) {
            if (event.atNs() <= clock.nanoTime()) {
                events.remove(event);
                event.what().run();
            }
        }
        slaves.forEach(Slave::doWork);
    }

    @Override
    public void close() {
        sessions.forEach(SlaveSession::close);
        slaves.forEach(Slave::close);
    }

    private Slave newSlave(int i) {
        final Slave slave = new Slave(
                SlaveSettings.of(i, incarnation).withMaxFrameBytes(FRAME_BYTES).withCosts(Scenario.KEYS_ALWAYS),
                clock,
                ledger);
        for (final Slab part : partsOfSlave.apply(i, ledger)) {
            slave.putPart(part, 1);
        }
        return slave;
    }

    private static String name(int slave) {
        return "slave-" + slave;
    }
}
