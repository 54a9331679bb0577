package io.keyfarm;

import io.keyfarm.farmer.Channels;
import io.keyfarm.farmer.OpenChannel;
import io.keyfarm.farmer.SlaveWay;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSession;
import io.keyfarm.wire.link.DirectLink;
import io.keyfarm.wire.link.FrameListener;
import java.util.List;

/** Slaves of this process, each a channel of its own, a call away. */
final class DirectChannels implements Channels {
    private final List<Slave> slaves;

    DirectChannels(List<Slave> slaves) {
        this.slaves = slaves;
    }

    @Override
    public int count() {
        return slaves.size();
    }

    @Override
    public OpenChannel open(int channel, FrameListener listener) {
        final SlaveSession session = slaves.get(channel).openSession();
        return OpenChannel.of(
                new SlaveWay(DirectLink.pair(listener, session), session::interrupt, session::forget, session::close));
    }

    @Override
    public void await() {
        throw new IllegalStateException("a slave of this process did not answer a request at once, which is a bug");
    }
}
