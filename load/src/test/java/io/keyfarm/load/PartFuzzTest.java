package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Whatever bytes a file has: it is refused by name or it works, in memory bounded by its length. */
final class PartFuzzTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long CONSTANT_BYTES = 1 << 20;
    private static final long MOST_TIMES = 64;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    /**
     * The input is laid over a file that is whole, with all checksums put right, so that what they keep out comes in: two
     * bytes say where in its header or its rows, the rest what.
     */
    @FuzzTest(maxDuration = "1m")
    void shouldRefuseOrMapAnyPart(byte[] input) throws IOException {
        final byte[] file = PartFileTest.small();
        if (input.length >= 2) {
            final int at = ((input[0] & 0xFF) << 8 | (input[1] & 0xFF)) % file.length;
            System.arraycopy(input, 2, file, at, Math.min(input.length - 2, file.length - at));
        }
        final int crc = isSealable(file) ? PartFileTest.seal(file, PartHeader.MIN_BLOCK_BYTES) : 0;
        final Path path = Files.createTempFile("keyfarm", ".part");
        try {
            Files.write(path, file);
            assertFrugal(file.length, () -> map(path, crc));
            assertEquals(0, ledger.mappedBytes());
        } finally {
            Files.delete(path);
        }
    }

    /** Any bytes at all, without a checksum put right. */
    @FuzzTest(maxDuration = "1m")
    void shouldRefuseAnyBytesAsAPart(byte[] input) throws IOException {
        final Path path = Files.createTempFile("keyfarm", ".part");
        try {
            Files.write(path, Arrays.copyOf(input, Math.max(input.length, PartHeader.PAGE_BYTES)));
            assertFrugal(PartHeader.PAGE_BYTES + input.length, () -> map(path, 0));
        } finally {
            Files.delete(path);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void shouldRefuseOrTakeAnyCatalogue(byte[] input) {
        final byte[] text = CatalogueTextTest.sealed(new String(input, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        assertFrugal(text.length, () -> {
            CatalogueText.requireWhole("fuzzed", text);
            final Catalogue catalogue = CatalogueText.parse("fuzzed", text);
            assertTrue(Arrays.equals(text, CatalogueText.print(catalogue)));
            assertEquals(catalogue, CatalogueText.parse("fuzzed", CatalogueText.print(catalogue)));
        });
    }

    private static boolean isSealable(byte[] file) {
        return file.length > 8192 && file[12] == 0 && file[13] == 16 && file[14] == 0 && file[15] == 0;
    }

    private void map(Path path, int crc) {
        try (PartReader reader = new PartReader(path);
                Slab slab = reader.map(ledger, crc, new FilesProgress(LoadProgress.NONE, "fuzzed", 0))) {
            assertTrue(SomeRows.text(slab).length() > slab.rowCount());
        }
    }

    private static void assertFrugal(int inputBytes, Runnable work) {
        long allocated = Long.MAX_VALUE;
        // Classes are loaded, and instrumented by Jazzer, the first time: a later time counts.
        for (int i = 0; i < 3 && allocated > MOST_TIMES * inputBytes + CONSTANT_BYTES; i++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                work.run();
            } catch (LoadException e) {
                assertTrue(e.getMessage().length() < 2000, e::getMessage);
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        final long most = allocated;
        assertTrue(most <= MOST_TIMES * inputBytes + CONSTANT_BYTES, () -> most + " bytes for " + inputBytes);
    }
}
