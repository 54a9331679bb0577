package io.keyfarm.rows;

/** Memory that a {@link MemoryLedger} refused to reserve; nothing was allocated. */
public final class MemoryLimitException extends RuntimeException {
    public MemoryLimitException(String message) {
        super(message);
    }
}
