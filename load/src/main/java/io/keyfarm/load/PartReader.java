package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MappedMemory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabProof;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.jspecify.annotations.Nullable;

/**
 * Maps a part file and answers the slab that it is, once every byte has been found to be the one that was written and
 * every row to be one that can be read.
 *
 * <p>Blocks are read for their checksums, and not looked at through the mapping: where a disk fails, a read ends in an
 * exception, but a mapped page in a signal, which a JVM may not survive. What the mapping shows afterwards are the same
 * pages.
 */
final class PartReader implements AutoCloseable {
    private final String file;
    private final FileChannel channel;
    private final long fileBytes;
    private final PartHeader header;
    private final PartLayout layout;
    private final int headerCrc;

    /** @throws LoadException if there is no such file, or it is no part file that is whole */
    PartReader(Path path) {
        file = String.valueOf(path.getFileName());
        FileChannel opened = null;
        try {
            opened = FileChannel.open(path, StandardOpenOption.READ);
            channel = opened;
            fileBytes = channel.size();
            if (fileBytes < PartHeader.PAGE_BYTES) {
                throw LoadException.ofFile(
                        file, "it has %,d bytes, which is too short for a part file".formatted(fileBytes), null);
            }
            final ByteBuffer first = ByteBuffer.allocate(16);
            read(first, 0);
            final byte[] head = new byte[PartHeader.headerBytes(file, first, fileBytes)];
            read(ByteBuffer.wrap(head), 0);
            header = PartHeader.decode(file, head, fileBytes);
            headerCrc = PartHeader.crcOf(head);
            layout = new PartLayout(header);
            opened = null;
        } catch (NoSuchFileException e) {
            throw LoadException.ofFile(file, "it is missing", e);
        } catch (IOException e) {
            throw unreadable("header", e);
        } finally {
            closeQuietly(opened);
        }
    }

    PartHeader header() {
        return header;
    }

    /**
     * The rows, mapped: the caller's to close.
     *
     * @param expectedCrc the checksum at the end of the file
     * @throws LoadException naming the block that is damaged, or the row that cannot be
     */
    Slab map(MemoryLedger ledger, int expectedCrc, FilesProgress progress) {
        final ByteBuffer table = table(expectedCrc);
        progress.onBytes(header.headerBytes() + (long) table.capacity());
        final ByteBuffer block = ByteBuffer.allocateDirect(header.blockBytes());
        try (SlabProof proof = proof(ledger)) {
            for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
                prove(chunk, table, block, proof, progress);
            }
            return proof.slab();
        } finally {
            BufferUtil.free(block);
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    /** The checksums of all blocks. */
    private ByteBuffer table(int expectedCrc) {
        final long bytes = fileBytes - layout.tableOffset();
        if (bytes > Integer.MAX_VALUE - 64) {
            throw LoadException.ofFile(
                    file, "its table of blocks has %,d bytes, which is too long".formatted(bytes), null);
        }
        final ByteBuffer table = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            read(table, layout.tableOffset());
        } catch (IOException e) {
            throw unreadable("table of blocks", e);
        }
        final CRC32C crc = new CRC32C();
        crc.update(table.array(), 0, table.capacity() - 4);
        final int found = (int) crc.getValue();
        final int stored = table.getInt(table.capacity() - 4);
        if (found != stored) {
            throw damaged("table of blocks", found, stored);
        }
        if (table.getInt(table.capacity() - 8) != headerCrc) {
            throw LoadException.ofFile(file, "its header and its table of blocks are of two files", null);
        }
        if (found != expectedCrc) {
            throw LoadException.ofFile(
                    file,
                    "its table of blocks has the CRC32C %08x, where %08x is expected: it is another file"
                            .formatted(found, expectedCrc),
                    null);
        }
        return table;
    }

