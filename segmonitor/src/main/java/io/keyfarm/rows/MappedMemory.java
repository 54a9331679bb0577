package io.keyfarm.rows;

import java.nio.MappedByteBuffer;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;

/**
 * Chunks that are a file, mapped to be read only. Their pages belong to the system, which fetches and drops them as it
 * likes, so the ledger counts them apart and its limit does not hold for them.
 *
 * <p>Whoever cuts the file short while it is mapped makes the JVM fail with an {@code InternalError} where it is read;
 * deleting the file does no harm.
 */
public final class MappedMemory implements SlabMemory {
    private final MemoryLedger ledger;
    private final long[] usedBytes;
    private List<MappedByteBuffer> chunks;
    private long[] bases;
    private long bytes;

    /**
     * Takes the mappings over.
     *
     * @param usedBytes of each chunk; its mapping has {@link Memory#READ_PAD_BYTES} more at least
     */
    public MappedMemory(MemoryLedger ledger, List<MappedByteBuffer> chunks, long[] usedBytes) {
        this.ledger = ledger;
        this.chunks = List.copyOf(chunks);
        this.usedBytes = usedBytes.clone();
        bases = new long[chunks.size()];
        for (int i = 0; i < bases.length; i++) {
            final MappedByteBuffer chunk = chunks.get(i);
            assert chunk.capacity() >= usedBytes[i] + Memory.READ_PAD_BYTES : usedBytes[i] + " of " + chunk;
            bases[i] = BufferUtil.address(chunk);
            bytes += chunk.capacity();
        }
        ledger.map(bytes);
    }

    @Override
    public long[] bases() {
        return bases;
    }

    @Override
    public long usedBytes(int chunk) {
        return usedBytes[chunk];
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void free() {
        chunks.forEach(IoUtil::unmap);
        ledger.unmap(bytes);
        chunks = List.of();
        bases = new long[0];
        bytes = 0;
    }
}
