package io.keyfarm.wire.link;

import org.agrona.DirectBuffer;

/**
 * One end of a way to another node. Frames sent in here arrive at the other end's {@link FrameListener}.
 *
 * <p>A link is used by one thread at a time. One that leaves the process seals what it takes and checks what it
 * delivers, so a frame that reaches a listener has passed {@link io.keyfarm.wire.Frames#check}, or was made by this
 * process; what did not pass is counted and dropped.
 */
public interface Link {
    /** The other end cannot take more now: keep the frame and try again in a later turn. */
    long BACK_PRESSURED = -2;

    /** This end is closed, or its node has stopped. */
    long CLOSED = -4;

    /**
     * Takes the frame, or says why not. The bytes are the caller's again when this returns, and are not changed.
     *
     * @return positive when the frame was taken, which on a lossy link does not mean that it arrives; else {@link
     *     #BACK_PRESSURED} or {@link #CLOSED}.
     */
    long send(DirectBuffer frame, int offset, int length);

    /**
     * Whether every frame taken arrives once, whole and in order. Where not, attempts carry checksums and are resent.
     */
    boolean isReliable();

    /** Whether both ends read one and the same clock, so that what one has read means something to the other. */
    boolean hasOneClock();

    /** The longest frame this link takes; a longer one is a bug of its sender. */
    int maxFrameBytes();
}
