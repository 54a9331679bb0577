package io.keyfarm.rows;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What loading saw of one field: enough to give its values the shortest codes. Immutable.
 *
 * @param nullCount how many rows hold null
 * @param minSortable the least {@link Sortable} value; above {@code maxSortable} if there is none, or for text
 * @param maxSortable the greatest {@link Sortable} value
 * @param minText the least text, null if there is none
 * @param maxText the greatest text, null if there is none
 * @param maxTextBytes the length of the longest text
 */
public record ColumnStatistics(
        long nullCount,
        long minSortable,
        long maxSortable,
        byte @Nullable [] minText,
        byte @Nullable [] maxText,
        int maxTextBytes) {

    /** Whether every row holds null, or there are no rows. */
    public boolean isAllNull() {
        return minSortable > maxSortable && minText == null;
    }

    /** How many first bytes all texts share: those that the least and the greatest share. */
    public int commonPrefixBytes() {
        if (minText == null || maxText == null) {
            return 0;
        }
        final int shared = Arrays.mismatch(minText, maxText);
        return shared < 0 ? minText.length : shared;
    }

    /** Gathers the statistics of one field as its values arrive. */
    static final class Builder {
        private long nullCount;
        private long minSortable = Long.MAX_VALUE;
        private long maxSortable = Long.MIN_VALUE;
        private byte @Nullable [] minText;
        private byte @Nullable [] maxText;
        private int maxTextBytes;

        void onNull() {
            nullCount++;
        }

        void onSortable(long value) {
            minSortable = Math.min(minSortable, value);
            maxSortable = Math.max(maxSortable, value);
        }

        void onText(long address, int length) {
            maxTextBytes = Math.max(maxTextBytes, length);
            if (minText == null || Memory.compare(address, length, minText, 0, minText.length) < 0) {
                minText = copy(address, length);
            }
            if (maxText == null || Memory.compare(address, length, maxText, 0, maxText.length) > 0) {
                maxText = copy(address, length);
            }
        }

        ColumnStatistics build() {
            return new ColumnStatistics(nullCount, minSortable, maxSortable, minText, maxText, maxTextBytes);
        }

        private static byte[] copy(long address, int length) {
            final byte[] bytes = new byte[length];
            Memory.copy(address, bytes, 0, length);
            return bytes;
        }
    }
}
