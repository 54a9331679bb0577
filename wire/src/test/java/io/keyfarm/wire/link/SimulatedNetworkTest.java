package io.keyfarm.wire.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.wire.Frames;
import io.keyfarm.wire.SampleFrames;
import io.keyfarm.wire.sbe.CancelRequestEncoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.RowsReplyEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedNetworkTest {
    private final CachedNanoClock clock = new CachedNanoClock();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[SampleFrames.MAX_BYTES]);
    private final List<Long> heard = new ArrayList<>();
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();

    /** Frames are numbered by their query id. */
    private final FrameListener slave = (replyTo, buffer, offset, length) ->
            heard.add(header.wrap(buffer, offset).queryId());

    private final FrameListener farmer = (replyTo, buffer, offset, length) ->
            heard.add(-header.wrap(buffer, offset).queryId());

    @Test
    void shouldDeliverWhenTheClockHasReachedTheTimeOfArrival() {
        final SimulatedNetwork network = network(1, Faults.NONE.withDelayNs(100, 100));
        clock.update(1_000);
        assertEquals(Long.MAX_VALUE, network.nextDueNs());
        send(network, 1);
        assertEquals(1_100, network.nextDueNs());
        clock.update(1_099);
        assertEquals(0, network.doWork());
        clock.update(1_100);
        assertEquals(1, network.doWork());
        assertEquals(List.of(1L), heard);
        assertEquals(0, network.doWork());
    }

    @Test
    void shouldSealWhatItTakesAndHandItOverOffHeap() {
        final List<String> arrived = new ArrayList<>();
        final SimulatedNetwork network = new SimulatedNetwork(1, clock, Faults.NONE);
        network.addNode("farmer", farmer);
        network.addNode("slave", (replyTo, buffer, offset, length) -> {
            assertNull(buffer.byteArray());
            assertNotEquals(0, offset);
            assertTrue(header.wrap(buffer, offset).flags().crc());
            assertSame(network.link("slave", "farmer"), replyTo);
            arrived.add(Frames.describe(buffer, offset, length));
        });
        final Link link = network.link("farmer", "slave");
        assertFalse(link.isReliable());
        assertSame(link, network.link("farmer", "slave"));
        final SampleFrames samples = new SampleFrames(3);
        final List<String> sent = new ArrayList<>();
        for (int type = 1; type <= SampleFrames.TYPE_COUNT; type++) {
            final int length = samples.write(type, frame, 5);
            assertTrue(link.send(frame, 5, length) > 0);
            assertFalse(header.wrap(frame, 5).flags().crc(), "the sender's bytes stay as they are");
            sent.add(Frames.describe(frame, 5, length));
        }
        network.doWork();
        assertEquals(withoutSeal(sent), withoutSeal(arrived));
    }

    @Test
    void shouldCarryTheLongestFrame() {
        final SimulatedNetwork network = network(1, Faults.NONE);
        final UnsafeBuffer longest = new UnsafeBuffer(new byte[Frames.MAX_FRAME_BYTES]);
        Frames.begin(longest, 0);
        final RowsReplyEncoder rows = new RowsReplyEncoder().wrapAndApplyHeader(longest, 0, new FrameHeaderEncoder());
        final int heapBytes = Frames.MAX_FRAME_BYTES - Frames.PAYLOAD_OFFSET;
        assertEquals(longest.capacity(), Frames.endRows(rows, 0, 0, 0, 0, heapBytes));
        final Link link = network.link("slave", "farmer");
        for (int i = 0; i < 4; i++) {
            assertTrue(link.send(longest, 0, longest.capacity()) > 0);
        }
        assertEquals(Link.BACK_PRESSURED, link.send(longest, 0, longest.capacity()), "64 MiB are under way");
        assertTrue(network.link("farmer", "slave").send(longest, 0, longest.capacity()) > 0, "that way is free");
        assertEquals(5, network.doWork());
        assertEquals(5, heard.size());
        assertThrows(IllegalArgumentException.class, () -> link.send(longest, 0, Frames.MAX_FRAME_BYTES + 1));
    }

    @Test
    void shouldOverwriteAFrameThatItsListenerHasReturnedFrom() {
        final List<DirectBuffer> kept = new ArrayList<>();
        final SimulatedNetwork network = new SimulatedNetwork(1, clock, Faults.NONE);
        network.addNode("farmer", farmer);
        network.addNode(
                "slave", (replyTo, buffer, offset, length) -> kept.add(new UnsafeBuffer(buffer, offset, length)));
        send(network, 1);
        network.doWork();
        assertTrue(Frames.describe(kept.get(0), 0, kept.get(0).capacity()).contains("not a frame"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldDoEqualThingsForEqualSeedsAndOthersForOthers(long seed) {
        final List<String> first = story(seed);
        assertEquals(first, story(seed));
        assertNotEquals(first, story(seed + 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldMeetAndCountEveryFaultAndDeliverNothingSpoilt(long seed) {
        final SimulatedNetwork network = network(seed, Faults.BAD_DAY);
        int takenCount = 0;
        for (int query = 1; query <= 4_000; query++) {
            takenCount += send(network, query) ? 1 : 0;
            assertTrue(network.counts().isBalanced(), network.counts()::toString);
            clock.advance(5_000);
            network.doWork();
        }
        deliverAll(network);

        final NetworkCounts counts = network.counts();
        assertTrue(counts.isBalanced(), counts::toString);
        assertEquals(0, counts.inFlight());
        assertEquals(takenCount, counts.sent());
        assertEquals(4_000, counts.sent() + counts.refused());
        assertEquals(heard.size(), counts.delivered());
        assertEquals(counts.corrupted(), counts.rejected(), "every spoilt frame, and no other");
        assertBetween(15, 80, counts.dropped());
        assertBetween(15, 80, counts.duplicated());
        assertBetween(5, 45, counts.corrupted());
        assertBetween(5, 45, counts.refused());
        assertBetween(20, 160, counts.reordered());
        final long distinct = heard.stream().distinct().count();
        assertBetween(10, 80, heard.size() - distinct);
        assertTrue(heard.stream().allMatch(query -> 1 <= query && query <= 4_000));
    }

    @Test
    void shouldKeepTheOrderUnlessAFrameIsLate() {
        final SimulatedNetwork network = network(7, Faults.NONE.withDelayNs(0, 1_000_000));
        sendAll(network, 1, 1_000);
        deliverAll(network);
        assertEquals(1_000, heard.size());
        final List<Long> sorted = new ArrayList<>(heard);
        Collections.sort(sorted);
        assertEquals(sorted, heard);
        assertEquals(0, network.counts().reordered());

        network.faults(Faults.NONE.withReorderChance(0.1, 1_000));
        sendAll(network, 1_001, 2_000);
        deliverAll(network);
        assertEquals(2_000, heard.size());
        assertBetween(50, 200, network.counts().reordered());
    }

    @Test
    void shouldLoseWhatIsSentOrUnderWayBetweenPartitionedNodes() {
        final SimulatedNetwork network = network(1, Faults.NONE.withDelayNs(10, 10));
        send(network, 1);
        network.partition("farmer", "slave");
        assertTrue(send(network, 2), "nobody tells the sender");
        reply(network, 3);
        deliverAll(network);
        network.heal("slave", "farmer");
        send(network, 4);
        reply(network, 5);
        deliverAll(network);
        assertEquals(List.of(4L, -5L), heard);
        assertEquals(3, network.counts().cutOff());

        network.cut("slave", "farmer");
        send(network, 6);
        reply(network, 7);
        network.healAll();
        reply(network, 8);
        deliverAll(network);
        assertEquals(List.of(4L, -5L, 6L, -8L), heard);
        assertTrue(network.counts().isBalanced());
    }

    @Test
    void shouldLetFramesToAStoppedNodeVanish() {
        final SimulatedNetwork network = network(1, Faults.NONE.withDelayNs(10, 10));
        send(network, 1);
        reply(network, 2);
        network.stop("slave");
        assertFalse(reply(network, 3));
        assertEquals(Link.CLOSED, network.link("slave", "farmer").send(frame, 0, frame(4)));
        deliverAll(network);
        assertEquals(List.of(-2L), heard, "what it sent in time arrives");
        assertEquals(1, network.counts().vanished());

        send(network, 5);
        network.start("slave", slave);
        deliverAll(network);
        assertEquals(List.of(-2L, 5L), heard, "its next life hears what was sent to the last");
        assertThrows(IllegalStateException.class, () -> network.start("slave", slave));
    }

    @Test
    void shouldKeepFramesForAPausedNodeUntilItResumesOrStops() {
        final SimulatedNetwork network = network(1, Faults.NONE.withDelayNs(10, 10));
        network.pause("slave");
        sendAll(network, 1, 3);
        clock.advance(50);
        assertEquals(3, network.doWork());
        assertEquals(Long.MAX_VALUE, network.nextDueNs());
        assertEquals(3, network.counts().inFlight());
        network.resume("slave");
        assertEquals(clock.nanoTime(), network.nextDueNs());
        deliverAll(network);
        assertEquals(List.of(1L, 2L, 3L), heard);

        network.pause("slave");
        send(network, 4);
        deliverAll(network);
        network.stop("slave");
        network.start("slave", slave);
        send(network, 5);
        deliverAll(network);
        assertEquals(List.of(1L, 2L, 3L, 5L), heard);
        assertEquals(1, network.counts().vanished());
        assertTrue(network.counts().isBalanced());
    }

    @Test
    void shouldGiveOneLinkFaultsOfItsOwn() {
        final SimulatedNetwork network = network(1, Faults.NONE);
        network.faults("farmer", "slave", Faults.NONE.withDropChance(1));
        send(network, 1);
        reply(network, 2);
        deliverAll(network);
        assertEquals(List.of(-2L), heard);
        assertEquals(1, network.counts().dropped());
    }

    @Test
    void shouldBoundWhatOneTurnDelivers() {
        final SimulatedNetwork network = new SimulatedNetwork(1, clock, Faults.NONE);
        network.addNode("farmer", (replyTo, buffer, offset, length) -> replyTo.send(buffer, offset, length));
        network.addNode("slave", (replyTo, buffer, offset, length) -> replyTo.send(buffer, offset, length));
        send(network, 1);
        assertEquals(SimulatedNetwork.DELIVERY_LIMIT, network.doWork(), "an endless talk does not hold up the turn");
    }

    @Test
    void shouldNameNodesItDoesNotKnow() {
        final SimulatedNetwork network = network(1, Faults.NONE);
        final Exception unknown = assertThrows(IllegalArgumentException.class, () -> network.link("farmer", "slaev"));
        assertEquals("there is no node slaev among [farmer, slave]", unknown.getMessage());
        assertThrows(IllegalArgumentException.class, () -> network.addNode("slave", slave));
        assertThrows(IllegalArgumentException.class, () -> network.link("slave", "slave"));
        final Exception chance = assertThrows(IllegalArgumentException.class, () -> Faults.NONE.withDropChance(1.5));
        assertEquals("dropChance must be from 0 to 1, but is 1.5", chance.getMessage());
    }

    private List<String> story(long seed) {
        clock.update(0);
        final List<String> story = new ArrayList<>();
        final SimulatedNetwork network = network(seed, Faults.BAD_DAY);
        network.trace(story::add);
        for (int query = 1; query <= 500; query++) {
            send(network, query);
            if (query % 3 == 0) {
                reply(network, query);
            }
            if (query == 200) {
                network.partition("farmer", "slave");
            } else if (query == 220) {
                network.healAll();
                network.pause("slave");
            } else if (query == 240) {
                network.resume("slave");
            }
            clock.advance(10_000);
            network.doWork();
        }
        deliverAll(network);
        story.add(network.counts().toString());
        return story;
    }

    private SimulatedNetwork network(long seed, Faults faults) {
        final SimulatedNetwork network = new SimulatedNetwork(seed, clock, faults);
        network.addNode("farmer", farmer);
        network.addNode("slave", slave);
        return network;
    }

    private void deliverAll(SimulatedNetwork network) {
        while (network.nextDueNs() != Long.MAX_VALUE) {
            clock.update(Math.max(clock.nanoTime(), network.nextDueNs()));
            network.doWork();
        }
    }

    private void sendAll(SimulatedNetwork network, int from, int to) {
        for (int query = from; query <= to; query++) {
            assertTrue(send(network, query));
        }
    }

    private boolean send(SimulatedNetwork network, int query) {
        return network.link("farmer", "slave").send(frame, 0, frame(query)) > 0;
    }

    private boolean reply(SimulatedNetwork network, int query) {
        return network.link("slave", "farmer").send(frame, 0, frame(query)) > 0;
    }

    private int frame(int query) {
        final FrameHeaderEncoder encoder = new FrameHeaderEncoder();
        Frames.begin(frame, 0);
        new CancelRequestEncoder().wrapAndApplyHeader(frame, 0, encoder);
        encoder.queryId(query);
        return Frames.HEADER_BYTES;
    }

    private static List<String> withoutSeal(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceAll("seal=\\[[^]]*]", "").replaceAll("flags=\\{crc,?", "flags={"))
                .toList();
    }

    private static void assertBetween(long low, long high, long value) {
        assertTrue(low <= value && value <= high, value + " is not from " + low + " to " + high);
    }
}
