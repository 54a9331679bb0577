package io.keyfarm.wire.link;

import io.keyfarm.wire.FrameFault;
import io.keyfarm.wire.Frames;
import org.agrona.DirectBuffer;

/**
 * One of two ends within one process: to send is to call the other end's listener, on the sender's thread.
 *
 * <pre>
 *   farmer ── send ──► there.onFrame ── replyTo.send ──► here.onFrame ── replyTo.send ──► …
 *              1                            2                                3
 * </pre>
 *
 * An answer is a call within the call it answers. So that a talkative pair does not use up the stack, the {@value
 * #MAX_DEPTH}th call within a call is refused as back pressure, and its sender tries again in its next turn.
 *
 * <p>A pair belongs to one thread at a time, as the read context behind it does. It allocates nothing, and seals and
 * checks nothing except under {@code -ea}: both ends trust their own process.
 */
public final class DirectLink implements Link {
    /** Calls within calls, both directions counted. */
    public static final int MAX_DEPTH = 8;

    private final FrameListener listener;
    private final Calls calls;
    private final DirectLink other;

    private DirectLink(FrameListener here, FrameListener there) {
        listener = here;
        calls = new Calls();
        other = new DirectLink(there, this);
    }

    private DirectLink(FrameListener here, DirectLink other) {
        listener = here;
        calls = other.calls;
        this.other = other;
    }

    /**
     * Two joined ends.
     *
     * @param here hears what {@link #other} sends.
     * @param there hears what the returned end sends, and answers through {@link #other}.
     * @return this side's end.
     */
    public static DirectLink pair(FrameListener here, FrameListener there) {
        return new DirectLink(here, there);
    }

    /** The end that the other side sends with. */
    public DirectLink other() {
        return other;
    }

    @Override
    public long send(DirectBuffer frame, int offset, int length) {
        if (calls.isClosed) {
            return CLOSED;
        }
        if (calls.depth == MAX_DEPTH) {
            calls.refusedCount++;
            return BACK_PRESSURED;
        }
        assert Frames.check(frame, offset, length) == FrameFault.NONE : Frames.describe(frame, offset, length);

        calls.depth++;
        try {
            other.listener.onFrame(other, frame, offset, length);
        } finally {
            calls.depth--;
        }
        return ++calls.sentCount;
    }

    @Override
    public boolean isReliable() {
        return true;
    }

    @Override
    public boolean hasOneClock() {
        return true;
    }

    @Override
    public int maxFrameBytes() {
        return Frames.MAX_FRAME_BYTES;
    }

    /** Frames both ends have sent. */
    public long sentCount() {
        return calls.sentCount;
    }

    /** Sends refused because they were too deep within one another. */
    public long refusedCount() {
        return calls.refusedCount;
    }

    /** Closes both ends; a call under way returns as usual. */
    public void close() {
        calls.isClosed = true;
    }

    /** What the two ends share. */
    private static final class Calls {
        int depth;
        long sentCount;
        long refusedCount;
        boolean isClosed;
    }
}
