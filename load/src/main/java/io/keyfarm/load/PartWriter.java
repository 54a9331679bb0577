package io.keyfarm.load;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryRun;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;

/** Writes a slab as a part file, from front to back in one pass: all sizes are known before the first byte. */
final class PartWriter {
    private final PartHeader header;
    private final PartLayout layout;
    private final Slab slab;
    private final CRC32C crc = new CRC32C();

    PartWriter(PartHeader header, Slab slab) {
        this.header = header;
        this.layout = new PartLayout(header);
        this.slab = slab;
    }

    long fileBytes() {
        return layout.fileBytes();
    }

    /** Answers the checksum at the end of the file, which stands for all of it. */
    int write(Disk.File file, FilesProgress progress) throws IOException {
        final byte[] head = header.encode();
        final int headCrc = PartHeader.crcOf(head);
        file.write(ByteBuffer.wrap(head));
        progress.onBytes(head.length);

        final List<MemoryRun> chunks = new ArrayList<>(slab.heapChunks());
        chunks.addAll(slab.rowChunks());
        assert chunks.size() == layout.chunkCount() : slab;
        final ByteBuffer table = ByteBuffer.allocate(Math.toIntExact(4 * layout.blockCount() + PartLayout.FOOTER_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        final ByteBuffer block = ByteBuffer.allocateDirect(header.blockBytes());
        try {
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                writeChunk(file, chunks.get(chunk), layout.mappedBytes(chunk), block, table, progress);
                progress.onRows(layout.isHeap(chunk) ? 0 : layout.rowsIn(chunk));
            }
        } finally {
            BufferUtil.free(block);
        }
        table.putInt(headCrc);
        crc.reset();
        crc.update(table.array(), 0, table.position());
        table.putInt((int) crc.getValue());
        file.write(table.flip());
        progress.onBytes(table.capacity());
        return table.getInt(table.capacity() - 4);
    }

    private void writeChunk(
            Disk.File file,
            MemoryRun chunk,
            long mappedBytes,
            ByteBuffer block,
            ByteBuffer table,
            FilesProgress progress)
            throws IOException {
        final long buffer = BufferUtil.address(block);
        for (long offset = 0; offset < mappedBytes; offset += header.blockBytes()) {
            final int bytes = (int) Math.min(header.blockBytes(), mappedBytes - offset);
            final int used = (int) Math.max(0, Math.min(bytes, chunk.bytes() - offset));
            Memory.copy(chunk.address() + offset, buffer, used);
            Memory.fill(buffer + used, bytes - used, (byte) 0);
            block.clear().limit(bytes);
            crc.reset();
            crc.update(block);
            table.putInt((int) crc.getValue());
            file.write(block.flip());
            progress.onBytes(bytes);
        }
    }
}
