package io.keyfarm.rows;

/**
 * One run of off-heap memory, counted in a ledger for as long as it lives. Who made it closes it, once no reader is
 * left; a second close does nothing.
 */
public final class MemoryBlock implements AutoCloseable {
    private final MemoryLedger ledger;
    private final String what;
    private long address;
    private long bytes;

    private MemoryBlock(MemoryLedger ledger, String what) {
        this.ledger = ledger;
        this.what = what;
    }

    /**
     * Memory whose content is undefined.
     *
     * @throws MemoryLimitException if the ledger has no room for it; then nothing is held
     */
    public static MemoryBlock allocate(MemoryLedger ledger, String what, long bytes) {
        final MemoryBlock block = new MemoryBlock(ledger, what);
        ledger.reserve(what, bytes);
        block.bytes = bytes;
        try {
            block.address = Memory.allocateRaw(bytes);
        } catch (OutOfMemoryError e) {
            block.bytes = 0;
            ledger.release(bytes);
            throw e;
        }
        return block;
    }

    public long address() {
        assert address != 0 : what + " is closed";
        return address;
    }

    public long bytes() {
        return bytes;
    }

    /** Keeps the first bytes only, perhaps elsewhere: ask for the address anew. */
    public void truncate(long keptBytes) {
        assert address != 0 && keptBytes <= bytes : keptBytes + " of " + bytes;
        address = Memory.reallocate(address, keptBytes);
        ledger.release(bytes - keptBytes);
        bytes = keptBytes;
    }

    @Override
    public void close() {
        if (address != 0) {
            Memory.free(address);
            ledger.release(bytes);
            address = 0;
            bytes = 0;
        }
    }

    @Override
    public String toString() {
        return "%s: %,d bytes".formatted(what, bytes);
    }
}
