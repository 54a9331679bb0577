package io.keyfarm.query.eval.compute;

import io.keyfarm.rows.MemoryLimitException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;

/**
 * Scratch memory for text that is made. Text stays where it is until {@link #clear}, which keeps what was grown, up to a
 * limit. Java frees it together with the arena.
 */
final class TextArena {
    private static final int FIRST_BYTES = 1 << 12;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int KEPT_CHUNKS = 9;
    /** Of one value over one batch. */
    private static final long MAX_BYTES = 64 << 20;

    private final List<ByteBuffer> chunks = new ArrayList<>();
    private int chunk = -1;
    private long next;
    private long end;
    private long usedBytes;

    void clear() {
        while (chunks.size() > KEPT_CHUNKS) {
            chunks.remove(chunks.size() - 1);
        }
        chunk = -1;
        next = 0;
        end = 0;
        usedBytes = 0;
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
        } while (chunk < chunks.size() && chunks.get(chunk).capacity() < bytes);
        if (chunk == chunks.size()) {
            chunks.add(ByteBuffer.allocateDirect((int) requireRoom(
                    Math.max(bytes, Math.min(CHUNK_BYTES, (long) FIRST_BYTES << Math.min(chunk, 20))))));
        } else {
            requireRoom(chunks.get(chunk).capacity());
        }
        next = BufferUtil.address(chunks.get(chunk));
        end = next + chunks.get(chunk).capacity();
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
