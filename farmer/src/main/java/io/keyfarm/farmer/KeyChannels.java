package io.keyfarm.farmer;

import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;

/** Opens a coordinator's ways to the slaves. */
public interface KeyChannels {
    int count();

    /** A way to the slave of this channel; what it sends back goes to {@code listener}, on the coordinator's thread. */
    Link open(int channel, FrameListener listener);
}
