package io.keyfarm.wire.link;

import org.agrona.DirectBuffer;

/** Hears the frames that arrive at one end of a link. */
@FunctionalInterface
public interface FrameListener {
    /**
     * One whole frame. Its bytes stay as they are until this returns, and not longer.
     *
     * @param replyTo the way back to the frame's sender, the same object for every frame of one link.
     */
    void onFrame(Link replyTo, DirectBuffer buffer, int offset, int length);
}
