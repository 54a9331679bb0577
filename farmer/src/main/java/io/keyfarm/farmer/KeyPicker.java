package io.keyfarm.farmer;

import io.keyfarm.key.advice.BitmapPlan;
import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.KeyHint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranks the ways to read a query by what they are expected to cost: seeks and rows from each key's summary, hot or cold, against a scan
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
                    summary.spec().toString(),
                    i,
                    estimate.seeks(),
                    estimate.rows(),
                    costs.keyedNs(estimate, summary.tier())));
        }
        addBitmaps(candidates, table, monitors, costs);
        candidates.add(
                new KeyCandidate("full scan", KeyHint.SCAN, 0, rowsPerChannel, costs.scanNs((double) rowsPerChannel)));
        candidates.sort((a, b) -> Double.compare(a.costNs(), b.costNs()));
        return candidates;
    }

    /** Those of the bitmaps that pay together; none if none is of a field that is asked of. */
    private static void addBitmaps(
            List<KeyCandidate> candidates, TableEntry table, @Nullable SegmentMonitor[] monitors, CostModel costs) {
        if (table.bitmaps().isEmpty()) {
            return;
        }
        final BitmapPlan plan = new BitmapPlan(costs);
        plan.begin((double) table.bitmaps().get(0).rowCount());
        for (int i = 0; i < table.bitmaps().size(); i++) {
            final BitmapSummary summary = table.bitmaps().get(i);
            final SegmentMonitor monitor = monitors[summary.tableField()];
            if (monitor != null && !monitor.isWild()) {
                plan.add(
                        i,
                        summary.rows(monitor),
                        summary.values(monitor),
                        summary.valueCount(),
                        2.0 * monitor.rangeCount());
            }
        }
        plan.end();
        if (plan.servedCount() > 0) {
            final List<String> fields = new ArrayList<>();
            for (int i = 0; i < plan.servedCount(); i++) {
                fields.add(table.bitmaps().get(plan.served(i)).spec().toString());
            }
            // The slave, who has true counts, sees for itself that the bitmaps are best.
            candidates.add(new KeyCandidate(
                    BitmapPlan.name(fields),
                    KeyHint.NONE,
                    plan.seeks(),
                    plan.expectedRows(),
                    plan.readNs(Double.MAX_VALUE)));
        }
    }
}
