package io.keyfarm;

import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes by name from one run of the process to the next. A cache and never the truth: what it has lost is found out
 * anew. Thread-safe.
 */
public interface LocalCache extends AutoCloseable {
    /** Forgets everything at once. */
    LocalCache NONE = new LocalCache() {
        @Override
        public byte @Nullable [] get(String name) {
            return null;
        }

        @Override
        public void put(String name, byte[] bytes) {}
    };

    /** What was put by this name; null if nothing was, or it is lost. */
    byte @Nullable [] get(String name);

    /** Keeps the bytes, if there is room. */
    void put(String name, byte[] bytes);

    @Override
    default void close() {}
}
