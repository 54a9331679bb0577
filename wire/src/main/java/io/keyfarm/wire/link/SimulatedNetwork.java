package io.keyfarm.wire.link;

import io.keyfarm.wire.FrameFault;
import io.keyfarm.wire.FrameSeal;
import io.keyfarm.wire.Frames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and the ways between them, in one thread: what is sent waits here until the clock, turned by hand, has reached
 * the time of its arrival. All chance comes from one seed, so equal sends at equal times meet equal faults.
 *
 * <pre>
 *   send ─ cut off? dropped? ─► one or two copies, bits flipped? ─► queue by time of arrival
 *                                                                        │ doWork
 *   listener.onFrame ◄─ check: CRC, shape ◄─ node stopped? cut off? ◄────┘
 * </pre>
 *
 * Its links are not reliable, and behave as those that leave the process: they seal what they take and check what
 * arrives. Frames arrive off heap, at an offset that is not 0, and are overwritten when the listener returns, so that one
 * who keeps a buffer for later is found out. One thread's; {@link #doWork} is not called from within a listener.
 */
public final class SimulatedNetwork {
    /** Bytes under way on one link, beyond which it refuses more. */
    public static final int MAX_IN_FLIGHT_BYTES = 64 * 1024 * 1024;

    /** Frames delivered in one turn, at most. */
    public static final int DELIVERY_LIMIT = 256;

    private static final int ARRIVAL_OFFSET = 64;
    private static final byte POISON = (byte) 0xDD;

