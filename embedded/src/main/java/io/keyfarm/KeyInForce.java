package io.keyfarm;

/**
 * A key that a table has.
 *
 * @param name as lists of keys print it: {@code state.zip hot}
 * @param bytes what it takes on all slaves, as far as that was counted; else what it is expected to take
 * @param isPinned it was declared, or pinned: it is never dropped but by those who wanted it
 * @param uses how many reads took it since it is there
 * @param rowsExamined how many rows these reads looked at
 * @param saves how much of what queries would cost without any key it saves, 0 to 1, as estimated
 * @param why in a sentence
 */
public record KeyInForce(
        String name, long bytes, boolean isPinned, long uses, long rowsExamined, double saves, String why) {}
