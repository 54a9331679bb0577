package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One part file, whole, damaged in every place, and made up by someone who knows how to count checksums. */
final class PartFileTest {
    private static final PartId ID = new PartId(0x1122334455667788L, 0x99AABBCCDDEEFF00L);
    private static final int BLOCK_BYTES = 4096;

    @TempDir
    private Path directory;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldGiveBackEveryRowOfEveryKind() throws IOException {
        final int cases = 60 * Integer.getInteger("keyfarm.test.scale", 1);
        for (int seed = 0; seed < cases; seed++) {
            final Random random = new Random(seed);
            final TableSchema schema = SomeRows.everyKind("t", random);
            final long chunkBytes = 1L << (8 + random.nextInt(10));
            final int blockBytes = 4096 << random.nextInt(6);
            try (Slab slab = SomeRows.slab(schema, random.nextInt(400), chunkBytes, random)) {
                final Path file = directory.resolve("seed" + seed);
                final int crc = write(slab, file, blockBytes);
                try (Slab mapped = read(file, crc)) {
                    final int it = seed;
                    assertEquals(SomeRows.text(slab), SomeRows.text(mapped), () -> "seed " + it);
                    assertTrue(mapped.isMapped());
                    assertEquals(mapped.bytes(), ledger.mappedBytes());
                    assertEquals(0, ledger.usedBytes());
                }
                assertEquals(0, ledger.mappedBytes());
            }
        }
    }

    @Test
    void shouldTakeTextThatFillsMoreThanOneHeapChunk() throws IOException {
        final Random random = new Random(7);
        final TableSchema schema = TableSchema.parse("t: a bytes, b varchar");
        try (SlabBuilder rows = new SlabBuilder(schema, ledger, 4096)) {
            for (int i = 0; i < 20; i++) {
                final byte[] text = new byte[1 + random.nextInt(4 << 20)];
                random.nextBytes(text);
                rows.beginRow().putText(0, text).putText(1, "text number " + i).endRow();
            }
            try (Slab slab = rows.build()) {
                assertTrue(slab.heapChunks().size() > 1, () -> slab.heapChunks().toString());
                final Path file = directory.resolve("heap");
                final int crc = write(slab, file, DataDirectory.BLOCK_BYTES);
                try (Slab mapped = read(file, crc)) {
                    assertEquals(SomeRows.text(slab), SomeRows.text(mapped));
                }
            }
        }
        assertEquals(0, ledger.mappedBytes());
    }

