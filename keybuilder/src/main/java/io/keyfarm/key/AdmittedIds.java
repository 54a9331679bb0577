package io.keyfarm.key;

import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;

/**
 * Which values of a bitmap key a monitor admits: runs of ids, ascending, no two of them touching. Bound anew for each
 * query; allocates nothing once it has held as many runs.
 */
final class AdmittedIds {
    private final BitmapValues values;
    private int[] froms = new int[4];
    private int[] tos = new int[4];
    private int runCount;
    private int idCount;
    private int rows;
    private long seeks;

    AdmittedIds(BitmapValues values) {
        this.values = values;
    }

    /** Ranges and values take turns to gallop, so that it costs as much as there are of the fewer. */
    void bind(SegmentMonitor monitor) {
        runCount = 0;
        idCount = 0;
        rows = 0;
        seeks = 0;
        final int rangeCount = monitor.rangeCount();
        int id = 0;
        int range = 0;
        while (id < values.entryCount()) {
            range = values.rangeAtOrAfter(monitor, id, range);
            if (range == rangeCount) {
                break;
            }
            seeks += 2;
            final int from = values.firstOf(monitor, range, id);
            id = values.endOf(monitor, range, from);
            add(from, id);
        }
        if (monitor.admitsNull() && values.hasNull()) {
            add(values.entryCount(), values.valueCount());
        }
    }

    private void add(int from, int to) {
        if (from == to) {
            return;
        }
        idCount += to - from;
        rows += values.rows(from, to);
        if (runCount > 0 && tos[runCount - 1] == from) {
            tos[runCount - 1] = to;
            return;
        }
        if (runCount == froms.length) {
            froms = Arrays.copyOf(froms, runCount * 2);
            tos = Arrays.copyOf(tos, runCount * 2);
        }
        froms[runCount] = from;
        tos[runCount++] = to;
    }

    int runCount() {
        return runCount;
    }

    int from(int run) {
        return froms[run];
    }

    int to(int run) {
        return tos[run];
    }

    /** How many values are admitted. */
    int idCount() {
        return idCount;
    }

    /** How many rows hold them: the true count. */
    int rows() {
        return rows;
    }

    /** Searches for a lower bound that the last binding took. */
    long seeks() {
        return seeks;
    }

    boolean contains(int id) {
        int low = 0;
        int high = runCount;
        while (low < high) {
            final int mid = (low + high) >>> 1;
            if (tos[mid] <= id) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low < runCount && froms[low] <= id;
    }
}
