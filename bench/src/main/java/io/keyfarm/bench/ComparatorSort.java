package io.keyfarm.bench;

/** The plain way of building a key: a merge sort of row numbers, with a comparison that reads both rows. */
final class ComparatorSort {
    private static final int FEW = 7;

    private final PlainKey order;
    private final int[] rows;
    private final int[] scratch;

    private ComparatorSort(PlainKey order, int rowCount) {
        this.order = order;
        rows = new int[rowCount];
        for (int i = 0; i < rowCount; i++) {
            rows[i] = i;
        }
        scratch = rows.clone();
    }

    /** All row numbers in order; rows that are equal stay in the order of their numbers. */
    static int[] sort(PlainKey order, int rowCount) {
        final ComparatorSort sort = new ComparatorSort(order, rowCount);
        sort.sort(sort.scratch, sort.rows, 0, rowCount);
        return sort.rows;
    }

    /** Sorts {@code to}; {@code from} holds the same row numbers, and is used up. */
    private void sort(int[] from, int[] to, int start, int end) {
        if (end - start <= FEW) {
            insert(to, start, end);
            return;
        }
        final int mid = (start + end) >>> 1;
        sort(to, from, start, mid);
        sort(to, from, mid, end);
        int left = start;
        int right = mid;
        for (int i = start; i < end; i++) {
            final boolean isLeft = left < mid && (right == end || order.compare(from[left], from[right]) <= 0);
            to[i] = isLeft ? from[left++] : from[right++];
        }
    }

    private void insert(int[] to, int start, int end) {
        for (int i = start + 1; i < end; i++) {
            final int row = to[i];
            int at = i;
            while (at > start && order.compare(to[at - 1], row) > 0) {
                to[at] = to[at - 1];
                at--;
            }
            to[at] = row;
        }
    }
}