    @Test
    void shouldTakeTextWhoseChunksAreNumberedOnFromThoseOfOtherFiles() throws IOException {
        final Path file = directory.resolve("numbered");
        final List<Slab> slabs = SomeRows.generation("orders", 7, 1, 20, 3);
        final Slab slab = slabs.get(0);
        assertEquals(3, slab.firstHeapChunk());
        final int crc = write(slab, file, DataDirectory.BLOCK_BYTES);
        try (Slab mapped = read(file, crc)) {
            assertEquals(3, mapped.firstHeapChunk());
            assertEquals(4, mapped.endHeapChunk());
            assertEquals(SomeRows.text(slab), SomeRows.text(mapped));
        }
        final byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < 96; at++) {
            final int bit = at % 8;
            put(file, at, whole[at] ^ 1 << bit);
            assertThrows(LoadException.class, () -> read(file, crc));
            put(file, at, whole[at]);
        }
        SomeRows.close(slabs);
        assertEquals(0, ledger.mappedBytes());
    }

    @Test
    void shouldRefuseAFlipOfAnyBit() throws IOException {
        final Path file = directory.resolve("flips");
        final int crc = writeSmall(file);
        final byte[] whole = Files.readAllBytes(file);
        final Random random = new Random(1);
        final TreeSet<String> reasons = new TreeSet<>();
        for (int i = 0; i < whole.length; i++) {
            final int at = i;
            put(file, at, whole[at] ^ 1 << random.nextInt(8));
            final LoadException refusal = assertThrows(LoadException.class, () -> read(file, crc), () -> "byte " + at);
            reasons.add(
                    refusal.reason().replaceAll("(is|was) [0-9a-f]{8}", "$1 x").replaceAll("\\d+(,\\d+)*", "n"));
            assertTrue(refusal.getMessage().startsWith("flips: "), refusal::getMessage);
            put(file, at, whole[at]);
        }
        assertEquals(0, ledger.mappedBytes());
        assertEquals("""
                block n of n (long text, bytes n to n) damaged: its CRCnC is x, and was x when written
                block n of n (rows, bytes n to n) damaged: its CRCnC is x, and was x when written
                header damaged: its CRCnC is x, and was x when written
                it says that its header has n bytes, and the file has n
                table of blocks damaged: its CRCnC is x, and was x when written
                this is no part file: it does not begin with KEYFPART
                this part file is of version n, and this Keyfarm reads versions n and n""", String.join("\n", reasons));
    }

    @Test
    void shouldRefuseAFileCutOffAnywhere() throws IOException {
        final Path file = directory.resolve("cut");
        final int crc = writeSmall(file);
        final byte[] whole = Files.readAllBytes(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int length = whole.length - 1; length >= 0; length--) {
                channel.truncate(length);
                assertThrows(LoadException.class, () -> read(file, crc));
            }
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertThrows(LoadException.class, () -> read(file, crc));
        Files.delete(file);
        assertEquals(
                "cut: it is missing",
                assertThrows(LoadException.class, () -> read(file, crc)).getMessage());
    }

    @Test
    void shouldRefuseAFileCutOffAtAnyBlockBorder() throws IOException {
        final Path file = directory.resolve("borders");
        final Random random = new Random(3);
        final int crc;
        try (Slab slab = SomeRows.slab(SomeRows.everyKind("t", random), 3000, 1 << 16, random)) {
            crc = write(slab, file, 1 << 14);
        }
        final byte[] whole = Files.readAllBytes(file);
        int borders = 0;
        for (int length = 0; length < whole.length; length += BLOCK_BYTES) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(LoadException.class, () -> read(file, crc));
            // The right length, and zeros instead: what a system leaves that lost what was not synced.
            final byte[] zeros = Arrays.copyOf(whole, whole.length);
            Arrays.fill(zeros, length, Math.min(whole.length, length + BLOCK_BYTES), (byte) 0);
            if (!Arrays.equals(zeros, whole)) {
                Files.write(file, zeros);
                assertThrows(LoadException.class, () -> read(file, crc));
            }
            borders++;
        }
        assertTrue(borders > 50, "borders " + borders);
        assertEquals(0, ledger.mappedBytes());
    }

    @Test
    void shouldRefuseNumbersThatCannotBeThoughTheirChecksumIsRight() throws IOException {
        assertRefused(72, 4095, "its header gives 4095 as block length, which is 4096 to 1073741824");
        assertRefused(72, 4097, "its header gives 2 as block length's bits, where only 1 can be");
        assertRefused(68, -1, "its header gives -1 as heap chunk count, which is 0 to 501");
        assertRefused(68, 0, "its header has no schema: ");
        assertRefused(80, 0, "its header gives 0 as length of heap chunk 0, which is 1 to 1073741824");
        assertRefused(80, 5000, "its header gives 12304 as file length, where only 16404 can be");
        assertRefused(84, 1, "as length of heap chunk 0");
        assertRefused(76, 0, "its header gives 0 as schema length, which is 1 to 4004");
        assertRefused(76, Integer.MAX_VALUE, "as schema length");
        assertRefused(76, 9, "its header has no schema");
        assertRefused(56, -1, "its header gives -1 as row count, which is 0 to 2147483646");
        assertRefused(56, 1_000_000_000, "as file length");
        assertRefused(56, 0, "as file length");
        assertRefused(60, 7, "as row length");
        assertRefused(64, 31, "its header gives 31 as row shift, which is 0 to 30");
        assertRefused(64, 30, "as row chunk length");
        assertRefused(64, 0, "as file length");
        assertRefused(16, 0, "its header gives 0 as file length, where only 12304 can be");
    }

    @Test
    void shouldRefuseRowsThatCannotBeThoughTheirChecksumIsRight() throws IOException {
        final byte[] file = small();
        final int row = 8192;
        final int slot = row + 1 + 4 + 1;
        assertEquals(34, ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(slot));
        assertRefusedRow(slot, -1, "row 0: field 'note' holds a text of -1 bytes; there are 0 to 16777216");
        assertRefusedRow(slot, 1 << 30, "row 0: field 'note' holds a text of 1073741824 bytes");
        assertRefusedRow(
                slot, 70, "row 0: field 'note' holds a text of 70 bytes at 0 of heap chunk 0, which is beyond its end");
        assertRefusedRow(slot + 8, 60, "a text of 34 bytes at 60 of heap chunk 0, which is beyond its end");
        assertRefusedRow(slot + 8, -1, "a text of 34 bytes at 1073741823 of heap chunk 3, which is beyond its end");
        assertRefusedRow(slot + 12, 1 << 30, "of heap chunk 4294967296, which is beyond its end");
        assertRefusedRow(slot + 12, -1, "which is beyond its end");
        assertRefusedRow(slot + 4, 0, "row 0: field 'note' holds a text whose first bytes are not those in the heap");
        assertRefusedRow(row + 5, 7, "row 0: field 'flag' holds 7; there are 0 to 1");
        assertRefusedRow(row + 22 + 6 + 12, 5, "row 1: field 'note' holds a text of 5 bytes with more behind its end");
    }

    private static void put(Path file, int at, int value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), at);
        }
    }

    private static int writeSmall(Path file) throws IOException {
        final byte[] bytes = small();
        Files.write(file, bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 4);
    }

    /** A file of one row with long text, one with short, one with a null. */
    static byte[] small() throws IOException {
        final TableSchema schema = TableSchema.parse("t: id int32, flag bool null, note varchar");
        try (SlabBuilder rows = new SlabBuilder(schema, MemoryLedger.unlimited("test"))) {
            rows.beginRow().putLong(0, 1).putBool(1, true);
            rows.putText(2, "a text that no slot of a row holds").endRow();
            rows.beginRow().putLong(0, 2).putBool(1, false).putText(2, "short").endRow();
            rows.beginRow()
                    .putLong(0, 3)
                    .putNull(1)
                    .putText(2, "one more text that no slot holds")
                    .endRow();
            final ByteArrayOutputStream file = new ByteArrayOutputStream();
            try (Slab slab = rows.build()) {
                write(slab, BLOCK_BYTES, new Disk.File() {
                    @Override
                    public void write(ByteBuffer bytes) {
                        final byte[] copy = new byte[bytes.remaining()];
                        bytes.get(copy);
                        file.writeBytes(copy);
                    }

                    @Override
                    public void sync() {}

                    @Override
                    public void close() {}
                });
            }
            return file.toByteArray();
        }
    }

    private void assertRefused(int headerOffset, int number, String reason) throws IOException {
        final byte[] bytes = small();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(headerOffset, number);
        assertRefused(bytes, reason);
    }

    private void assertRefusedRow(int offset, int number, String reason) throws IOException {
        final byte[] bytes = small();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, number);
        assertRefused(bytes, reason);
    }

    private void assertRefused(byte[] bytes, String reason) throws IOException {
        final Path file = directory.resolve("made_up");
        final int crc = seal(bytes, BLOCK_BYTES);
        Files.write(file, bytes);
        final LoadException refusal = assertThrows(LoadException.class, () -> read(file, crc));
        assertTrue(refusal.getMessage().contains(reason), refusal::getMessage);
        assertEquals(0, ledger.mappedBytes());
    }

    /** Puts the checksums right, of a file whose blocks are of this length; answers the last. */
    static int seal(byte[] file, int blockBytes) {
        final ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        final int headerBytes = bytes.getInt(12);
        bytes.putInt(headerBytes - 4, crc(file, 0, headerBytes - 4));
        final int blocks = (file.length - headerBytes - PartLayout.FOOTER_BYTES) / (blockBytes + 4);
        final int table = headerBytes + blocks * blockBytes;
        for (int i = 0; i < blocks; i++) {
            bytes.putInt(table + 4 * i, crc(file, headerBytes + i * blockBytes, blockBytes));
        }
        bytes.putInt(file.length - 8, bytes.getInt(headerBytes - 4));
        bytes.putInt(file.length - 4, crc(file, table, file.length - 4 - table));
        return bytes.getInt(file.length - 4);
    }

    private static int crc(byte[] bytes, int offset, int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static int write(Slab slab, Path path, int blockBytes) throws IOException {
        try (Disk.File file = RealDisk.INSTANCE.create(path)) {
            return write(slab, blockBytes, file);
        }
    }

    private static int write(Slab slab, int blockBytes, Disk.File file) throws IOException {
        final PartWriter writer = new PartWriter(PartHeader.of(slab, ID, 17, 0, 1, blockBytes), slab);
        return writer.write(file, new FilesProgress(LoadProgress.NONE, "test", 0));
    }

    private Slab read(Path path, int crc) {
        try (PartReader reader = new PartReader(path)) {
            return reader.map(ledger, crc, new FilesProgress(LoadProgress.NONE, "test", 0));
        }
    }
}
