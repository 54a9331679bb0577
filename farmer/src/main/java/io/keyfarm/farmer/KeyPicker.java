package io.keyfarm.farmer;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.KeyHint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranks the ways to read a query by what they are expected to cost: seeks and rows from each key's summary, against a scan
 * of every row. Pure: the same summaries and monitors give the same choice on every farmer.
 *
 * <p>The choice is a hint. A slave that counts otherwise, or has other keys, reads its own way.
 */
final class KeyPicker {
    private KeyPicker() {}

    /** All ways, the cheapest first; equals keep the order of the keys, and the scan comes last among them. */
    static List<KeyCandidate> rank(
            TableEntry table, long rowsPerChannel, @Nullable SegmentMonitor[] monitors, CostModel costs) {
        final List<KeyCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < table.summaries().size(); i++) {
            final KeySummary summary = table.summaries().get(i);
            final Estimate estimate = summary.estimate(monitors);
            candidates.add(new KeyCandidate(
                    summary.spec().toString(), i, estimate.seeks(), estimate.rows(), costs.keyedNs(estimate)));
        }
        candidates.add(
                new KeyCandidate("full scan", KeyHint.SCAN, 0, rowsPerChannel, costs.scanNs((double) rowsPerChannel)));
        candidates.sort((a, b) -> Double.compare(a.costNs(), b.costNs()));
        return candidates;
    }
}
