package io.keyfarm.wire.aeron;

import io.aeron.driver.MediaDriver;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** A farmer's node, a slave's, and one stream between them, all turned by one thread. */
final class TwoNodes implements AutoCloseable {
    final List<Throwable> troubles = Rigs.troubles();
    final FrameStream stream;
    final AeronNode here;
    final AeronLink toThere;
    final AeronInbox inbox;
    AeronNode there;
    AeronLink toHere;
    AeronInbox inboxThere;

    private final AeronSettings settingsThere;
    private final Consumer<MediaDriver.Context> lastWordThere;

    TwoNodes(
            FrameStream stream,
            AeronSettings settingsHere,
            AeronSettings settingsThere,
            Consumer<MediaDriver.Context> lastWordThere) {
        this.stream = stream;
        this.settingsThere = settingsThere;
        this.lastWordThere = lastWordThere;
        here = AeronNode.open(settingsHere, troubles::add);
        toThere = here.link(settingsThere.endpoint(), stream);
        inbox = here.inbox(stream, waysBy(toThere));
        openThere();
    }

    static TwoNodes overUdp(FrameStream stream, Path base) {
        return overUdp(stream, base, context -> {});
    }

    static TwoNodes overUdp(FrameStream stream, Path base, Consumer<MediaDriver.Context> lastWordThere) {
        final AeronSettings here =
                AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER).withDirectoriesUnder(base);
        final AeronSettings there =
                AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER).withDirectoriesUnder(base);
        return new TwoNodes(stream, here, there, lastWordThere);
    }

    /** Opens the node there, anew if it was closed. */
    void openThere() {
        AeronSettings settings = settingsThere;
        if (settings.endpoint().startsWith("ipc")) {
            settings = settings.withDriverDirectory(here.directory());
        }
        there = AeronNode.open(settings, troubles::add, lastWordThere);
        toHere = there.link(here.endpoint(), stream);
        inboxThere = there.inbox(stream, waysBy(toHere));
    }

    /** The only way there is, whoever asks: the farmer is here and the slave there. */
    static ReplyWays waysBy(Link link) {
        return new ReplyWays() {
            @Override
            public @Nullable Link toFarmer(int farmerId) {
                return farmerId == Rigs.FARMER ? link : null;
            }

            @Override
            public @Nullable Link toSlave(int slaveId) {
                return slaveId == Rigs.SLAVE ? link : null;
            }
        };
    }

    /** Sends as soon as there is room, turning the node there meanwhile. */
    void send(DirectBuffer frame, int length, FrameListener listenerThere) {
        Rigs.await(
                () -> {
                    inboxThere.poll(listenerThere, 10);
                    return toThere.send(frame, 0, length) > 0;
                },
                () -> here.counts() + " here, there " + there.counts());
    }

    void awaitThere(FrameListener listenerThere, long receivedCount) {
        Rigs.await(
                () -> {
                    inboxThere.poll(listenerThere, 10);
                    return there.counts().received() >= receivedCount;
                },
                () -> here.counts() + " here, there " + there.counts());
    }

    @Override
    public void close() {
        CloseHelper.closeAll(there, here);
    }
}
