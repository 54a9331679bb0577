package io.keyfarm.slave;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.KeyHint;
import org.jspecify.annotations.Nullable;

/**
 * Which key to count by, where its runs are all that is looked at: however many rows a run has, it costs two seeks. So a key
 * may be best to count by which is not worth reading by.
 */
final class CountKeys {
    private CountKeys() {}

    /**
     * The key with the fewest runs among those that see to all that is asked, if counting by it is expected to cost less than
     * reading; otherwise {@link KeyHint#SCAN}.
     *
     * @param keyFields of each key, as places in the table
     * @param asked the places of monitors that are not null
     */
    static int cheapest(
            KeyShelf shelf, int[][] keyFields, int[] asked, @Nullable SegmentMonitor[] monitors, CostModel costs) {
        int best = KeyHint.SCAN;
        double bestNs = Double.MAX_VALUE;
        double readingNs = Double.MAX_VALUE;
        for (int key = 0; key < keyFields.length; key++) {
            final Estimate estimate = shelf.key(key).summary().estimate(monitors);
            readingNs = Math.min(readingNs, costs.keyedNs(estimate));
            final double ns = 2 * estimate.seeks() * costs.seekNs();
            if (ns < bestNs && servesAll(keyFields[key], asked, monitors)) {
                best = key;
                bestNs = ns;
            }
        }
        final double scanNs =
                keyFields.length == 0 ? 0 : costs.scanNs((double) shelf.key(0).rowCount());
        return bestNs <= Math.min(readingNs, scanNs) ? best : KeyHint.SCAN;
    }

    /** Whether anything is asked, and the key has all fields that are asked about. */
    private static boolean servesAll(int[] keyFields, int[] asked, @Nullable SegmentMonitor[] monitors) {
        boolean isAsked = false;
        for (final int field : asked) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null && !monitor.isWild()) {
                isAsked = true;
                if (!contains(keyFields, field)) {
                    return false;
                }
            }
        }
        return isAsked;
    }

    private static boolean contains(int[] fields, int sought) {
        for (final int field : fields) {
            if (field == sought) {
                return true;
            }
        }
        return false;
    }
}
