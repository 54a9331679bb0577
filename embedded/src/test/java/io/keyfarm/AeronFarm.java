package io.keyfarm;

import io.keyfarm.farmer.Channels;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.OpenChannel;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.SlaveWay;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSession;
import io.keyfarm.slave.SlaveSettings;
import io.keyfarm.wire.aeron.AeronInbox;
import io.keyfarm.wire.aeron.AeronNode;
import io.keyfarm.wire.aeron.AeronSettings;
import io.keyfarm.wire.aeron.FrameStream;
import io.keyfarm.wire.aeron.IdleMode;
import io.keyfarm.wire.aeron.ReplyWays;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A farmer and a few slaves that talk over UDP on the loopback interface, each with a driver of its own and slaves with a thread
 * of their own; any of them may be closed in the middle.
 */
final class AeronFarm implements Channels, AutoCloseable {
    private static final long CLUSTER = 1;
    private static final int FRAMES_A_TURN = 16;
    /** What is in flight to a farmer that does not listen is lost, so frames are small beside its window. */
    private static final int FRAME_BYTES = 8 * 1024;

    private final MemoryLedger ledger = MemoryLedger.unlimited("farm over UDP");
    private final int replicas;
    private final Farmer farmer;
    private final AeronNode node;
    private final List<SlaveNode> slaves = new ArrayList<>();
    private final List<Link> ways = new ArrayList<>();
    private final IdleStrategy idle = IdleMode.SHARED_CPU.newStrategy();
    private @Nullable AeronInbox replies;
    private FrameListener session = (replyTo, buffer, offset, length) -> {};

    /** Slaves {@code replicas × channel} on serve one channel. */
    AeronFarm(int slaveCount, int replicas, BiFunction<Integer, MemoryLedger, Slab> partOfSlave) {
        this.replicas = replicas;
        farmer = new Farmer(FarmerSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger, CostModel.typical());
        node = AeronNode.open(AeronSettings.of(freeEndpoint(), CLUSTER));
        try {
            for (int i = 0; i < slaveCount; i++) {
                final Slave slave = new Slave(
                        SlaveSettings.of(i, 1).withMaxFrameBytes(FRAME_BYTES), SystemNanoClock.INSTANCE, ledger);
                slave.putPart(partOfSlave.apply(i, ledger), 1);
                slaves.add(new SlaveNode("slave " + i, slave, node.endpoint()));
                ways.add(node.link(slaves.get(i).node.endpoint(), FrameStream.QUERIES));
            }
            replies = node.inbox(FrameStream.REPLIES, waysOf(null, ways));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static ReplyWays waysOf(@Nullable Link toFarmer, List<Link> toSlaves) {
        return new ReplyWays() {
            @Override
            public @Nullable Link toFarmer(int farmerId) {
                return toFarmer;
            }

            @Override
            public @Nullable Link toSlave(int slaveId) {
                return slaveId < toSlaves.size() ? toSlaves.get(slaveId) : null;
            }
        };
    }

    private static String freeEndpoint() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One slave's node, and the thread that hears what it is asked. */
    private static final class SlaveNode implements Agent, AutoCloseable {
        final AeronNode node;
        private final String name;
        private final Slave slave;
        private final SlaveSession session;
        private final AeronInbox queries;
        private final AgentRunner runner;

        SlaveNode(String name, Slave slave, String farmerEndpoint) {
            this.name = name;
            this.slave = slave;
            session = slave.openSession();
            node = AeronNode.open(AeronSettings.of(freeEndpoint(), CLUSTER));
            queries =
                    node.inbox(FrameStream.QUERIES, waysOf(node.link(farmerEndpoint, FrameStream.REPLIES), List.of()));
            runner = new AgentRunner(
                    IdleMode.SHARED_CPU.newStrategy(),
                    trouble -> {
                        throw new AssertionError(name, trouble);
                    },
                    null,
                    this);
            AgentRunner.startOnThread(runner);
        }

        @Override
        public int doWork() {
            return queries.poll(session, FRAMES_A_TURN) + slave.doWork();
        }

        @Override
        public String roleName() {
            return name;
        }

        @Override
        public void close() {
            CloseHelper.closeAll(runner, node, session, slave);
        }
    }

    Farmer farmer() {
        return farmer;
    }

    /** The only one: replies are its. */
    Session session() {
        final Session opened = farmer.openSession(this);
        session = opened;
        return opened;
    }

    /** The slave goes, and whatever it was asked. */
    void stop(int slave) {
        slaves.get(slave).close();
    }

    MemoryLedger ledger() {
        return ledger;
    }

    @Override
    public int count() {
        return slaves.size() / replicas;
    }

    @Override
    public OpenChannel open(int channel, FrameListener listener) {
        return new OpenChannel(ways.subList(channel * replicas, (channel + 1) * replicas).stream()
                .map(link -> new SlaveWay(link, queryId -> {}, planId -> {}, () -> {}))
                .toList());
    }

    @Override
    public void await() {
        assert replies != null;
        idle.idle(replies.poll(session, FRAMES_A_TURN));
    }

    @Override
    public void close() {
        CloseHelper.closeAll(slaves);
        CloseHelper.closeAll(node);
    }
}
