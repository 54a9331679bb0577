package io.keyfarm.slave;

/**
 * How often reads have taken a key since it is there.
 *
 * @param name as lists of keys print it, or {@code full scan}
 * @param uses reads that took it; of many, some are counted for all
 * @param rowsExamined by these reads in all, beyond those that a seek or a directory found at once; also rows that conditions did
 *     not keep
 */
public record KeyUse(String name, long uses, long rowsExamined) {
    /** The name where no key was taken. */
    public static final String FULL_SCAN = "full scan";
}
