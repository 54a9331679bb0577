package io.keyfarm.wire.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.wire.Allocations;
import io.keyfarm.wire.SampleFrames;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DirectLinkTest {
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[SampleFrames.MAX_BYTES]);
    private final int length = new SampleFrames(1).write(4, frame, 10);
    private final List<String> heard = new ArrayList<>();

    @Test
    void shouldCallTheOtherEndsListenerAtOnceWithTheVeryBytes() {
        final DirectLink link = DirectLink.pair(
                (replyTo, buffer, offset, bytes) -> heard.add("answer of " + bytes),
                (replyTo, buffer, offset, bytes) -> {
                    assertSame(frame, buffer);
                    heard.add("question of " + bytes + " at " + offset);
                    assertTrue(replyTo.send(buffer, offset, bytes) > 0);
                });
        assertTrue(link.isReliable());
        assertTrue(link.send(frame, 10, length) > 0);
        assertEquals(List.of("question of " + length + " at 10", "answer of " + length), heard);
        assertEquals(2, link.sentCount());
        assertSame(link, link.other().other());
    }

    @Test
    void shouldRefuseCallsThatGoTooDeep() {
        final FrameListener echo = (replyTo, buffer, offset, bytes) ->
                heard.add(replyTo.send(buffer, offset, bytes) == Link.BACK_PRESSURED ? "refused" : "taken");
        final DirectLink link = DirectLink.pair(echo, echo);

        assertTrue(link.send(frame, 10, length) > 0);
        assertEquals(DirectLink.MAX_DEPTH, heard.size());
        assertEquals("refused", heard.get(0));
        assertEquals("taken", heard.get(1));
        assertEquals(1, link.refusedCount());
        assertEquals(DirectLink.MAX_DEPTH, link.sentCount());

        assertTrue(link.send(frame, 10, length) > 0, "and in the next turn all is well again");
    }

    @Test
    void shouldWorkOnAfterAListenerHasThrown() {
        final DirectLink link =
                DirectLink.pair((replyTo, buffer, offset, bytes) -> {}, (replyTo, buffer, offset, bytes) -> {
                    if (heard.size() < 2 * DirectLink.MAX_DEPTH) {
                        heard.add("a bug");
                        throw new IllegalStateException("a bug");
                    }
                });
        for (int i = 0; i < 2 * DirectLink.MAX_DEPTH; i++) {
            assertThrows(IllegalStateException.class, () -> link.send(frame, 10, length));
        }
        assertTrue(link.send(frame, 10, length) > 0);
        assertEquals(1, link.sentCount());
    }

    @Test
    void shouldTakeNothingOnceClosed() {
        final DirectLink link = DirectLink.pair(
                (replyTo, buffer, offset, bytes) -> heard.add("?"), (replyTo, buffer, offset, bytes) -> heard.add("!"));
        link.other().close();
        assertEquals(Link.CLOSED, link.send(frame, 10, length));
        assertEquals(Link.CLOSED, link.other().send(frame, 10, length));
        assertTrue(heard.isEmpty());
    }

    @Test
    void shouldAssertThatItsUsersSendFrames() {
        final DirectLink link = DirectLink.pair(
                (replyTo, buffer, offset, bytes) -> {}, (replyTo, buffer, offset, bytes) -> heard.add("!"));
        assertThrows(AssertionError.class, () -> link.send(frame, 10, length - 1));
        assertFalse(heard.contains("!"));
    }

    @Test
    void shouldAllocateNothing() {
        final DirectLink link = DirectLink.pair(
                (replyTo, buffer, offset, bytes) -> {},
                (replyTo, buffer, offset, bytes) -> replyTo.send(buffer, offset, bytes));
        final Runnable sends = () -> {
            for (int i = 0; i < 1_000; i++) {
                link.send(frame, 10, length);
            }
        };
        assertEquals(0, Allocations.steadyBytesOf(sends));
    }
}
