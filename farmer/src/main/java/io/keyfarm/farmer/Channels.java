package io.keyfarm.farmer;

import io.keyfarm.wire.link.FrameListener;

/** Opens a session's ways to the channels, and waits for what comes back on them. */
public interface Channels {
    int count();

    /** A way to the channel; what the slave sends back goes to {@code listener}, on the session's thread. */
    OpenChannel open(int channel, FrameListener listener);

    /**
     * Lets time pass until a frame may have come. Where every request is answered before its sending returns, nothing
     * is ever waited for.
     */
    void await();
}
