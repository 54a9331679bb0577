package io.keyfarm;

import io.keyfarm.farmer.Channels;
import io.keyfarm.farmer.Coordinator;
import io.keyfarm.farmer.CoordinatorListener;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.KeyChannels;
import io.keyfarm.farmer.OpenChannel;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.SlaveWay;
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
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.link.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.agrona.concurrent.CachedNanoClock;

/**
 * One farmer and a few slaves in one thread, over a network that loses, doubles, delays, reorders and spoils frames, under
 * a clock that moves only when somebody waits. A seed replays all of it.
 */
final class SimulatedCluster implements Channels, AutoCloseable {
    private static final String FARMER = "farmer";
    private static final String COORDINATOR = "coordinator";
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
    private final List<Runnable> everyTurn = new ArrayList<>();
    private final int replicas;
    private long incarnation = 1;
    private boolean hasFarmer;
    private boolean hasCoordinator;

    /** A channel for each slave. {@code partsOfSlave} makes a slave's slabs, anew after each restart. */
    SimulatedCluster(
            long seed, int slaveCount, Faults faults, BiFunction<Integer, MemoryLedger, List<Slab>> partsOfSlave) {
        this(seed, slaveCount, 1, faults, partsOfSlave);
    }

    /** Slaves {@code replicas × channel} on serve one channel, and should have the same rows. */
    SimulatedCluster(
            long seed,
            int slaveCount,
            int replicas,
            Faults faults,
            BiFunction<Integer, MemoryLedger, List<Slab>> partsOfSlave) {
        this.partsOfSlave = partsOfSlave;
        this.replicas = replicas;
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
            network.addNode(keysName(i), slaves.get(i).openKeySession());
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

    Farmer farmer() {
        return farmer;
    }

    /** Those that are there now: a restart puts another in a slave's place. */
    List<Slave> slaves() {
        return slaves;
    }

    /** A coordinator over the same network, by ways of its own; it and {@code also} have a turn whenever time passes. */
    Coordinator coordinate(Faults keysFaults, LongSupplier epochs, CoordinatorListener listener, Runnable also) {
        final Coordinator coordinator = new Coordinator(
                farmer,
                new KeyChannels() {
                    @Override
                    public int count() {
                        return slaves.size();
                    }

                    @Override
                    public Link open(int channel, FrameListener replies) {
                        if (!hasCoordinator) {
                            hasCoordinator = true;
                            network.addNode(COORDINATOR, replies);
                        }
                        faultsOfKeys(channel, keysFaults);
                        return network.link(COORDINATOR, keysName(channel));
                    }
                },
                epochs,
                listener);
        everyTurn.add(coordinator::doWork);
        everyTurn.add(also);
        return coordinator;
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
        if (spec.startsWith(Scenario.COLUMN)) {
            slave.putColumn(table, KeySpec.of(spec.substring(Scenario.COLUMN.length())));
        } else if (spec.startsWith(Scenario.BITMAP)) {
            slave.putBitmapKey(table, KeySpec.of(spec.substring(Scenario.BITMAP.length())));
        } else {
            slave.putKey(table, KeySpec.parse(spec), tier);
        }
    }

    private static boolean dropKey(Slave slave, String table, String spec) {
        if (spec.startsWith(Scenario.COLUMN)) {
            return slave.dropColumn(table, KeySpec.of(spec.substring(Scenario.COLUMN.length())));
        }
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

    /** The slave and the coordinator do not hear each other for a while, or in one direction only. */
    void partitionKeysFor(int slave, long ns, int direction) {
        if (direction != 0) {
            network.cut(COORDINATOR, keysName(slave));
        }
        if (direction != 1) {
            network.cut(keysName(slave), COORDINATOR);
        }
        events.add(new Event(clock.nanoTime() + ns, () -> network.heal(COORDINATOR, keysName(slave))));
    }

    /** After a while, which may be in the middle of a query, the slave is gone for good. */
    void killSoon(int slave, long afterNs) {
        events.add(new Event(clock.nanoTime() + afterNs, () -> {
            network.stop(name(slave));
            sessions.get(slave).close();
        }));
    }

    private void restart(int slave) {
        network.stop(name(slave));
        network.stop(keysName(slave));
        sessions.get(slave).close();
        slaves.get(slave).close();
        incarnation++;
        slaves.set(slave, newSlave(slave));
        sessions.set(slave, slaves.get(slave).openSession());
        network.start(name(slave), sessions.get(slave));
        network.start(keysName(slave), slaves.get(slave).openKeySession());
    }

    @Override
    public int count() {
        return slaves.size() / replicas;
    }

    @Override
    public OpenChannel open(int channel, FrameListener listener) {
        if (!hasFarmer) {
            hasFarmer = true;
            network.addNode(FARMER, listener);
        }
        final List<SlaveWay> ways = new ArrayList<>();
        for (int slave = channel * replicas; slave < (channel + 1) * replicas; slave++) {
            ways.add(way(slave));
        }
        return new OpenChannel(ways);
    }

    private SlaveWay way(int slave) {
        return new SlaveWay(
                network.link(FARMER, name(slave)),
                queryId -> sessions.get(slave).interrupt(queryId),
                planId -> sessions.get(slave).forget(planId),
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
        everyTurn.forEach(Runnable::run);
    }

    /** From now on nothing goes wrong any more; what is due happens still. */
    void heal() {
        network.faults(Faults.NONE);
        for (int i = 0; i < slaves.size() && hasCoordinator; i++) {
            faultsOfKeys(i, Faults.NONE);
        }
        network.healAll();
    }

    /** Lets frames arrive that are due; for those who work on while time stands still. */
    void deliver() {
        network.doWork();
    }

    /** Nothing is to happen any more. */
    boolean isQuiet() {
        return events.isEmpty();
    }

    /** What queries hold on slaves goes. */
    void closeSessions() {
        sessions.forEach(SlaveSession::close);
    }

    @Override
    public void close() {
        closeSessions();
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

    private void faultsOfKeys(int slave, Faults faults) {
        network.faults(COORDINATOR, keysName(slave), faults);
        network.faults(keysName(slave), COORDINATOR, faults);
    }

    private static String keysName(int slave) {
        return "keys-" + slave;
    }

    private static String name(int slave) {
        return "slave-" + slave;
    }
}
