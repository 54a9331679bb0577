package io.keyfarm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSealTest {
    private static final int AT = 8;

    private final FrameSeal seal = new FrameSeal();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[AT + SampleFrames.MAX_BYTES]);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldSeeEveryFlipOfASingleBit(int type) {
        final int length = new SampleFrames(type).write(type, buffer, AT);
        seal.seal(buffer, AT, length);
        assertEquals(FrameFault.NONE, seal.check(buffer, AT, length));

        for (int bit = 0; bit < length * Byte.SIZE; bit++) {
            flip(bit);
            assertNotEquals(FrameFault.NONE, seal.check(buffer, AT, length), "bit " + bit);
            flip(bit);
        }
        assertEquals(FrameFault.NONE, seal.check(buffer, AT, length));
    }

    @Test
    void shouldWantASealOnALossyLink() {
        final int length = new SampleFrames(1).write(1, buffer, AT);
        assertEquals(FrameFault.NONE, Frames.check(buffer, AT, length));
        assertEquals(FrameFault.NOT_SEALED, seal.check(buffer, AT, length));
        assertEquals(FrameFault.TOO_SHORT, seal.check(buffer, AT, 87));
        assertEquals(FrameFault.TOO_LONG, seal.check(buffer, AT, Frames.MAX_FRAME_BYTES + 1));
    }

    @Test
    void shouldBeTheCrc32cOfAllOtherBytes() {
        final int length = new SampleFrames(9).write(4, buffer, AT);
        seal.seal(buffer, AT, length);
        final CRC32C crc = new CRC32C();
        crc.update(buffer.byteArray(), AT, 72);
        crc.update(buffer.byteArray(), AT + 76, length - 76);
        assertEquals((int) crc.getValue(), buffer.getInt(AT + 72));
    }

    @Test
    void shouldGiveTheSameSealWhereverTheFrameStands() {
        final int size = 100_000;
        final UnsafeBuffer onHeap = new UnsafeBuffer(new byte[size], 10, size - 10);
        final UnsafeBuffer offHeap = new UnsafeBuffer(ByteBuffer.allocateDirect(size));
        for (int i = 0; i < onHeap.capacity(); i++) {
            onHeap.putByte(i, (byte) (i * i));
        }
        offHeap.putBytes(AT, onHeap, 0, onHeap.capacity());
        for (final int length : new int[] {88, 89, 4172, 4173, 90_000}) {
            seal.seal(onHeap, 0, length);
            seal.seal(offHeap, AT, length);
            assertEquals(onHeap.getInt(72), offHeap.getInt(AT + 72), length + " bytes");
            assertNotEquals(0, onHeap.getInt(72));
        }
    }

    @Test
    void shouldAllocateNothing() {
        final int length = new SampleFrames(1).write(4, buffer, AT);
        final UnsafeBuffer offHeap = new UnsafeBuffer(ByteBuffer.allocateDirect(SampleFrames.MAX_BYTES));
        offHeap.putBytes(0, buffer, AT, length);
        final Runnable seals = () -> {
            for (int i = 0; i < 100; i++) {
                seal.seal(buffer, AT, length);
                seal.check(buffer, AT, length);
                seal.seal(offHeap, 0, length);
                seal.check(offHeap, 0, length);
            }
        };
        assertEquals(0, Allocations.steadyBytesOf(seals));
    }

    private void flip(int bit) {
        final int at = AT + (bit >>> 3);
        buffer.putByte(at, (byte) (buffer.getByte(at) ^ 1 << (bit & 7)));
    }
}
