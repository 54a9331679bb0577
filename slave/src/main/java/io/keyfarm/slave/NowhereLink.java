package io.keyfarm.slave;

import io.keyfarm.wire.link.Link;
import org.agrona.DirectBuffer;

/** Where replies go before the first request came. */
enum NowhereLink implements Link {
    INSTANCE;

    @Override
    public long send(DirectBuffer frame, int offset, int length) {
        return CLOSED;
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
        return 0;
    }
}
