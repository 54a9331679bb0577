package io.keyfarm.farmer;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.eval.BoundConditions;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * The ways in which left rows of a join can be looked up, and which of them costs least. Each finds the same rows.
 *
 * <pre>
 *   every channel   channels × (a request's share + seeks and rows of its best key)
 *   half keyed      a request's share + seeks and rows of the routed key
 *   full keyed      the same + a request's share for each row's channel + the rows themselves
 * </pre>
 */
final class LookupChoice implements AutoCloseable {
    /** Of a lookup at one channel, beside its seeks and rows: its part of a request and of a reply. */
    private static final double ASK_NS = 60;
    /** Of a row that is fetched, beside finding it: noting where it is, and going there. */
    private static final double FETCHED_ROW_NS = 60;

    private final PreparedQuery query;
    private final EveryChannel everyChannel;
    private final List<Routed> routed = new ArrayList<>();
    /** Of the table when its routed keys were looked at. */
    private long generationDigest;

    private long keyEpoch = -1;
    /** The routed keys that there were then. */
    private List<RoutedKey> seen = List.of();

    private KeyCandidate cheapest = new KeyCandidate("nothing", 0, 0, 0, 0);

    /** What a routed key can do for the query. */
    private record Routed(RoutedKey key, RoutedPlan plan, BoundConditions conditions, LookupWay way) {}

    LookupChoice(PreparedQuery query) {
        this.query = query;
        everyChannel = new EveryChannel(query);
    }

    LookupWay everyChannel() {
        return everyChannel;
    }

    /** The best way for left rows like the one with this block, by estimate. */
    LookupWay choose(DirectBuffer block, int length) {
        final TableEntry now = query.table();
        look(now);
        final int channels = query.session().channels().length;
        cheapest = query.cheapest(block, length);
        LookupWay best = everyChannel;
        double bestNs = channels * (ASK_NS + cheapest.costNs());
        for (final Routed each : routed) {
            each.conditions.bind(block, 0, length);
            final KeyCandidate candidate = candidate(each, channels);
            double ns = ASK_NS + candidate.costNs();
            if (!each.plan.isHalf()) {
                ns += Math.min(channels, candidate.rows()) * ASK_NS + candidate.rows() * FETCHED_ROW_NS;
            }
            if (ns < bestNs) {
                bestNs = ns;
                best = each.way;
                cheapest = new KeyCandidate(
                        each.key.entries().schema().name(), candidate.hint(), candidate.seeks(), candidate.rows(), ns);
            }
        }
        best.beginRun();
        return best;
    }

    /** What the way that was chosen costs a left row. */
    KeyCandidate cheapest() {
        return cheapest;
    }

    private KeyCandidate candidate(Routed routed, int channels) {
        final CostModel costs = query.session().farmer().costs();
        final TableEntry entries = routed.key.entries();
        return KeyPicker.rank(entries, entries.rowCount() / channels, routed.conditions.monitors(), costs).stream()
                .filter(candidate -> candidate.hint() >= 0)
                .findFirst()
                .orElseThrow();
    }

    /** Sees which routed keys of the table the query can use. */
    private void look(TableEntry now) {
        // Routed keys come and go without another epoch, which counts the keys that hints name.
        if (now.generationDigest() == generationDigest && now.keyEpoch() == keyEpoch && now.routed() == seen) {
            return;
        }
        closeRouted();
        generationDigest = now.generationDigest();
        keyEpoch = now.keyEpoch();
        seen = now.routed();
        if (!everyChannel.canBatch() || !query.isFreeToChoose()) {
            return;
        }
        final int channels = query.session().channels().length;
        for (final RoutedKey key : now.routed()) {
            final RoutedPlan plan = RoutedPlan.of(query.plan(), key);
            if (plan != null) {
                final BoundConditions conditions =
                        new BoundConditions(plan.index(), key.entries().layout());
                final LookupWay way = plan.isHalf()
                        ? new HalfKeyed(query, plan, key.entries(), channels)
                        : new FullKeyed(query, plan, key.entries(), channels);
                routed.add(new Routed(key, plan, conditions, way));
            }
        }
    }

    private void closeRouted() {
        routed.forEach(each -> each.way.close());
        routed.clear();
    }

    /** Frees what the ways took; they can be used again. */
    @Override
    public void close() {
        everyChannel.close();
        routed.forEach(each -> each.way.close());
    }
}
