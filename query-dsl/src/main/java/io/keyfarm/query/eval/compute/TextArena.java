package io.keyfarm.query.eval.compute;

import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLimitException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Scratch memory for text that is made. Text stays where it is until {@link #clear}, which keeps what was grown, up to a
 * limit. It is taken of a query's memory, where there is one, and {@link #close} gives it back; otherwise Java frees it
 * together with the arena.
 */
final class TextArena implements AutoCloseable {
    private static final int FIRST_BYTES = 1 << 12;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int KEPT_CHUNKS = 9;
    /** Of one value over one batch. */
    private static final long MAX_BYTES = 64 << 20;

    private final @Nullable FlowMemory memory;
    private final List<Chunk> chunks = new ArrayList<>();
    private int chunk = -1;
    private long next;
    private long end;
    private long usedBytes;

    /** One of both holds the bytes. */
    private record Chunk(
            long address,
            long bytes,
            @Nullable MemoryBlock block,
            @Nullable ByteBuffer buffer) {}

    /** @param memory null for what is small, or counted elsewhere */
    TextArena(@Nullable FlowMemory memory) {
        this.memory = memory;
    }

    void clear() {
        shrink(KEPT_CHUNKS);
        chunk = -1;
        next = 0;
        end = 0;
        usedBytes = 0;
    }

    private void shrink(int kept) {
        while (chunks.size() > kept) {
            final MemoryBlock block = chunks.remove(chunks.size() - 1).block;
            if (block != null && memory != null) {
                memory.free(block);
            }
        }
    }

    /** Gives all of it back; what is made next takes it anew. */
    @Override
    public void close() {
        clear();
        shrink(0);
    }

    /** Room for so many bytes. */
    long allocate(long bytes) {
        if (bytes > end - next) {
            takeChunk(bytes);
        }
        final long at = next;
        next += bytes;
        return at;
    }

    /** The last so many bytes that were allocated were not needed. */
    void giveBack(long bytes) {
        next -= bytes;
    }

    private void takeChunk(long bytes) {
        // A chunk that is too small for this text is left out: the next batch may use it.
        do {
            chunk++;
        } while (chunk < chunks.size() && chunks.get(chunk).bytes < bytes);
        if (chunk == chunks.size()) {
            chunks.add(newChunk(requireRoom(
                    Math.max(bytes, Math.min(CHUNK_BYTES, (long) FIRST_BYTES << Math.min(chunk, 20))))));
        } else {
            requireRoom(chunks.get(chunk).bytes);
        }
        next = chunks.get(chunk).address;
        end = next + chunks.get(chunk).bytes;
    }

    private Chunk newChunk(long bytes) {
        if (memory == null) {
            final ByteBuffer buffer = ByteBuffer.allocateDirect((int) bytes);
            return new Chunk(BufferUtil.address(buffer), bytes, null, buffer);
        }
        final MemoryBlock block = memory.allocate("text that is computed", bytes);
        return new Chunk(block.address(), bytes, block, null);
    }

    private long requireRoom(long bytes) {
        usedBytes += bytes;
        if (usedBytes > MAX_BYTES) {
            throw new MemoryLimitException(
                    "the text that one expression makes of %,d rows needs %,d bytes, but it may take %,d; make less text, or of fewer rows"
                            .formatted(io.keyfarm.query.flow.RowBatch.SIZE, usedBytes, MAX_BYTES));
        }
        return bytes;
    }
}
