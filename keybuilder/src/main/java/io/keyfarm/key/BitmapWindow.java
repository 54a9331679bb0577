package io.keyfarm.key;

import io.keyfarm.rows.Memory;

/**
 * Which rows of 65,536 in a row hold which value, off heap. Row numbers here are places within the window.
 *
 * <pre>
 *   | dense count 4 | 0 4 | dense values: id 4, rows 4 … | their bits: 1,024 words each …
 *   | starts: 4 × (values + 1) | row numbers of all other values, 2 bytes each, by value, then ascending
 * </pre>
 *
 * These are the containers of Roaring bitmaps (Chambi, Lemire, Kaser and Godin, 2016): bits for a value that more than
 * 4,096 rows of the window hold, sorted 16-bit numbers for the others, so that a row takes 2 bytes at most. But they
 * stand by window first and by value within: the values of a range are neighbours, their row numbers are one run, and a
 * query that goes window by window finds all it needs of a window in one place.
 */
public final class BitmapWindow {
    public static final int SHIFT = 16;
    public static final int ROWS = 1 << SHIFT;
    public static final int WORDS = ROWS / Long.SIZE;
    /** A value that more rows of a window hold has bits there. */
    public static final int MAX_LISTED_ROWS = 4096;

    /** So many values at most are dense in one window. */
    static final int MAX_DENSE = ROWS / MAX_LISTED_ROWS;

    private static final int HEADER_BYTES = 8;
    private static final int DENSE_ENTRY_BYTES = 8;
    private static final int DENSE_BYTES = WORDS * Long.BYTES;

    private BitmapWindow() {}

    /** How many windows so many rows take. */
    public static int count(int rowCount) {
        return (int) (((long) rowCount + ROWS - 1) >>> SHIFT);
    }

    public static long bytes(int valueCount, int denseCount, int listedRows) {
        return HEADER_BYTES
                + (long) denseCount * (DENSE_ENTRY_BYTES + DENSE_BYTES)
                + Integer.BYTES * (valueCount + 1L)
                + (long) Short.BYTES * listedRows;
    }

    static int denseCount(long window) {
        return Memory.getInt(window);
    }

    static int denseId(long window, int place) {
        return Memory.getInt(window + HEADER_BYTES + (long) DENSE_ENTRY_BYTES * place);
    }

    static int denseRows(long window, int place) {
        return Memory.getInt(window + HEADER_BYTES + (long) DENSE_ENTRY_BYTES * place + Integer.BYTES);
    }

    /** Where the bits of a dense value begin. */
    static long words(long window, int denseCount, int place) {
        return window + HEADER_BYTES + (long) DENSE_ENTRY_BYTES * denseCount + (long) DENSE_BYTES * place;
    }

    static long starts(long window, int denseCount) {
        return words(window, denseCount, denseCount);
    }

    /** How many row numbers stand before those of the value. */
    static int start(long starts, int id) {
        return Memory.getInt(starts + (long) Integer.BYTES * id);
    }

    static long listed(long starts, int valueCount) {
        return starts + Integer.BYTES * (valueCount + 1L);
    }

    /**
     * Fills a window whose memory is all there.
     *
     * @param ids the value of each of its first {@code rowCount} rows
     * @param rows how many of them hold each value; overwritten
     */
    public static void write(long window, char[] ids, int rowCount, int[] rows, int valueCount) {
        int denseCount = 0;
        for (int id = 0; id < valueCount; id++) {
            if (rows[id] > MAX_LISTED_ROWS) {
                final long entry = window + HEADER_BYTES + (long) DENSE_ENTRY_BYTES * denseCount++;
                Memory.putInt(entry, id);
                Memory.putInt(entry + Integer.BYTES, rows[id]);
            }
        }
        Memory.putInt(window, denseCount);
        Memory.putInt(window + Integer.BYTES, 0);
        Memory.fill(words(window, denseCount, 0), (long) DENSE_BYTES * denseCount, (byte) 0);
        final long starts = starts(window, denseCount);
        final long listed = listed(starts, valueCount);
        int listedRows = 0;
        int place = 0;
        for (int id = 0; id < valueCount; id++) {
            Memory.putInt(starts + (long) Integer.BYTES * id, listedRows);
            if (rows[id] > MAX_LISTED_ROWS) {
                rows[id] = -1 - place++;
            } else {
                final int count = rows[id];
                rows[id] = listedRows;
                listedRows += count;
            }
        }
        Memory.putInt(starts + (long) Integer.BYTES * valueCount, listedRows);
        // From here on, rows has where the value's next row number goes, or, below zero, which bits are its own.
        for (int row = 0; row < rowCount; row++) {
            final int to = rows[ids[row]];
            if (to >= 0) {
                Memory.putShort(listed + (long) Short.BYTES * to, (short) row);
                rows[ids[row]]++;
            } else {
                final long word = words(window, denseCount, -1 - to) + (long) Long.BYTES * (row >>> 6);
                Memory.putLong(word, Memory.getLong(word) | 1L << row);
            }
        }
    }
}
