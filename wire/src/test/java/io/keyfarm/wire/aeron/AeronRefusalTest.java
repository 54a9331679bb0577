package io.keyfarm.wire.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.keyfarm.wire.FrameSeal;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sends who has Aeron, and no link of ours. */
final class AeronRefusalTest {
    @TempDir
    private Path base;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[4096]);
    private final FrameHeaderEncoder header = new FrameHeaderEncoder().wrap(frame, 0);
    private final FrameSeal seal = new FrameSeal();
    private int heardCount;
    private final FrameListener hears = (replyTo, buffer, offset, length) -> heardCount++;
    private TwoNodes nodes;
    private Aeron stranger;
    private Publication publication;

    @BeforeEach
    void open() {
        nodes = TwoNodes.overUdp(FrameStream.QUERIES, base);
        stranger = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(nodes.here.directory().toString())
                .errorHandler(nodes.troubles::add));
        publication = stranger.addExclusivePublication(
                "aeron:udp?endpoint=" + nodes.there.endpoint(), FrameStream.QUERIES.idAt(new Endpoint("any", 1)));
    }

    @AfterEach
    void close() {
        stranger.close();
        nodes.close();
        assertEquals(0, nodes.troubles.size(), nodes.troubles::toString);
    }

    @Test
    void shouldHearWhatIsSealedAndOurs() {
        final int length = Rigs.request(frame, 0, 1);
        seal.seal(frame, 0, length);
        awaits(length, () -> nodes.there.counts().received());
        assertEquals(1, heardCount);
        assertEquals(0, nodes.there.counts().refused());
    }

    @Test
    void shouldRefuseASpoiltFrameAndOneWithoutASeal() {
        final int length = Rigs.reply(frame, 0, 1, 3000);
        seal.seal(frame, 0, length);
        frame.putByte(2000, (byte) ~frame.getByte(2000));
        awaits(length, () -> nodes.there.counts().refusedSeal());

        final int unsealedLength = Rigs.request(frame, 0, 1);
        awaits(unsealedLength, () -> nodes.there.counts().refusedSeal());
        assertOnlyRefused(2);
    }

    @Test
    void shouldRefuseAnotherCluster() {
        final int length = Rigs.request(frame, 0, 1);
        header.clusterId(Rigs.CLUSTER + 1);
        seal.seal(frame, 0, length);
        awaits(length, () -> nodes.there.counts().refusedCluster());
        assertOnlyRefused(1);
    }

    @Test
    void shouldRefuseFarmersAndSlavesThatNobodyKnows() {
        final int length = Rigs.request(frame, 0, 1);
        header.farmerId(Rigs.FARMER + 1);
        seal.seal(frame, 0, length);
        awaits(length, () -> nodes.there.counts().refusedUnknown());

        final int replyLength = Rigs.reply(frame, 0, 1, 200);
        header.slaveId(Rigs.SLAVE + 1);
        seal.seal(frame, 0, replyLength);
        awaits(replyLength, () -> nodes.there.counts().refusedUnknown());
        assertOnlyRefused(2);
    }

    @Test
    void shouldRefuseWhatIsNoFrame() {
        awaits(1, () -> nodes.there.counts().malformed());
        final int length = Rigs.request(frame, 0, 1);
        header.templateId(99);
        seal.seal(frame, 0, length);
        awaits(length, () -> nodes.there.counts().malformed());
        assertOnlyRefused(2);
    }

    @Test
    void shouldHandOverNoMoreThanTheLimitOfAllSendersTogether() {
        final int length = Rigs.request(frame, 0, 1);
        seal.seal(frame, 0, length);
        for (int i = 0; i < 5; i++) {
            Rigs.await(() -> publication.offer(frame, 0, length) > 0, nodes.there::counts);
            Rigs.await(() -> nodes.toThere.send(frame, 0, length) > 0, nodes.here::counts);
        }
        for (int turn = 1; heardCount < 10; turn++) {
            final int before = heardCount;
            Rigs.await(() -> nodes.inboxThere.poll(hears, 3) > 0, nodes.there::counts);
            assertTrue(heardCount - before <= 3, heardCount + " in turn " + turn);
        }
    }

    @Test
    void shouldThrowWhatAListenerThrowsAndGoOnWithTheNextFrame() {
        final int length = Rigs.request(frame, 0, 1);
        nodes.send(frame, length, hears);
        nodes.awaitThere(hears, 1);
        assertTrue(nodes.toThere.send(frame, 0, length) > 0);
        assertTrue(nodes.toThere.send(frame, 0, length) > 0);
        final IllegalStateException bug = new IllegalStateException("a bug");
        final FrameListener hasABug = (replyTo, buffer, offset, bytes) -> {
            throw bug;
        };
        final IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> Rigs.await(() -> nodes.inboxThere.poll(hasABug, 10) < 0, nodes.there::counts));
        assertSame(bug, thrown);
        nodes.awaitThere(hears, 3);
        assertEquals(2, heardCount);
    }

    private void awaits(int length, LongSupplier counter) {
        final long before = counter.getAsLong();
        Rigs.await(() -> publication.offer(frame, 0, length) > 0, nodes.there::counts);
        Rigs.await(
                () -> {
                    nodes.inboxThere.poll(hears, 10);
                    return counter.getAsLong() == before + 1;
                },
                nodes.there::counts);
    }

    private void assertOnlyRefused(int count) {
        assertEquals(0, heardCount);
        assertEquals(0, nodes.there.counts().received());
        assertEquals(count, nodes.there.counts().refused());
    }
}
