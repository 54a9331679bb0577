package io.keyfarm.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AttemptChecksumTest {
    private final UnsafeBuffer first = new UnsafeBuffer(new byte[SampleFrames.MAX_BYTES]);
    private final UnsafeBuffer second = new UnsafeBuffer(new byte[SampleFrames.MAX_BYTES]);
    private final SampleFrames samples = new SampleFrames(5);
    private final int firstLength = samples.write(4, first, 0);
    private final int secondLength = samples.write(4, second, 0);

    /** The values that the reference implementation gives. */
    @Test
    void shouldBeXxh64() {
        assertEquals(0xEF46DB3751D8E999L, hash("", 0));
        assertEquals(0xD24EC4F1A98C6E5BL, hash("a", 0));
        assertEquals(0x44BC2CF5AD770999L, hash("abc", 0));
        assertEquals(0xFBCEA83C8A378BF1L, hash("Nobody inspects the spammish repetition", 0));
        assertEquals(0xABDFED9EA088249CL, hash("12345678", 0x123456789ABCDEF0L));
        assertEquals(0x05E1F564EEFD2A42L, hash("abcdefghijklmnopqrstuvwxyz012345", 0x123456789ABCDEF0L));
        assertEquals(0x98C5CACCCB7AD340L, hash("abcdefghijklmnopqrstuvwxyz0123456789ABCD", 0));
        assertEquals(0x34075E407CA7AFF1L, hash("abcdefghijklm", 0x123456789ABCDEF0L));
    }

    @Test
    void shouldDependOnEveryBitAndOnTheLength() {
        final Set<Long> values = new HashSet<>();
        int count = 0;
        for (int length = 0; length < 100; length++) {
            final UnsafeBuffer zeros = new UnsafeBuffer(new byte[length]);
            values.add(AttemptChecksum.hash(zeros, 0, length, 0));
            count++;
            for (int bit = 0; bit < length * 8; bit++) {
                zeros.putByte(bit / 8, (byte) (1 << bit % 8));
                values.add(AttemptChecksum.hash(zeros, 0, length, 0));
                zeros.putByte(bit / 8, (byte) 0);
                count++;
            }
        }
        assertEquals(count, values.size());
    }

    @Test
    void shouldDependOnTheOrderAndNumberOfFramesAndOnTheCounts() {
        final Set<Long> values = new HashSet<>();
        values.add(value("", 0, -1));
        values.add(value("1", 0, -1));
        values.add(value("2", 0, -1));
        values.add(value("11", 0, -1));
        values.add(value("12", 0, -1));
        values.add(value("21", 0, -1));
        values.add(value("121", 0, -1));
        values.add(value("", 1, -1));
        values.add(value("", 0, 0));
        values.add(value("", -1, 0));
        assertEquals(10, values.size());
        assertEquals(value("12", 3, 4), value("12", 3, 4));
    }

    @Test
    void shouldNotDependOnTheHeaderNorOnWhereTheFrameStands() {
        final AttemptChecksum sent = new AttemptChecksum();
        sent.addRows(first, 0, firstLength);

        final UnsafeBuffer offHeap = new UnsafeBuffer(ByteBuffer.allocateDirect(SampleFrames.MAX_BYTES + 3));
        offHeap.putBytes(3, first, 0, firstLength);
        new FrameSeal().seal(offHeap, 3, firstLength);
        final AttemptChecksum received = new AttemptChecksum();
        received.addRows(second, 0, secondLength);
        assertNotEquals(sent.value(0, 0), received.value(0, 0));
        received.reset();
        received.addRows(offHeap, 3, firstLength);
        assertEquals(sent.value(0, 0), received.value(0, 0));
    }

    @Test
    void shouldAllocateNothing() {
        final AttemptChecksum checksum = new AttemptChecksum();
        assertEquals(0, Allocations.steadyBytesOf(() -> checksum.addRows(first, 0, firstLength)));
    }

    private long value(String frames, long rowCount, long matchingCount) {
        final AttemptChecksum checksum = new AttemptChecksum();
        for (int i = 0; i < frames.length(); i++) {
            if (frames.charAt(i) == '1') {
                checksum.addRows(first, 0, firstLength);
            } else {
                checksum.addRows(second, 0, secondLength);
            }
        }
        return checksum.value(rowCount, matchingCount);
    }

    private static long hash(String text, long seed) {
        final byte[] bytes = text.getBytes(US_ASCII);
        return AttemptChecksum.hash(new UnsafeBuffer(bytes), 0, bytes.length, seed);
    }
}
