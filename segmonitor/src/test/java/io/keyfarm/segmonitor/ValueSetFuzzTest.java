package io.keyfarm.segmonitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** The first byte of an input chooses the type, the rest is the text or the bytes of a set. */
final class ValueSetFuzzTest {
    /** What reading may allocate for each byte of input, and besides, an exception's stack trace included. */
    private static final int BYTES_PER_BYTE = 64;

    private static final int BYTES_BESIDES = 64 << 10;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @FuzzTest(maxDuration = "1m")
    void shouldReadAnyTextOrRefuseIt(byte[] input) {
        if (input.length == 0) {
            return;
        }
        final FieldType type = type(input);
        final String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
        try {
            final ValueSet set = ValueSet.parse(type, text);
            assertEquals(set, ValueSet.parse(type, set.toString()));
        } catch (BadValueException e) {
            // As it should.
        }
        // While it fuzzes, Jazzer copies both sides of every comparison of arrays, which would count as ours.
        if (System.getenv("JAZZER_FUZZ") == null) {
            assertFrugal(input, () -> ValueSet.parse(type, text));
        }
    }

    @FuzzTest(maxDuration = "1m")
    void shouldDecodeAnyBytesOrRefuseThem(byte[] input) {
        if (input.length == 0) {
            return;
        }
        final FieldType type = type(input);
        final byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        try {
            final ValueSet set = ValueSet.decode(type, new UnsafeBuffer(bytes), 0, bytes.length);
            final byte[] again = new byte[set.encodedBytes()];
            set.encode(new UnsafeBuffer(again), 0);
            assertEquals(Arrays.toString(bytes), Arrays.toString(again));
            assertEquals(set, ValueSet.parse(type, set.toString()));
        } catch (BadValueException e) {
            assertTrue(e.toString().contains("an encoded value set "), e::toString);
        }
        assertFrugal(input, () -> ValueSet.decode(type, new UnsafeBuffer(bytes), 0, bytes.length));
    }

    private static FieldType type(byte[] input) {
        return Domain.TYPES.get(Math.floorMod(input[0], Domain.TYPES.size()));
    }

    private static void assertFrugal(byte[] input, Runnable read) {
        // The least of three, since classes may be loaded, and instrumented, meanwhile.
        final long allocated = Math.min(allocatedBytes(read), Math.min(allocatedBytes(read), allocatedBytes(read)));
        final long allowed = BYTES_BESIDES + (long) BYTES_PER_BYTE * input.length;
        assertTrue(allocated <= allowed, () -> allocated + " bytes for an input of " + input.length);
    }

    private static long allocatedBytes(Runnable read) {
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            read.run();
        } catch (BadValueException e) {
            // Refusing may not be dear either.
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
