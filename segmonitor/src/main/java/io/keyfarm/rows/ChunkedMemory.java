package io.keyfarm.rows;

import java.util.Arrays;

/**
 * Memory that grows at its end by whole pieces, in chunks of a fixed limit. While it grows its last chunk may move;
 * once sealed, nothing moves.
 *
 * <p>Not thread-safe. {@link #free} gives all of it back to the ledger.
 */
final class ChunkedMemory implements SlabMemory {
    private static final long FIRST_BYTES = 1 << 16;

    private final MemoryLedger ledger;
    private final String what;
    private final long chunkBytes;
    private long[] bases = {};
    /** Of the chunks before the last. */
    private long[] filledBytes = {};

    private long reservedBytes;
    private long lastCapacityBytes;
    private long lastUsedBytes;

    ChunkedMemory(MemoryLedger ledger, String what, long chunkBytes) {
        this.ledger = ledger;
        this.what = what;
        this.chunkBytes = chunkBytes;
    }

    /** The address of {@code bytes} fresh bytes, at most a chunk of them; good until the next call. */
    long append(int bytes) {
        assert bytes <= chunkBytes : bytes;
        if (bases.length == 0 || lastUsedBytes + bytes > chunkBytes) {
            addChunk(bytes);
        } else if (lastUsedBytes + bytes > lastCapacityBytes) {
            resizeLast(Math.min(chunkBytes, Math.max(lastCapacityBytes * 2, lastUsedBytes + bytes)));
        }
        final long address = bases[bases.length - 1] + lastUsedBytes;
        lastUsedBytes += bytes;
        return address;
    }

    int lastChunk() {
        return bases.length - 1;
    }

    /** Bytes used of the last chunk. */
    long lastUsedBytes() {
        return lastUsedBytes;
    }

    /** Gives back what was allocated ahead; from here on nothing moves. */
    void seal() {
        if (bases.length > 0) {
            resizeLast(lastUsedBytes);
            for (int i = 0; i < Memory.READ_PAD_BYTES; i++) {
                Memory.putByte(bases[bases.length - 1] + lastUsedBytes + i, (byte) 0);
            }
        }
    }

    @Override
    public long[] bases() {
        return bases;
    }

    @Override
    public long usedBytes(int chunk) {
        return chunk == bases.length - 1 ? lastUsedBytes : filledBytes[chunk];
    }

    @Override
    public long bytes() {
        return reservedBytes;
    }

    @Override
    public void free() {
        for (final long base : bases) {
            Memory.free(base);
        }
        ledger.release(reservedBytes);
        bases = new long[0];
        reservedBytes = 0;
        lastCapacityBytes = 0;
        lastUsedBytes = 0;
    }

    private void addChunk(int bytes) {
        // A chunk that follows a full one will be wanted whole; the first may stay small.
        final long capacity = bases.length == 0 ? Math.min(chunkBytes, Math.max(FIRST_BYTES, bytes)) : chunkBytes;
        reserve(capacity);
        if (bases.length > 0) {
            filledBytes = Arrays.copyOf(filledBytes, bases.length);
            filledBytes[bases.length - 1] = lastUsedBytes;
        }
        bases = Arrays.copyOf(bases, bases.length + 1);
        bases[bases.length - 1] = Memory.allocateRaw(capacity);
        lastCapacityBytes = capacity;
        lastUsedBytes = 0;
    }

    private void resizeLast(long capacityBytes) {
        if (capacityBytes > lastCapacityBytes) {
            reserve(capacityBytes - lastCapacityBytes);
        } else {
            ledger.release(lastCapacityBytes - capacityBytes);
            reservedBytes -= lastCapacityBytes - capacityBytes;
        }
        final int last = bases.length - 1;
        bases[last] = Memory.reallocate(bases[last], capacityBytes);
        lastCapacityBytes = capacityBytes;
    }

    private void reserve(long bytes) {
        ledger.reserve(what, bytes);
        reservedBytes += bytes;
    }
}
