package io.keyfarm;

import io.keyfarm.farmer.KeyChannels;
import io.keyfarm.slave.Slave;
import io.keyfarm.wire.link.DirectLink;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import java.util.List;

/** A coordinator's ways to the slaves of this process, a call away. */
final class DirectKeyChannels implements KeyChannels {
    private final List<Slave> slaves;

    DirectKeyChannels(List<Slave> slaves) {
        this.slaves = slaves;
    }

    @Override
    public int count() {
        return slaves.size();
    }

    @Override
    public Link open(int channel, FrameListener listener) {
        return DirectLink.pair(listener, slaves.get(channel).openKeySession());
    }
}
