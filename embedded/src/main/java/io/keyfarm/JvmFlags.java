package io.keyfarm;

import io.keyfarm.rows.Memory;

/** Asks whether this JVM was started with what off-heap memory needs; a library cannot set flags for its host. */
final class JvmFlags {
    private JvmFlags() {}

    static void require() {
        try {
            Memory.free(Memory.allocate(Long.BYTES));
        } catch (IllegalAccessError | ExceptionInInitializerError | NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Keyfarm reads off-heap memory, for which this JVM must be started with"
                            + " --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                    e);
        }
    }
}
