package io.keyfarm.segmonitor;

import io.keyfarm.rows.FieldType;

/**
 * Values other than null as ranges in canonical form: ascending, disjoint, and never touching. Growable, and reused from
 * run to run: once its arrays have grown it allocates nothing.
 *
 * <p>Ranges come in any order between {@link #begin} and {@link #end}; whoever asks, asks after {@code end}.
 */
abstract sealed class Ranges permits NumberRanges, TextRanges {
    /** A set of more ranges is refused: its arrays would be the query's whole memory. */
    static final int MAX_RANGES = 1 << 24;

    int count;
    /** Whether what was added so far is canonical already, as it is when values come in order. */
    private boolean isCanonical = true;

    static Ranges of(FieldType type) {
        return type.isText() ? new TextRanges(type) : new NumberRanges(type);
    }

    void begin() {
        count = 0;
        isCanonical = true;
    }

    final void end() {
        if (!isCanonical) {
            sort();
            merge();
            isCanonical = true;
        }
    }

    /** Room for one more range, behind the others. */
    final int append() {
        if (count == MAX_RANGES) {
            throw new IllegalStateException("a value set has at most " + MAX_RANGES + " ranges");
        }
        if (count == capacity()) {
            grow(Math.max(4, count * 2));
        }
        return count++;
    }

    /** Whether all that was added so far came in order and apart from each other. */
    final boolean isCanonical() {
        return isCanonical;
    }

    final void onUnordered() {
        isCanonical = false;
    }

    abstract void setWhole();

    /** Whether every value of the type lies within. */
    abstract boolean isWhole();

    abstract boolean isPoint(int range);

    /** How many values the range holds; Long.MAX_VALUE if there is no end to them, or more than fit. */
    abstract long valueCount(int range);

    abstract void complement();

    abstract void intersect(Ranges other);

    /** Adds all of the other's ranges; {@link #end} is still to come. */
    abstract void addAll(Ranges other);

    /** A copy as small as it can be. */
    abstract Ranges copy();

    abstract int capacity();

    abstract void grow(int newCapacity);

    /** Whether the range at {@code left} begins before that at {@code right}. */
    abstract boolean isBefore(int left, int right);

    abstract void swap(int left, int right);

    /** Joins ranges that overlap or touch, once they are sorted. */
    abstract void merge();

    /** Heapsort: in place, nothing allocated, and no order of values that makes it slow. */
    private void sort() {
        for (int i = count / 2 - 1; i >= 0; i--) {
            siftDown(i, count);
        }
        for (int last = count - 1; last > 0; last--) {
            swap(0, last);
            siftDown(0, last);
        }
    }

    private void siftDown(int from, int size) {
        int parent = from;
        while (2 * parent + 1 < size) {
            int child = 2 * parent + 1;
            if (child + 1 < size && isBefore(child, child + 1)) {
                child++;
            }
            if (!isBefore(parent, child)) {
                return;
            }
            swap(parent, child);
            parent = child;
        }
    }
}
