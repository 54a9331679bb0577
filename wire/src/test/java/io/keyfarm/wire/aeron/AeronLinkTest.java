package io.keyfarm.wire.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.wire.Allocations;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AeronLinkTest {
    private static final FrameListener NOBODY = (replyTo, buffer, offset, length) -> {};

    @TempDir
    private Path base;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[2 * 1024 * 1024]);
    private final List<byte[]> heard = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(FrameStream.class)
    void shouldCarryFramesOfAnyLengthThereAndBack(FrameStream stream) {
        try (TwoNodes nodes = TwoNodes.overUdp(stream, base)) {
            shouldEcho(nodes);
        }
    }

    @ParameterizedTest
    @EnumSource(FrameStream.class)
    void shouldCarryFramesThroughSharedMemory(FrameStream stream) {
        final AeronSettings here = AeronSettings.of("ipc:0", Rigs.CLUSTER).withDirectoriesUnder(base);
        try (TwoNodes nodes = new TwoNodes(stream, here, AeronSettings.of("ipc:1", Rigs.CLUSTER), context -> {})) {
            shouldEcho(nodes);
        }
    }

    private void shouldEcho(TwoNodes nodes) {
        final FrameListener echo = (replyTo, buffer, offset, length) -> {
            assertSame(nodes.toHere, replyTo);
            Rigs.await(() -> replyTo.send(buffer, offset, length) > 0, nodes.there::counts);
        };
        final FrameListener hears = (replyTo, buffer, offset, length) -> {
            assertSame(nodes.toThere, replyTo);
            heard.add(copyOf(buffer, offset, length));
        };
        final int max = nodes.toThere.maxFrameBytes();
        assertEquals(nodes.stream == FrameStream.CONTROL ? 128 << 10 : 2 << 20, max);
        final List<byte[]> expected = new ArrayList<>();
        // A packet holds 1376 bytes of a frame.
        for (final int wanted : new int[] {88, 112, 300, 1376, 1377, 2 * 1376, 40_000, max - 1, max, 88}) {
            final int sequence = expected.size();
            final int length = wanted == 88 ? Rigs.request(frame, 0, sequence) : Rigs.reply(frame, 0, sequence, wanted);
            assertEquals(wanted, length);
            expected.add(copyOf(frame, 0, length));
            nodes.send(frame, length, echo);
            Rigs.await(
                    () -> {
                        nodes.inboxThere.poll(echo, 10);
                        nodes.inbox.poll(hears, 10);
                        return heard.size() == expected.size();
                    },
                    () -> wanted + " bytes, " + nodes.there.counts());
        }
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(new UnsafeBuffer(expected.get(i)), new UnsafeBuffer(heard.get(i)));
        }
        assertEquals(expected.size(), nodes.here.counts().sent());
        assertEquals(
                expected.stream().mapToLong(it -> it.length).sum(),
                nodes.here.counts().receivedBytes());
        assertEquals(nodes.here.counts().sentBytes(), nodes.there.counts().receivedBytes());
        assertThrows(IllegalArgumentException.class, () -> nodes.toThere.send(frame, 0, max + 1));
        assertEquals(List.of(), nodes.troubles);
    }

    @Test
    void shouldHoldBackItsUserWhileNobodyPollsAndThenDeliverAll() {
        final AeronSettings settings =
                AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER).withTermBytes(64 * 1024, 64 * 1024);
        try (TwoNodes nodes = new TwoNodes(
                FrameStream.QUERIES,
                settings.withDirectoriesUnder(base),
                AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER).withDirectoriesUnder(base),
                context -> {})) {
            final List<Integer> sequences = new ArrayList<>();
            final FrameListener hears = (replyTo, buffer, offset, length) -> sequences.add(sequenceOf(buffer, offset));
            nodes.send(frame, Rigs.reply(frame, 0, 0, 4000), NOBODY);
            int sent = 1;
            int refusedInARow = 0;
            while (refusedInARow < 10_000) {
                final int length = Rigs.reply(frame, 0, sent, 4000);
                final long result = nodes.toThere.send(frame, 0, length);
                assertTrue(result > 0 || result == Link.BACK_PRESSURED, () -> "answered " + result);
                sent += result > 0 ? 1 : 0;
                refusedInARow = result > 0 ? 0 : refusedInARow + 1;
                assertTrue(sent < 1000, "a term holds 16 of them");
            }
            assertTrue(nodes.here.counts().backPressured() >= 10_000);
            assertTrue(nodes.toThere.isConnected());

            nodes.awaitThere(hears, sent);
            nodes.send(frame, Rigs.reply(frame, 0, sent, 4000), hears);
            nodes.awaitThere(hears, sent + 1);
            for (int i = 0; i < sequences.size(); i++) {
                assertEquals(i, sequences.get(i));
            }
            assertEquals(sent + 1, sequences.size());
        }
    }

    @Test
    void shouldFlowAgainWhenTheOtherNodeHasStartedAnew() {
        try (TwoNodes nodes = TwoNodes.overUdp(FrameStream.QUERIES, base)) {
            final FrameListener hears = (replyTo, buffer, offset, length) -> heard.add(copyOf(buffer, offset, length));
            for (int life = 0; life < 3; life++) {
                heard.clear();
                final long startNs = System.nanoTime();
                final int sequence = life;
                // What is sent before the new node is known is lost, as its users expect of a lossy link.
                Rigs.await(
                        () -> {
                            nodes.toThere.send(frame, 0, Rigs.request(frame, 0, sequence));
                            nodes.inboxThere.poll(hears, 10);
                            return heard.stream().anyMatch(it -> sequenceOf(new UnsafeBuffer(it), 0) == sequence);
                        },
                        () -> nodes.here.counts() + " here, there " + nodes.there.counts());
                final long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                assertTrue(tookMs < 5_000, () -> tookMs + " ms until the new node heard");
                nodes.there.close();
                assertEquals(Link.CLOSED, nodes.toHere.send(frame, 0, Rigs.request(frame, 0, 0)));
                nodes.openThere();
            }
        }
    }

    @Test
    void shouldNotBeBlockedByAKilledProcessAndFlowToItsSuccessor() throws Exception {
        final AeronSettings there =
                AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER).withDirectoriesUnder(base);
        final Process process = OtherNode.start(base, there.endpoint());
        try (AeronNode here = AeronNode.open(
                AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER).withDirectoriesUnder(base))) {
            final AeronLink link = here.link(there.endpoint(), FrameStream.QUERIES);
            final int length = Rigs.reply(frame, 0, 1, 1000);
            Rigs.await(() -> link.send(frame, 0, length) > 0, here::counts);
            process.destroyForcibly().waitFor();

            // Nobody says goodbye: first there is room, then a silence, then an absence that has been waited for.
            final long killedNs = System.nanoTime();
            Rigs.await(
                    () -> {
                        link.send(frame, 0, length);
                        return here.counts().unconnected() > 0;
                    },
                    here::counts);
            final long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs);
            assertTrue(tookMs < 8_000, () -> tookMs + " ms until sends went on");

            try (AeronNode successor = AeronNode.open(there)) {
                final AeronInbox inbox = successor.inbox(
                        FrameStream.QUERIES, TwoNodes.waysBy(successor.link(here.endpoint(), FrameStream.QUERIES)));
                Rigs.await(
                        () -> {
                            link.send(frame, 0, Rigs.reply(frame, 0, 2, 1000));
                            inbox.poll(
                                    (replyTo, buffer, offset, bytes) -> heard.add(copyOf(buffer, offset, bytes)), 10);
                            return heard.stream().anyMatch(it -> sequenceOf(new UnsafeBuffer(it), 0) == 2);
                        },
                        () -> here.counts() + " here, there " + successor.counts());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldWaitForANodeThatMayComeAndThenDropAsIfLost() {
        final AeronSettings settings = AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER)
                .withDirectoriesUnder(base)
                .withTimeoutsNs(TimeUnit.MILLISECONDS.toNanos(50), TimeUnit.SECONDS.toNanos(1));
        try (AeronNode node = AeronNode.open(settings)) {
            final AeronLink link = node.link(Rigs.freeEndpoint(), FrameStream.CONTROL);
            final int length = Rigs.request(frame, 0, 1);
            final long startNs = System.nanoTime();
            assertEquals(Link.BACK_PRESSURED, link.send(frame, 0, length));
            Rigs.await(() -> link.send(frame, 0, length) > 0, node::counts);
            assertTrue(System.nanoTime() - startNs >= TimeUnit.MILLISECONDS.toNanos(50));
            assertTrue(link.send(frame, 0, length) > 0);
            assertEquals(2, node.counts().unconnected());
            assertEquals(0, node.counts().sent());
            assertFalse(link.isConnected());
        }
    }

    @Test
    void shouldShareOneWayAmongLinksAndCloseThemOneByOne() {
        try (TwoNodes nodes = TwoNodes.overUdp(FrameStream.CONTROL, base)) {
            final AeronLink other = nodes.here.link(nodes.there.endpoint(), FrameStream.CONTROL);
            final int length = Rigs.request(frame, 0, 1);
            nodes.send(frame, length, NOBODY);
            Rigs.await(() -> other.send(frame, 0, length) > 0, nodes.here::counts);
            other.close();
            other.close();
            assertEquals(Link.CLOSED, other.send(frame, 0, length));
            nodes.send(frame, length, NOBODY);
            nodes.awaitThere(NOBODY, 3);
            assertEquals(3, nodes.here.counts().sent());
            nodes.here.close();
            assertEquals(Link.CLOSED, nodes.toThere.send(frame, 0, length));
            assertEquals(3, nodes.here.counts().sent());
            assertTrue(nodes.here.isClosed());
        }
    }

    @Test
    void shouldHaveOneInboxForEachStream() {
        try (TwoNodes nodes = TwoNodes.overUdp(FrameStream.CONTROL, base)) {
            final ReplyWays ways = TwoNodes.waysBy(nodes.toHere);
            assertThrows(IllegalStateException.class, () -> nodes.there.inbox(FrameStream.CONTROL, ways));
            nodes.there.inbox(FrameStream.REPLIES, ways);
            nodes.inboxThere.close();
            nodes.inboxThere = nodes.there.inbox(FrameStream.CONTROL, ways);
            nodes.send(frame, Rigs.request(frame, 0, 1), NOBODY);
            nodes.awaitThere(NOBODY, 1);
        }
    }

    @Test
    void shouldAllocateNothingOnceWarm() {
        try (TwoNodes nodes = TwoNodes.overUdp(FrameStream.QUERIES, base)) {
            final int[] count = {0};
            final FrameListener hears = (replyTo, buffer, offset, length) -> count[0]++;
            final int length = Rigs.reply(frame, 0, 1, 5000);
            nodes.send(frame, length, hears);
            final IdleStrategy idle = IdleMode.SHARED_CPU.newStrategy();
            final Runnable trips = () -> {
                final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                for (int i = 0; i < 200; i++) {
                    final int before = count[0];
                    while (nodes.toThere.send(frame, 0, length) < 0) {
                        nodes.inboxThere.poll(hears, 10);
                        assertTrue(System.nanoTime() < deadlineNs, "not taken");
                    }
                    while (count[0] == before) {
                        idle.idle(nodes.inboxThere.poll(hears, 10));
                        assertTrue(System.nanoTime() < deadlineNs, "not heard");
                    }
                }
            };
            trips.run();
            assertEquals(0, Allocations.steadyBytesOf(trips));
            assertTrue(count[0] >= 1200, () -> count[0] + " heard");
        }
    }

    private static int sequenceOf(DirectBuffer buffer, int offset) {
        return new FrameHeaderDecoder().wrap(buffer, offset).sequence();
    }

    /** The bytes without flags and seal, which links set. */
    private static byte[] copyOf(DirectBuffer buffer, int offset, int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final UnsafeBuffer copy = new UnsafeBuffer(bytes);
        copy.putShort(FrameHeaderDecoder.flagsEncodingOffset(), (short) 0);
        copy.setMemory(
                FrameHeaderDecoder.sealEncodingOffset(),
                Frames.HEADER_BYTES - FrameHeaderDecoder.sealEncodingOffset(),
                (byte) 0);
        return bytes;
    }
}
