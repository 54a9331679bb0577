package io.keyfarm.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class RoutingTest {
    @Test
    void shouldSpreadNumbersThatFollowEachOtherEvenly() {
        for (final int channels : new int[] {1, 2, 3, 4, 7, 64}) {
            final int[] counts = new int[channels];
            for (long value = -50_000; value < 50_000; value++) {
                counts[Routing.channel(Routing.hash(value * 8), channels)]++;
            }
            final int fair = 100_000 / channels;
            assertTrue(
                    Arrays.stream(counts).allMatch(count -> Math.abs(count - fair) < fair / 5),
                    Arrays.toString(counts));
        }
    }

    @Test
    void shouldFindTheSameChannelForTheSameTextWhereverItStands() {
        for (final String word : new String[] {"", "a", "b", "a rather long text, longer than a slot", "Ærø"}) {
            final byte[] text = word.getBytes(StandardCharsets.UTF_8);
            final long memory = Memory.allocateRaw(text.length + 1);
            try {
                Memory.copy(text, 0, memory, text.length);
                assertEquals(
                        Routing.hash(memory, text.length), Routing.hash(new UnsafeBuffer(text), 0, text.length), word);
            } finally {
                Memory.free(memory);
            }
        }
    }
}
