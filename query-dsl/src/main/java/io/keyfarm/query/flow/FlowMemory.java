package io.keyfarm.query.flow;

import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;

/** What one run of a query may hold, all activities together, counted in the ledger of whoever runs it. For one thread. */
public final class FlowMemory {
    private final MemoryLedger ledger;
    private long budgetBytes;
    private long usedBytes;

    public FlowMemory(MemoryLedger ledger, long budgetBytes) {
        this.ledger = ledger;
        this.budgetBytes = budgetBytes;
    }

    /** What the runs to come may take. */
    public void limitTo(long bytes) {
        assert usedBytes == 0 : usedBytes;
        budgetBytes = bytes;
    }

    /**
     * Memory of undefined content; goes back by {@link #free}.
     *
     * @throws MemoryLimitException if the query may not take as much; then nothing is held
     */
    public MemoryBlock allocate(String what, long bytes) {
        reserve(what, bytes);
        try {
            return MemoryBlock.allocate(ledger, what, bytes);
        } catch (RuntimeException | Error e) {
            usedBytes -= bytes;
            throw e;
        }
    }

    /** Gives back what {@link #allocate} answered. */
    public void free(MemoryBlock block) {
        usedBytes -= block.bytes();
        block.close();
    }

    /** Counts bytes on heap against the query, and only against it. */
    void reserve(String what, long bytes) {
        if (usedBytes + bytes > budgetBytes) {
            throw new MemoryLimitException(
                    "%s needs %,d bytes beside the %,d that this query holds, but it may take %,d; ask for fewer rows, or raise the query's memory"
                            .formatted(what, bytes, usedBytes, budgetBytes));
        }
        usedBytes += bytes;
    }

    void release(long bytes) {
        usedBytes -= bytes;
    }

    /** 0 when every activity has given back what it took. */
    public long usedBytes() {
        return usedBytes;
    }
}
