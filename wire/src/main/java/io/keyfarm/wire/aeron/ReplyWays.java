package io.keyfarm.wire.aeron;

import io.keyfarm.wire.link.Link;
import org.jspecify.annotations.Nullable;

/**
 * The ways back to the nodes that one may hear from. Asked for each frame that arrives, on the thread that polls; the same
 * object every time for one node, as {@link io.keyfarm.wire.link.FrameListener} promises its users.
 */
public interface ReplyWays {
    /** The way to the farmer that a request names, or null when it is none of ours: its frames are refused. */
    @Nullable
    Link toFarmer(int farmerId);

    /** The way to the slave that a reply names, or null when it is none of ours: its frames are refused. */
    @Nullable
    Link toSlave(int slaveId);
}
