package io.keyfarm.wire.aeron;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.keyfarm.wire.FrameFault;
import io.keyfarm.wire.FrameSeal;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What arrives at a node on one stream.
 *
 * <pre>
 *   packets ─► whole frames ─► sealed, a frame? ─► our cluster? ─► sender known? ─► listener
 *                                   no: counted and dropped
 * </pre>
 *
 * <p>One thread's at a time. Allocates only for a sender's first frame of several packets, and its longest.
 */
public final class AeronInbox implements AutoCloseable {
    /** Packets of one turn: a long frame is many, and takes several turns. */
    public static final int PACKET_LIMIT = 1024;

    private final AeronNode node;
    private final FrameStream stream;
    private final long clusterId;
    private final ReplyWays ways;
    private final Tally tally = new Tally();
    private final FrameSeal seal = new FrameSeal();
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private final ControlledFragmentAssembler frames = new ControlledFragmentAssembler(this::onFrame);
    private final ControlledFragmentHandler packets = this::onPacket;
    private final Queue<Integer> goneSessions = new ConcurrentLinkedQueue<>();
    private @Nullable Subscription subscription;
    private @Nullable FrameListener listener;
    private @Nullable Throwable thrown;
    private int remaining;

    AeronInbox(AeronNode node, FrameStream stream, long clusterId, ReplyWays ways) {
        this.node = node;
        this.stream = stream;
        this.clusterId = clusterId;
        this.ways = ways;
    }

    void subscription(Subscription subscription) {
        this.subscription = subscription;
    }

    /** A sender has gone, said on one of Aeron's threads: half a frame of it is kept no longer. */
    void onGone(Image image) {
        goneSessions.add(image.sessionId());
    }

    /**
     * Hands over whole frames that have arrived, refused ones counted as well, {@code limit} at most. What the listener
     * throws ends the turn and is thrown here; the frame counts as heard.
     *
     * @return how many packets were taken up, 0 when there was nothing to do.
     */
    public int poll(FrameListener listener, int limit) {
        assert subscription != null;
        for (Integer session = goneSessions.poll(); session != null; session = goneSessions.poll()) {
            frames.freeSessionBuffer(session);
        }

        this.listener = listener;
        remaining = limit;
        final int packetCount = subscription.controlledPoll(packets, PACKET_LIMIT);
        this.listener = null;
        rethrow();
        return packetCount;
    }

    private void rethrow() {
        final Throwable toThrow = thrown;
        if (toThrow != null) {
            thrown = null;
            if (toThrow instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) toThrow;
        }
    }

    private ControlledFragmentHandler.Action onPacket(DirectBuffer buffer, int offset, int length, Header packet) {
        // The subscription goes on with the next sender when one has been stopped: all of them are.
        return remaining <= 0
                ? ControlledFragmentHandler.Action.ABORT
                : frames.onFragment(buffer, offset, length, packet);
    }

    private ControlledFragmentHandler.Action onFrame(DirectBuffer buffer, int offset, int length, Header packet) {
        remaining--;
        final Link replyTo = senderOf(buffer, offset, length);
        if (replyTo != null) {
            tally.increment(Tally.RECEIVED);
            tally.add(Tally.RECEIVED_BYTES, length);
            assert listener != null;
            try {
                listener.onFrame(replyTo, buffer, offset, length);
            } catch (RuntimeException | Error e) {
                // Aeron would keep it to itself.
                thrown = e;
                remaining = 0;
            }
        }
        return ControlledFragmentHandler.Action.CONTINUE;
    }

    private @Nullable Link senderOf(DirectBuffer buffer, int offset, int length) {
        final FrameFault fault = seal.check(buffer, offset, length);
        if (fault != FrameFault.NONE) {
            final boolean isSeal = fault == FrameFault.NOT_SEALED || fault == FrameFault.CRC_DIFFERS;
            tally.increment(isSeal ? Tally.REFUSED_SEAL : Tally.MALFORMED);
            return null;
        }
        header.wrap(buffer, offset);
        if (header.clusterId() != clusterId) {
            tally.increment(Tally.REFUSED_CLUSTER);
            return null;
        }
        final Link link = Frames.isFromFarmer(header.templateId())
                ? ways.toFarmer(header.farmerId())
                : ways.toSlave(header.slaveId());
        if (link == null) {
            tally.increment(Tally.REFUSED_UNKNOWN);
        }
        return link;
    }

    FrameStream stream() {
        return stream;
    }

    Tally tally() {
        return tally;
    }

    /** Hears nothing more. Called when no thread is within {@link #poll}. */
    @Override
    public void close() {
        assert subscription != null;
        if (!subscription.isClosed()) {
            subscription.close();
            node.onClosed(this);
        }
    }
}
