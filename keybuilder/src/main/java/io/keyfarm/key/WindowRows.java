package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import java.util.Arrays;

/**
 * The rows of one window that a query has found, to be taken once: sorted places if they are few, else bits.
 */
final class WindowRows {
    private static final int WORDS = BitmapWindow.WORDS;

    final long[] words = new long[WORDS];
    final char[] places = new char[BitmapWindow.MAX_LISTED_ROWS];
    private boolean isListed = true;
    private int placeCount;
    private int nextPlace;
    /** What is left of the word before {@code nextWord}. */
    private long word;

    private int nextWord = WORDS;

    void clear() {
        setListed(0);
    }

    /** The first places are the rows. */
    void setListed(int count) {
        isListed = true;
        placeCount = count;
        nextPlace = 0;
    }

    /** The words are the rows. */
    void setBits() {
        isListed = false;
        word = 0;
        nextWord = 0;
    }

    /** Whether any row is left. */
    boolean hasMore() {
        if (isListed) {
            return nextPlace < placeCount;
        }
        while (word == 0) {
            if (nextWord == WORDS) {
                return false;
            }
            word = words[nextWord++];
        }
        return true;
    }

    /** Puts rows, their places above {@code base}, from {@code at} on; answers where they end. */
    int take(int base, int[] rowNumbers, int at) {
        if (isListed) {
            final int count = Math.min(rowNumbers.length - at, placeCount - nextPlace);
            for (int i = 0; i < count; i++) {
                rowNumbers[at + i] = base + places[nextPlace + i];
            }
            nextPlace += count;
            return at + count;
        }
        int to = at;
        while (to < rowNumbers.length && hasMore()) {
            long left = word;
            final int wordBase = base + ((nextWord - 1) << 6);
            while (left != 0 && to < rowNumbers.length) {
                rowNumbers[to++] = wordBase + Long.numberOfTrailingZeros(left);
                left &= left - 1;
            }
            word = left;
        }
        return to;
    }

    /** Takes all that are left and answers how many they were. */
    int count() {
        if (isListed) {
            final int count = placeCount - nextPlace;
            nextPlace = placeCount;
            return count;
        }
        int count = Long.bitCount(word);
        for (int i = nextWord; i < WORDS; i++) {
            count += Long.bitCount(words[i]);
        }
        word = 0;
        nextWord = WORDS;
        return count;
    }

    static void setAll(long[] words, int count) {
        final int full = count >>> 6;
        Arrays.fill(words, 0, full, -1L);
        if (full < WORDS) {
            Arrays.fill(words, full, WORDS, 0);
            words[full] = (1L << count) - 1;
        }
    }

    static void copy(long[] words, long from) {
        for (int i = 0; i < WORDS; i++) {
            words[i] = Memory.getLong(from + (long) Long.BYTES * i);
        }
    }

    static void or(long[] words, long other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] |= Memory.getLong(other + (long) Long.BYTES * i);
        }
    }

    static void and(long[] words, long other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] &= Memory.getLong(other + (long) Long.BYTES * i);
        }
    }

    static void and(long[] words, long[] other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] &= other[i];
        }
    }

    static void andNot(long[] words, long other) {
        for (int i = 0; i < WORDS; i++) {
            words[i] &= ~Memory.getLong(other + (long) Long.BYTES * i);
        }
    }

    /** In one pass what two would do. */
    static void copyAnd(long[] words, long first, long second) {
        for (int i = 0; i < WORDS; i++) {
            words[i] = Memory.getLong(first + (long) Long.BYTES * i) & Memory.getLong(second + (long) Long.BYTES * i);
        }
    }

    /** In one pass what three would do. */
    static void copyAnd(long[] words, long first, long second, long third) {
        for (int i = 0; i < WORDS; i++) {
            words[i] = Memory.getLong(first + (long) Long.BYTES * i)
                    & Memory.getLong(second + (long) Long.BYTES * i)
                    & Memory.getLong(third + (long) Long.BYTES * i);
        }
    }

    static int countAnd(long first, long second) {
        int count = 0;
        for (int i = 0; i < WORDS; i++) {
            final long at = (long) Long.BYTES * i;
            count += Long.bitCount(Memory.getLong(first + at) & Memory.getLong(second + at));
        }
        return count;
    }

    static int countAnd(long first, long second, long third) {
        int count = 0;
        for (int i = 0; i < WORDS; i++) {
            final long at = (long) Long.BYTES * i;
            count += Long.bitCount(
                    Memory.getLong(first + at) & Memory.getLong(second + at) & Memory.getLong(third + at));
        }
        return count;
    }

    /** Keeps those places whose bits are set; answers how many stayed. */
    static int retain(char[] places, int count, long[] words) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final char place = places[i];
            places[kept] = place;
            kept += (int) (words[place >>> 6] >>> place) & 1;
        }
        return kept;
    }
}
