package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first bytes of a part file: whose rows these are, and all that is needed to know where each byte of it stands.
 *
 * <pre>
 *     0  magic            8   "KEYFPART"
 *     8  version          4   1, or 2 if texts are numbered on from those of other files
 *    12  headerBytes      4   of all this, a multiple of 4,096
 *    16  fileBytes        8
 *    24  partId          16   random
 *    40  generation       8
 *    48  partIndex        4   from 0
 *    52  partCount        4
 *    56  rowCount         4
 *    60  rowBytes         4
 *    64  rowShift         4   all row chunks but the last hold 2 to the power of this rows
 *    68  heapChunkCount   4
 *    72  blockBytes       4   of the blocks that have a checksum each
 *    76  schemaBytes      4
 *    80  firstHeapChunk   4   in version 2 only, as the next one: the number that slots have for the first heap chunk
 *    84  zeros            4
 *    80  heap chunks      8   for each, its used bytes; in version 2 from 88 on
 *        schema           schemaBytes, UTF-8
 *        zeros
 *   headerBytes − 4       CRC32C of all before
 * </pre>
 *
 * @param firstHeapChunk the number that slots have for the first heap chunk: those before it are in other files
 * @param heapBytes used bytes of each heap chunk
 */
record PartHeader(
        PartId id,
        long generation,
        int partIndex,
        int partCount,
        TableSchema schema,
        int rowCount,
        int rowShift,
        int firstHeapChunk,
        long[] heapBytes,
        int blockBytes) {
    static final int VERSION = 1;
    /** Of files whose first heap chunk has a number. */
    static final int NUMBERED_VERSION = 2;

    static final int PAGE_BYTES = 4096;
    /** More than a schema of 1,024 of the longest names, and two million heap chunks, would take. */
    static final int MAX_BYTES = 32 << 20;

    static final int MIN_BLOCK_BYTES = PAGE_BYTES;
    static final int MAX_BLOCK_BYTES = 1 << 30;
    static final long MAX_CHUNK_BYTES = 1 << 30;
    /** So many are in the files before, and they fill two pebibytes. */
    private static final int MAX_HEAP_CHUNKS = 1 << 21;

    private static final long MAGIC = magic("KEYFPART");
    private static final int FIXED_BYTES = 80;
    private static final int NUMBERED_FIXED_BYTES = 88;
    private static final int CRC_BYTES = 4;

    PartHeader {
        assert Integer.bitCount(blockBytes) == 1 && blockBytes >= MIN_BLOCK_BYTES : blockBytes;
    }

    static PartHeader of(Slab slab, PartId id, long generation, int partIndex, int partCount, int blockBytes) {
        final long[] heapBytes =
                slab.heapChunks().stream().mapToLong(run -> run.bytes()).toArray();
        return new PartHeader(
                id,
                generation,
                partIndex,
                partCount,
                slab.schema(),
                slab.rowCount(),
                slab.rowShift(),
                slab.firstHeapChunk(),
                heapBytes,
                blockBytes);
    }

    int rowBytes() {
        return new RecordLayout(schema).rowBytes();
    }

    int headerBytes() {
        return headerBytes(fixedBytes(), heapBytes.length, schema.toString().getBytes(StandardCharsets.UTF_8).length);
    }

    private int fixedBytes() {
        return firstHeapChunk == 0 ? FIXED_BYTES : NUMBERED_FIXED_BYTES;
    }

    private static int headerBytes(int fixedBytes, int heapChunkCount, int schemaBytes) {
        final long bytes = fixedBytes + 8L * heapChunkCount + schemaBytes + CRC_BYTES;
        return Math.toIntExact(pages(bytes));
    }

    /** So many bytes and what is left of their last page. */
    static long pages(long bytes) {
        return Math.addExact(bytes, PAGE_BYTES - 1) & -PAGE_BYTES;
    }

    byte[] encode() {
        final byte[] schemaText = schema.toString().getBytes(StandardCharsets.UTF_8);
        final int headerBytes = headerBytes(fixedBytes(), heapBytes.length, schemaText.length);
        final ByteBuffer header = ByteBuffer.allocate(headerBytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).putInt(firstHeapChunk == 0 ? VERSION : NUMBERED_VERSION);
        header.putInt(headerBytes);
        header.putLong(new PartLayout(this).fileBytes());
        header.putLong(id.high()).putLong(id.low());
        header.putLong(generation).putInt(partIndex).putInt(partCount);
        header.putInt(rowCount).putInt(rowBytes()).putInt(rowShift).putInt(heapBytes.length);
        header.putInt(blockBytes).putInt(schemaText.length);
        if (firstHeapChunk > 0) {
            header.putInt(firstHeapChunk).putInt(0);
        }
        for (final long bytes : heapBytes) {
            header.putLong(bytes);
        }
        header.put(schemaText);
        header.putInt(headerBytes - CRC_BYTES, crc(header.array()));
        return header.array();
    }

    /** The checksum in the last bytes of an encoded header. */
    static int crcOf(byte[] header) {
        return ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(header.length - CRC_BYTES);
    }

    private static int crc(byte[] header) {
        final CRC32C crc = new CRC32C();
        crc.update(header, 0, header.length - CRC_BYTES);
        return (int) crc.getValue();
    }

    /**
     * How many bytes the header has of which these are the first 16.
     *
     * @throws LoadException if this is no part file of this version
     */
    static int headerBytes(String file, ByteBuffer first, long fileBytes) {
        first.order(ByteOrder.LITTLE_ENDIAN);
        if (first.getLong(0) != MAGIC) {
            throw bad(file, "this is no part file: it does not begin with KEYFPART");
        }
        if (first.getInt(8) != VERSION && first.getInt(8) != NUMBERED_VERSION) {
            throw bad(
                    file,
                    "this part file is of version %s, and this Keyfarm reads versions %d and %d"
                            .formatted(Integer.toUnsignedString(first.getInt(8)), VERSION, NUMBERED_VERSION));
        }
        final int bytes = first.getInt(12);
        if (bytes < PAGE_BYTES || bytes > Math.min(MAX_BYTES, fileBytes) || bytes % PAGE_BYTES != 0) {
            throw bad(
                    file,
                    "it says that its header has %s bytes, and the file has %,d"
                            .formatted(Integer.toUnsignedString(bytes), fileBytes));
        }
        return bytes;
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws LoadException naming what cannot be
     */
    static PartHeader decode(String file, byte[] bytes, long fileBytes) {
        final int found = crc(bytes);
        if (found != crcOf(bytes)) {
            throw bad(
                    file,
                    "header damaged: its CRC32C is %08x, and was %08x when written".formatted(found, crcOf(bytes)));
        }
        final ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        final int headerBytes = bytes.length;
        // From here on, whoever wrote a wrong number meant it.
        final boolean isNumbered = header.getInt(8) == NUMBERED_VERSION;
        final int fixedBytes = isNumbered ? NUMBERED_FIXED_BYTES : FIXED_BYTES;
        final int firstHeapChunk = isNumbered ? header.getInt(80) : 0;
        require(file, "first heap chunk", firstHeapChunk, isNumbered ? 1 : 0, isNumbered ? MAX_HEAP_CHUNKS : 0);
        require(file, "word behind it", isNumbered ? header.getInt(84) : 0, 0, 0);
        final int heapChunkCount = header.getInt(68);
        final int schemaBytes = header.getInt(76);
        require(file, "heap chunk count", heapChunkCount, 0, (headerBytes - fixedBytes - CRC_BYTES) / 8);
        require(file, "schema length", schemaBytes, 1, headerBytes - fixedBytes - CRC_BYTES - 8L * heapChunkCount);
        require(file, "header length", headerBytes, headerBytes(fixedBytes, heapChunkCount, schemaBytes), headerBytes);
        final int blockBytes = header.getInt(72);
        require(file, "block length", blockBytes, MIN_BLOCK_BYTES, MAX_BLOCK_BYTES);
        require(file, "block length's bits", Integer.bitCount(blockBytes), 1, 1);
        final long[] heapBytes = new long[heapChunkCount];
        for (int i = 0; i < heapChunkCount; i++) {
            heapBytes[i] = header.getLong(fixedBytes + 8 * i);
            require(file, "length of heap chunk " + i, heapBytes[i], 1, MAX_CHUNK_BYTES);
        }
        final TableSchema schema = schema(file, bytes, fixedBytes + 8 * heapChunkCount, schemaBytes);
        final int rowBytes = new RecordLayout(schema).rowBytes();
        require(file, "row count", header.getInt(56), 0, Slab.MAX_ROWS);
        require(file, "row length", header.getInt(60), rowBytes, rowBytes);
        require(file, "row shift", header.getInt(64), 0, 30);
        require(file, "row chunk length", (long) rowBytes << header.getInt(64), 1, MAX_CHUNK_BYTES);
        final PartHeader decoded = new PartHeader(
                new PartId(header.getLong(24), header.getLong(32)),
                header.getLong(40),
                header.getInt(48),
                header.getInt(52),
                schema,
                header.getInt(56),
                header.getInt(64),
                firstHeapChunk,
                heapBytes,
                blockBytes);
        final long expectedBytes = new PartLayout(decoded).fileBytes();
        require(file, "file length", header.getLong(16), expectedBytes, expectedBytes);
        if (expectedBytes != fileBytes) {
            throw bad(
                    file,
                    "it has %,d bytes, but was written with %,d: it was cut off or something was added"
                            .formatted(fileBytes, expectedBytes));
        }
        return decoded;
    }

    private static TableSchema schema(String file, byte[] header, int offset, int length) {
        final byte[] text = Arrays.copyOfRange(header, offset, offset + length);
        try {
            final TableSchema schema = SchemaText.parse(new String(text, StandardCharsets.UTF_8));
            if (Arrays.equals(text, schema.toString().getBytes(StandardCharsets.UTF_8))) {
                return schema;
            }
            throw bad(file, "its header has a schema that is no UTF-8");
        } catch (BadValueException e) {
            throw LoadException.ofFile(file, "its header has no schema: " + e.getMessage(), e);
        }
    }

    private static void require(String file, String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw bad(
                    file,
                    min == max
                            ? "its header gives %d as %s, where only %d can be".formatted(value, what, min)
                            : "its header gives %d as %s, which is %d to %d".formatted(value, what, min, max));
        }
    }

    private static LoadException bad(String file, String reason) {
        return LoadException.ofFile(file, reason, null);
    }

    private static long magic(String word) {
        return ByteBuffer.wrap(word.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }
}