    private final SplittableRandom random;
    private final NanoClock clock;
    private final Map<String, SimulatedNode> nodes = new LinkedHashMap<>();
    private final PriorityQueue<Envelope> queue = new PriorityQueue<>();
    private final FrameSeal seal = new FrameSeal();
    private final UnsafeBuffer arrival = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64 * 1024, 64));
    private final Tallies tallies = new Tallies();
    private Faults faults;
    private @Nullable Consumer<String> trace;
    private long nextPlace;
    private boolean isDelivering;

    public SimulatedNetwork(long seed, NanoClock clock, Faults faults) {
        random = new SplittableRandom(seed);
        this.clock = clock;
        this.faults = faults;
    }

    /** A new node; what is sent to it goes to the listener. */
    public void addNode(String name, FrameListener listener) {
        if (nodes.putIfAbsent(name, new SimulatedNode(name, listener)) != null) {
            throw new IllegalArgumentException("there is already a node " + name);
        }
    }

    /** The way from one node to another; the same object every time, also across stops and starts. */
    public Link link(String from, String to) {
        return way(node(from), node(to));
    }

    /** From now on, on all links that have no faults of their own. */
    public void faults(Faults faults) {
        this.faults = faults;
    }

    /** From now on, on the link from one node to the other, one way. */
    public void faults(String from, String to, Faults faults) {
        way(node(from), node(to)).ownFaults(faults);
    }

    /** The node is gone at once: frames to it vanish, and its links are closed. What it sent before still arrives. */
    public void stop(String name) {
        node(name).stop(tallies);
    }

    /** A stopped node comes back, its memory gone. Frames sent to its earlier life and still under way reach it. */
    public void start(String name, FrameListener listener) {
        node(name).start(listener);
    }

    /** The node hears nothing for now: frames to it wait. */
    public void pause(String name) {
        node(name).pause();
    }

    /** A paused node hears, from the next turn on, what has waited for it, in the order of arrival. */
    public void resume(String name) {
        final long nowNs = clock.nanoTime();
        for (final Envelope envelope : node(name).resume()) {
            queue.add(envelope.dueAgain(nowNs, nextPlace++));
        }
    }

    /** Cuts the ways between two nodes: frames under way or sent from now on are lost. */
    public void partition(String a, String b) {
        cut(a, b);
        cut(b, a);
    }

    /** Cuts the way from one node to the other, and not the way back. */
    public void cut(String from, String to) {
        way(node(from), node(to)).isCut(true);
    }

    /** Joins two nodes again, both ways. */
    public void heal(String a, String b) {
        way(node(a), node(b)).isCut(false);
        way(node(b), node(a)).isCut(false);
    }

    /** Joins all nodes again. */
    public void healAll() {
        nodes.values().forEach(SimulatedNode::heal);
    }

    /**
     * Delivers what is due by now, at most {@link #DELIVERY_LIMIT} frames; what listeners send meanwhile waits for its
     * time as everything does.
     *
     * @return how many frames reached their time.
     */
    public int doWork() {
        assert !isDelivering : "doWork within a listener";
        final long nowNs = clock.nanoTime();
        isDelivering = true;
        try {
            int workCount = 0;
            for (Envelope next = queue.peek();
                    next != null && next.dueNs() <= nowNs && workCount < DELIVERY_LIMIT;
                    next = queue.peek()) {
                queue.remove();
                onDue(next);
                workCount++;
            }
            return workCount;
        } finally {
            isDelivering = false;
        }
    }

    /** When the next frame is due, which may be in the past; {@link Long#MAX_VALUE} when none is under way. */
    public long nextDueNs() {
        final Envelope next = queue.peek();
        return next == null ? Long.MAX_VALUE : next.dueNs();
    }

    public NetworkCounts counts() {
        return tallies.counts();
    }

    /** A line of text for everything that happens to a frame goes to {@code sink} from now on; slow, for replays. */
    public void trace(Consumer<String> sink) {
        trace = sink;
    }

    long send(SimulatedLink link, DirectBuffer frame, int offset, int length) {
        if (length > Frames.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "a frame holds at most " + Frames.MAX_FRAME_BYTES + " bytes, but this one has " + length);
        }
        assert Frames.check(frame, offset, length) == FrameFault.NONE : Frames.describe(frame, offset, length);
        if (link.from().isStopped()) {
            return Link.CLOSED;
        }
        final Faults faults = link.faultsOr(this.faults);
        if (link.inFlightBytes() + length > MAX_IN_FLIGHT_BYTES || happens(faults.backPressureChance())) {
            tallies.refused++;
            return Link.BACK_PRESSURED;
        }

        final byte[] bytes = new byte[length];
        frame.getBytes(offset, bytes);
        seal.seal(new UnsafeBuffer(bytes), 0, length);
        final Envelope envelope = new Envelope(link, link.nextNumber(), bytes, 0, 0, false);
        tallies.sent++;
        if (link.isCut()) {
            tallies.cutOff++;
            trace("cut off", envelope);
        } else if (happens(faults.dropChance())) {
            tallies.dropped++;
            trace("dropped", envelope);
        } else {
            dispatch(envelope, faults);
            if (happens(faults.duplicateChance())) {
                tallies.duplicated++;
                dispatch(envelope.copy(), faults);
            }
        }
        return tallies.sent;
    }

    private void dispatch(Envelope envelope, Faults faults) {
        Envelope sent = envelope;
        if (happens(faults.corruptChance())) {
            tallies.corrupted++;
            sent = envelope.corrupted(random);
        }
        final SimulatedLink link = envelope.link();
        final long delayNs = between(faults.minDelayNs(), faults.maxDelayNs());
        final boolean isLate = happens(faults.reorderChance());
        final long dueNs = link.arrivalNs(clock.nanoTime() + delayNs, isLate ? between(1, 1 + faults.lateNs()) : 0);
        sent = sent.dueAgain(dueNs, nextPlace++);
        queue.add(sent);
        link.onDispatched(sent.bytes().length);
        tallies.inFlight++;
        trace("sent", sent);
    }

    private void onDue(Envelope envelope) {
        final SimulatedLink link = envelope.link();
        final SimulatedNode to = link.to();
        if (to.isPaused()) {
            to.hold(envelope);
            trace("held", envelope);
            return;
        }
        link.onArrived(envelope.bytes().length);
        tallies.inFlight--;
        if (to.isStopped()) {
            tallies.vanished++;
            trace("vanished", envelope);
        } else if (link.isCut()) {
            tallies.cutOff++;
            trace("cut off", envelope);
        } else {
            deliver(envelope, link);
        }
    }

    private void deliver(Envelope envelope, SimulatedLink link) {
        final byte[] bytes = envelope.bytes();
        if (arrival.capacity() < ARRIVAL_OFFSET + bytes.length) {
            arrival.wrap(BufferUtil.allocateDirectAligned(2 * (ARRIVAL_OFFSET + bytes.length), 64));
        }
        arrival.putBytes(ARRIVAL_OFFSET, bytes);
        final FrameFault fault = seal.check(arrival, ARRIVAL_OFFSET, bytes.length);
        if (fault != FrameFault.NONE) {
            tallies.rejected++;
            trace("rejected", envelope);
            return;
        }
        if (link.isOvertaken(envelope)) {
            tallies.reordered++;
        }
        tallies.delivered++;
        trace("delivered", envelope);
        try {
            link.to().listener().onFrame(way(link.to(), link.from()), arrival, ARRIVAL_OFFSET, bytes.length);
        } finally {
            arrival.setMemory(ARRIVAL_OFFSET, bytes.length, POISON);
        }
    }

    private boolean happens(double chance) {
        return chance > 0 && random.nextDouble() < chance;
    }

    private long between(long low, long high) {
        return low == high ? low : random.nextLong(low, high + 1);
    }

    private SimulatedLink way(SimulatedNode from, SimulatedNode to) {
        return from.linkTo(to, this);
    }

    private SimulatedNode node(String name) {
        final SimulatedNode node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("there is no node " + name + " among " + nodes.keySet());
        }
        return node;
    }

    private void trace(String what, Envelope envelope) {
        if (trace != null) {
            trace.accept(clock.nanoTime() + " " + what + " " + envelope);
        }
    }

    /** The counters behind {@link NetworkCounts}. */
    static final class Tallies {
        long sent;
        long refused;
        long duplicated;
        long corrupted;
        long reordered;
        long dropped;
        long cutOff;
        long vanished;
        long rejected;
        long delivered;
        long inFlight;

        NetworkCounts counts() {
            return new NetworkCounts(
                    sent,
                    refused,
                    duplicated,
                    corrupted,
                    reordered,
                    dropped,
                    cutOff,
                    vanished,
                    rejected,
                    delivered,
                    inFlight);
        }
    }
}
