package io.keyfarm.load;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;

/**
 * Where everything in a part file stands; its header says all of it.
 *
 * <pre>
 *   0            | header                          |   whole pages of 4,096 bytes
 *                | heap chunk 0 | zeros            |   each chunk: its used bytes, 16 zeros at least, up to a page border
 *                | heap chunk 1 | zeros            |
 *                | row chunk 0  | zeros            |
 *                | …                               |
 *   tableOffset  | CRC32C of each block, 4 bytes   |   a chunk, zeros and all, is cut into blocks of its own
 *                | the header's CRC32C | CRC32C of the table with it |
 *   fileBytes
 * </pre>
 *
 * The heap stands before the rows, so that one pass from front to back has seen every text before the slot that names it.
 * Chunks are numbered through: heap chunks first.
 */
final class PartLayout {
    static final int FOOTER_BYTES = 8;

    private final PartHeader header;
    private final int rowBytes;
    private final int heapChunkCount;
    private final int chunkCount;
    private final long rowsOffset;
    private final long[] heapOffsets;
    private final long tableOffset;
    private final long blockCount;

    PartLayout(PartHeader header) {
        this.header = header;
        rowBytes = new RecordLayout(header.schema()).rowBytes();
        heapChunkCount = header.heapBytes().length;
        final int rowChunkCount =
                (int) (((long) header.rowCount() + (1L << header.rowShift()) - 1) >>> header.rowShift());
        chunkCount = Math.addExact(heapChunkCount, rowChunkCount);
        heapOffsets = new long[heapChunkCount];
        long offset = header.headerBytes();
        long blocks = 0;
        for (int i = 0; i < heapChunkCount; i++) {
            heapOffsets[i] = offset;
            offset += mappedBytes(i);
            blocks += blockCount(i);
        }
        rowsOffset = offset;
        if (rowChunkCount > 0) {
            offset = Math.addExact(
                    Math.addExact(offset, Math.multiplyExact(rowChunkCount - 1L, mappedBytes(heapChunkCount))),
                    mappedBytes(chunkCount - 1));
            blocks += (rowChunkCount - 1L) * blockCount(heapChunkCount) + blockCount(chunkCount - 1);
        }
        tableOffset = offset;
        blockCount = blocks;
    }

    int chunkCount() {
        return chunkCount;
    }

    int heapChunkCount() {
        return heapChunkCount;
    }

    boolean isHeap(int chunk) {
        return chunk < heapChunkCount;
    }

    long offset(int chunk) {
        return isHeap(chunk) ? heapOffsets[chunk] : rowsOffset + (chunk - heapChunkCount) * mappedBytes(heapChunkCount);
    }

    long usedBytes(int chunk) {
        return isHeap(chunk) ? header.heapBytes()[chunk] : (long) rowsIn(chunk) * rowBytes;
    }

    /** Rows of a row chunk. */
    int rowsIn(int chunk) {
        final long first = firstRow(chunk);
        return (int) Math.min(1L << header.rowShift(), header.rowCount() - first);
    }

    /** The first row of a row chunk. */
    int firstRow(int chunk) {
        return (int) ((long) (chunk - heapChunkCount) << header.rowShift());
    }

    /** With the zeros behind. */
    long mappedBytes(int chunk) {
        return PartHeader.pages(usedBytes(chunk) + Memory.READ_PAD_BYTES);
    }

    int blockCount(int chunk) {
        return (int) ((mappedBytes(chunk) + header.blockBytes() - 1) / header.blockBytes());
    }

    /** Of all chunks. */
    long blockCount() {
        return blockCount;
    }

    long tableOffset() {
        return tableOffset;
    }

    long fileBytes() {
        return Math.addExact(tableOffset, 4 * blockCount + FOOTER_BYTES);
    }
}