    private SlabProof proof(MemoryLedger ledger) {
        final List<MappedByteBuffer> chunks = mapChunks();
        final int heapCount = layout.heapChunkCount();
        return new SlabProof(
                new RecordLayout(header.schema()),
                header.rowCount(),
                header.rowShift(),
                memory(ledger, chunks, heapCount, layout.chunkCount()),
                memory(ledger, chunks, 0, heapCount),
                header.firstHeapChunk());
    }

    private List<MappedByteBuffer> mapChunks() {
        final List<MappedByteBuffer> chunks = new ArrayList<>();
        boolean isDone = false;
        try {
            for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
                chunks.add(channel.map(FileChannel.MapMode.READ_ONLY, layout.offset(chunk), layout.mappedBytes(chunk)));
            }
            isDone = true;
            return chunks;
        } catch (IOException e) {
            throw LoadException.ofFile(file, "it cannot be mapped: " + e.getMessage(), e);
        } finally {
            if (!isDone) {
                chunks.forEach(IoUtil::unmap);
            }
        }
    }

    private MappedMemory memory(MemoryLedger ledger, List<MappedByteBuffer> chunks, int from, int to) {
        final long[] usedBytes = new long[to - from];
        for (int i = 0; i < usedBytes.length; i++) {
            usedBytes[i] = layout.usedBytes(from + i);
        }
        return new MappedMemory(ledger, chunks.subList(from, to), usedBytes);
    }

    private void prove(int chunk, ByteBuffer table, ByteBuffer block, SlabProof proof, FilesProgress progress) {
        final CRC32C crc = new CRC32C();
        final long mappedBytes = layout.mappedBytes(chunk);
        int provenRows = 0;
        for (long offset = 0; offset < mappedBytes; offset += header.blockBytes()) {
            final int bytes = (int) Math.min(header.blockBytes(), mappedBytes - offset);
            final int number = table.position() / 4;
            try {
                read(block.clear().limit(bytes), layout.offset(chunk) + offset);
            } catch (IOException e) {
                throw unreadable(name(number, chunk, offset, bytes), e);
            }
            crc.reset();
            crc.update(block);
            final int stored = table.getInt();
            if ((int) crc.getValue() != stored) {
                throw damaged(name(number, chunk, offset, bytes), (int) crc.getValue(), stored);
            }
            if (!layout.isHeap(chunk)) {
                final int rows = (int) Math.min(layout.rowsIn(chunk), (offset + bytes) / header.rowBytes());
                proveRows(proof, layout.firstRow(chunk) + rows);
                progress.onRows(rows - provenRows);
                provenRows = rows;
            }
            progress.onBytes(bytes);
        }
    }

    private void proveRows(SlabProof proof, int endRow) {
        try {
            proof.proveUntil(endRow);
        } catch (BadValueException e) {
            throw LoadException.ofFile(file, String.valueOf(e.getMessage()), e);
        }
    }

    private String name(int block, int chunk, long offset, int bytes) {
        final long from = layout.offset(chunk) + offset;
        return "block %d of %d (%s, bytes %,d to %,d)"
                .formatted(
                        block + 1,
                        layout.blockCount(),
                        layout.isHeap(chunk) ? "long text" : "rows",
                        from,
                        from + bytes);
    }

    private LoadException damaged(String what, int found, int stored) {
        return LoadException.ofFile(
                file, "%s damaged: its CRC32C is %08x, and was %08x when written".formatted(what, found, stored), null);
    }

    private LoadException unreadable(String what, IOException e) {
        return LoadException.ofFile(file, what + " cannot be read: " + e.getMessage(), e);
    }

    /** Fills the buffer from a place of the file, and puts it on its beginning. */
    private void read(ByteBuffer buffer, long position) throws IOException {
        final int start = buffer.position();
        long at = position;
        while (buffer.hasRemaining()) {
            final int bytes = channel.read(buffer, at);
            if (bytes < 0) {
                throw new EOFException("the file ends at " + at);
            }
            at += bytes;
        }
        buffer.position(start);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It was only read.
        }
    }
}
