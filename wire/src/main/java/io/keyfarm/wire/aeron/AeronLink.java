package io.keyfarm.wire.aeron;

import io.aeron.Publication;
import io.keyfarm.wire.FrameFault;
import io.keyfarm.wire.FrameSeal;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The way to another node on one stream.
 *
 * <pre>
 *   send ─ room? ─► copy, seal ─► offer ─► term buffer, which all links of this node to that one and stream share
 *            │ no
 *            ├─ node there:  BACK_PRESSURED
 *            └─ not there:   BACK_PRESSURED while it may yet come, then taken and dropped, as if lost on the way
 * </pre>
 *
 * It copies before it sends: the caller's bytes are not changed, and the seal is made while nobody waits. Within Aeron's
 * own memory (tryClaim) frames of other threads would wait behind it, and the CRC would need a copy back out.
 *
 * <p>One thread's at a time. Allocates only when a frame is longer than any before.
 */
public final class AeronLink implements Link, AutoCloseable {
    private static final int FIRST_COPY_BYTES = 4096;
    private static final int CLUSTER_ID = FrameHeaderDecoder.clusterIdEncodingOffset();

    /** What {@link #send} answers for a frame that it took and dropped. */
    private static final long TAKEN = 1;

    private final AeronNode node;
    private final Publication publication;
    private final NanoClock clock;
    private final long clusterId;
    private final long connectTimeoutNs;
    private final int maxFrameBytes;
    private final Tally tally = new Tally();
    private final FrameSeal seal = new FrameSeal();
    private final UnsafeBuffer copy = new UnsafeBuffer(new byte[FIRST_COPY_BYTES]);
    private boolean isWaiting;
    private long waitingSinceNs;
    private volatile boolean isClosed;

    AeronLink(AeronNode node, Publication publication, NanoClock clock, AeronSettings settings, FrameStream stream) {
        this.node = node;
        this.publication = publication;
        this.clock = clock;
        clusterId = settings.clusterId();
        connectTimeoutNs = settings.connectTimeoutNs();
        maxFrameBytes = settings.maxFrameBytes(stream);
        assert maxFrameBytes == publication.maxMessageLength() : publication.maxMessageLength();
    }

    @Override
    public long send(DirectBuffer frame, int offset, int length) {
        if (length > maxFrameBytes) {
            throw new IllegalArgumentException(
                    "a frame on this link holds at most " + maxFrameBytes + " bytes, but this one has " + length);
        }
        assert Frames.check(frame, offset, length) == FrameFault.NONE : Frames.describe(frame, offset, length);
        assert frame.getLong(offset + CLUSTER_ID, ByteOrder.LITTLE_ENDIAN) == clusterId
                : "not of cluster " + clusterId + ": " + Frames.describe(frame, offset, length);
        if (isClosed) {
            return CLOSED;
        }
        if (publication.availableWindow() <= 0) {
            return notTaken(publication.isConnected() ? Publication.BACK_PRESSURED : Publication.NOT_CONNECTED);
        }

        final long position = publication.offer(sealed(frame, offset, length), 0, length);
        if (position <= 0) {
            return notTaken(position);
        }
        isWaiting = false;
        tally.increment(Tally.SENT);
        tally.add(Tally.SENT_BYTES, length);
        return position;
    }

    private DirectBuffer sealed(DirectBuffer frame, int offset, int length) {
        if (copy.capacity() < length) {
            copy.wrap(new byte[Math.min(maxFrameBytes, 2 * length)]);
        }
        copy.putBytes(0, frame, offset, length);
        seal.seal(copy, 0, length);
        return copy;
    }

    private long notTaken(long result) {
        // A stream ends after 2^31 terms, which are petabytes: whoever gets there opens a new node.
        if (publication.isClosed() || result == Publication.MAX_POSITION_EXCEEDED) {
            return CLOSED;
        }
        if (result == Publication.NOT_CONNECTED && hasWaitedLongEnough()) {
            tally.increment(Tally.UNCONNECTED);
            return TAKEN;
        }
        tally.increment(Tally.BACK_PRESSURED);
        return BACK_PRESSURED;
    }

    private boolean hasWaitedLongEnough() {
        final long nowNs = clock.nanoTime();
        if (!isWaiting) {
            isWaiting = true;
            waitingSinceNs = nowNs;
        }
        return nowNs - waitingSinceNs >= connectTimeoutNs;
    }

    /** False: a node that goes takes with it what it had not heard. As long as it stays, all arrives, once and in order. */
    @Override
    public boolean isReliable() {
        return false;
    }

    @Override
    public boolean hasOneClock() {
        return false;
    }

    @Override
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    /** Whether the other node has been heard lately. */
    public boolean isConnected() {
        return !isClosed && publication.isConnected();
    }

    Tally tally() {
        return tally;
    }

    /** Takes nothing more; what was taken is still sent. Called when no thread is within {@link #send}. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            publication.close();
            node.onClosed(this);
        }
    }
}
