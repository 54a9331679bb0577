package io.keyfarm.rows;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who holds how many off-heap bytes. Every allocation is reserved here first and given back when it is freed, so that
 * the figure is the truth and a limit is a limit. Ledgers nest: what a child reserves, its parent reserves too.
 *
 * <p>Files that are mapped to be read are counted apart, and against no limit: the system drops their pages when it wants
 * the memory.
 *
 * <p>Thread-safe; never on a query's path.
 */
public final class MemoryLedger {
    private final String name;
    private final long limitBytes;
    private final @Nullable MemoryLedger parent;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong mappedBytes = new AtomicLong();

    private MemoryLedger(String name, long limitBytes, @Nullable MemoryLedger parent) {
        this.name = name;
        this.limitBytes = limitBytes;
        this.parent = parent;
    }

    public static MemoryLedger limited(String name, long limitBytes) {
        return new MemoryLedger(name, limitBytes, null);
    }

    public static MemoryLedger unlimited(String name) {
        return limited(name, Long.MAX_VALUE);
    }

    /** A ledger whose reservations count here as well. */
    public MemoryLedger child(String childName, long childLimitBytes) {
        return new MemoryLedger(childName, childLimitBytes, this);
    }

    /**
     * Counts {@code bytes} as held by {@code what}.
     *
     * @throws MemoryLimitException if that would pass a limit; then nothing is counted
     */
    public void reserve(String what, long bytes) {
        assert bytes >= 0 : bytes;
        final long before = usedBytes.getAndAdd(bytes);
        if (before + bytes > limitBytes) {
            usedBytes.addAndGet(-bytes);
            throw new MemoryLimitException(String.format(
                    Locale.ROOT,
                    "%s needs %,d bytes, but %s has %,d of its %,d left: raise the limit or load less",
                    what,
                    bytes,
                    name,
                    Math.max(0, limitBytes - before),
                    limitBytes));
        }
        if (parent != null) {
            try {
                parent.reserve(what, bytes);
            } catch (MemoryLimitException e) {
                usedBytes.addAndGet(-bytes);
                throw e;
            }
        }
    }

    /** Refuses what {@link #reserve} would refuse, and counts nothing. */
    public void requireRoom(String what, long bytes) {
        reserve(what, bytes);
        release(bytes);
    }

    public void release(long bytes) {
        assert bytes >= 0 : bytes;
        final long after = usedBytes.addAndGet(-bytes);
        assert after >= 0 : name + " released more than it reserved: " + after;
        if (parent != null) {
            parent.release(bytes);
        }
    }

    /** Counts bytes of a file that is now mapped. */
    void map(long bytes) {
        assert bytes >= 0 : bytes;
        mappedBytes.addAndGet(bytes);
        if (parent != null) {
            parent.map(bytes);
        }
    }

    void unmap(long bytes) {
        final long after = mappedBytes.addAndGet(-bytes);
        assert bytes >= 0 && after >= 0 : name + " unmapped more than it mapped: " + after;
        if (parent != null) {
            parent.unmap(bytes);
        }
    }

    /** Of files mapped to be read; not among {@link #usedBytes}. */
    public long mappedBytes() {
        return mappedBytes.get();
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    public long limitBytes() {
        return limitBytes;
    }

    @Override
    public String toString() {
        return mappedBytes() == 0
                ? String.format(Locale.ROOT, "%s: %,d bytes", name, usedBytes())
                : String.format(Locale.ROOT, "%s: %,d bytes, and %,d mapped", name, usedBytes(), mappedBytes());
    }
}
