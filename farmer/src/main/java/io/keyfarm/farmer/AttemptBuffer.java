package io.keyfarm.farmer;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.AttemptChecksum;
import io.keyfarm.wire.Frames;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one channel's current attempt, kept until all of them are here and their checksum is right; only then is
 * any row handed over. For links that may lose, double or reorder frames.
 */
final class AttemptBuffer implements AutoCloseable {
    /** More frames than this in one attempt are a mistake or an attack. */
    private static final int MAX_FRAMES = 1 << 20;

    private final MemoryLedger ledger;
    private final List<@Nullable UnsafeBuffer> frames = new ArrayList<>();
    private final AttemptChecksum checksum = new AttemptChecksum();
    private long budgetBytes;
    private long usedBytes;
    private int frameCount;
    private int handedOver;

    AttemptBuffer(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /** Forgets the attempt before. */
    void begin(long memoryBudgetBytes) {
        close();
        budgetBytes = memoryBudgetBytes;
    }

    /**
     * Keeps a copy of the frame; one that came before is ignored.
     *
     * @throws MemoryLimitException if the attempt's frames take more than the query may
     */
    void add(int sequence, DirectBuffer buffer, int offset, int length) {
        if (sequence < 0 || sequence >= MAX_FRAMES) {
            return;
        }
        while (frames.size() <= sequence) {
            frames.add(null);
        }
        if (frames.get(sequence) != null) {
            return;
        }
        if (usedBytes + length > budgetBytes) {
            throw new MemoryLimitException(
                    "the replies need more than the %,d bytes this query may take; ask for fewer rows, or raise the query's memory"
                            .formatted(budgetBytes));
        }
        ledger.reserve("replies", length);
        usedBytes += length;
        final UnsafeBuffer copy = new UnsafeBuffer(Memory.allocateRaw(length), length);
        copy.putBytes(0, buffer, offset, length);
        frames.set(sequence, copy);
        frameCount++;
    }

    /** Whether exactly the frames 0 to {@code count} − 1 are here. */
    boolean isComplete(int count) {
        return frameCount == count && frames.size() == count;
    }

    /** The checksum over all frames in order and the two counts of the end. */
    long checksum(long rowCount, long matchingCount) {
        checksum.reset();
        for (final UnsafeBuffer frame : frames) {
            assert frame != null;
            checksum.addRows(frame, 0, frame.capacity());
        }
        return checksum.value(rowCount, matchingCount);
    }

    /** The next frame to hand over, in order; null when there are no more. */
    @Nullable
    UnsafeBuffer next() {
        return handedOver < frames.size() ? frames.get(handedOver++) : null;
    }

    static long payload(UnsafeBuffer frame) {
        return frame.addressOffset() + Frames.PAYLOAD_OFFSET;
    }

    @Override
    public void close() {
        if (frames.isEmpty()) {
            return; // As always where rows are read in place.
        }
        for (final UnsafeBuffer frame : frames) {
            if (frame != null) {
                Memory.free(frame.addressOffset());
            }
        }
        ledger.release(usedBytes);
        frames.clear();
        usedBytes = 0;
        frameCount = 0;
        handedOver = 0;
    }
}
