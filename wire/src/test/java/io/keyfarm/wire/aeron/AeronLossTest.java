package io.keyfarm.wire.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ext.DebugReceiveChannelEndpoint;
import io.aeron.driver.ext.RandomLossGenerator;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import java.nio.file.Path;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets lost by chance, those that ask for them again among them. */
final class AeronLossTest {
    private static final int MAX_FRAME_BYTES = 20_000;
    private static final int FRAMES = 2_000 * Integer.getInteger("keyfarm.test.scale", 1);

    @TempDir
    private Path base;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[MAX_FRAME_BYTES]);
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private int nextSequence;

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.05})
    void shouldDeliverAllInOrderThoughPacketsAreLost(double lossRate) {
        final long seed = Long.getLong("keyfarm.test.seed", new Random().nextInt(1 << 20));
        final FrameListener hears = (replyTo, buffer, offset, length) -> {
            assertEquals(nextSequence++, header.wrap(buffer, offset).sequence(), () -> "seed " + seed);
        };
        final SplittableRandom random = new SplittableRandom(seed);
        try (TwoNodes nodes = TwoNodes.overUdp(FrameStream.REPLIES, base, losing(lossRate, seed))) {
            for (int i = 0; i < FRAMES; i++) {
                final int length = random.nextInt(10) == 0 ? random.nextInt(112, MAX_FRAME_BYTES) : 300;
                nodes.send(frame, Rigs.reply(frame, 0, i, length), hears);
            }
            nodes.awaitThere(hears, FRAMES);
            final AeronCounts here = nodes.here.counts();
            final AeronCounts there = nodes.there.counts();
            final String counts = "seed " + seed + ": " + here + " here, there " + there;
            assertEquals(FRAMES, nextSequence, counts);
            assertEquals(FRAMES, here.sent(), counts);
            assertEquals(0, there.refused(), counts);
            assertTrue(there.naksSent() > 0 && here.naksReceived() > 0 && here.retransmits() > 0, counts);
        }
    }

    private static Consumer<MediaDriver.Context> losing(double rate, long seed) {
        return driver -> driver.receiveChannelEndpointSupplier(
                (channel, dispatcher, status, context) -> new DebugReceiveChannelEndpoint(
                        channel,
                        dispatcher,
                        status,
                        context,
                        new RandomLossGenerator(rate, seed),
                        new RandomLossGenerator(rate, seed + 1)));
    }
}
