package io.keyfarm;

import io.keyfarm.key.advice.GrowthPolicy;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyChange;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.RentTerms;
import io.keyfarm.key.advice.TableKey;
import io.keyfarm.key.advice.WantedKeys;
import io.keyfarm.key.advice.WorkloadCost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Decides which keys come and go, one change after the other.
 *
 * <pre>
 *   drain     what was asked ─► tallies, and the policy's accounts
 *   look      tallies ─► costs ─► what the advisor would have, for what was asked over several spans ─► the nearest change
 *   change    if it is due ─► the coordinator, who has it built and put in force everywhere
 * </pre>
 *
 * Looking is paid for by the work it may save: it takes at most a tenth of the time that queries take. For one thread at a
 * time.
 */
final class Grower {
    /** What was asked while queries cost as much as so many builds: to see a shift early, and what lasts. */
    private static final double[] SPANS = {1, 4, 16, 64};

    /** What was asked last, however cheap it was. */
    private static final double[] LAST = {100, 400};

    private static final double LOOKS_A_BUILD = 10;
    /** Queries cost so many times what looking costs, unless turns are by hand. */
    private static final double LOOK_SHARE = 10;
    /** No look is taken to cost more than the one before over this: the first ones run code that is not compiled yet. */
    private static final double LOOK_FADING = 0.5;

    private static final double MOST_FIRST_NS = 10_000_000;

    private final Workloads workloads;
    private final KeysInForce keys;
    private final KeyWishes wishes;
    private final NanoClock clock;
    private final double lookShare;
    private final GrowthPolicy policy = new GrowthPolicy(RentTerms.typical());

    /** By shape: what a query costs with the keys there are, as last seen. */
    private Map<String, Double> costsNow = Map.of();

    private List<KeyChange> changes = List.of();
    private WorkloadCost lastCosts = WorkloadCost.builder().build();
    private double workSinceLook;
    private boolean isToLookAgain;
    private double lookNs;
    /** What is to be reached at once, without waiting for rent; null mostly. */
    private @Nullable Target target;

    /** @param why by key, in a sentence */
    private record Target(Set<String> keys, Map<String, String> why) {}

    /**
     * Other keys for one table, to be had now.
     *
     * @param keys all that it will have
     * @param built the one that is new, if one is
     * @param leaving those that it has now and will not have
     */
    record Step(
            String table,
            List<KeyCandidate> keys,
            @Nullable KeyCandidate built,
            List<KeyCandidate> leaving,
            String why) {
        Step {
            keys = List.copyOf(keys);
            leaving = List.copyOf(leaving);
        }
    }

    Grower(Workloads workloads, KeysInForce keys, KeyWishes wishes, NanoClock clock, boolean isByHand) {
        this.workloads = workloads;
        this.keys = keys;
        this.wishes = wishes;
        this.clock = clock;
        lookShare = isByHand ? 0 : LOOK_SHARE;
    }

    /** What was seen is not so any more. */
    void lookAgain() {
        isToLookAgain = true;
    }

    boolean isToLookAgain() {
        return isToLookAgain;
    }

    /** Takes what was asked since; answers how many shapes were. */
    int drain() {
        final Map<String, Double> counts = workloads.drain();
        if (counts.isEmpty()) {
            return 0;
        }
        double work = 0;
        for (final Map.Entry<String, Double> asked : counts.entrySet()) {
            final Double cost = costsNow.get(asked.getKey());
            work += asked.getValue() * (cost == null ? workloads.scanNs(Workloads.table(asked.getKey())) : cost);
        }
        workSinceLook += work;
        policy.onAsked(keys.names(), counts, work, leastBuildNs(counts.keySet()));
        return counts.size();
    }

    /** Whether enough was asked since the last look. */
    boolean isLookDue() {
        return workSinceLook > 0
                && workSinceLook >= Math.max(leastBuildNs(costsNow.keySet()) / LOOKS_A_BUILD, lookNs * lookShare);
    }

    /** What a key of these shapes' smallest table costs to build. */
    private double leastBuildNs(Set<String> shapes) {
        return shapes.stream()
                .mapToDouble(shape -> sortedNs(Workloads.table(shape)))
                .min()
                .orElse(0);
    }

    /** What is to be changed now; null for nothing. */
    @Nullable
    Step look(boolean isByRent) {
        final long startNs = clock.nanoTime();
        workSinceLook = 0;
        isToLookAgain = false;
        final Set<TableKey> inForce = keys.all();
        final Set<String> kept = names(inForce);
        final Set<TableKey> known = new LinkedHashSet<>(inForce);
        policy.remembered().forEach(key -> known.add(TableKey.parse(key)));
        final WorkloadCost costs = workloads.costs(known);
        final KeyBudget budget = budget(costs);
        costsNow = costs.costsWith(kept);
        lastCosts = costs;
        final double unitNs = costsNow.keySet().stream()
                .mapToDouble(shape -> sortedNs(Workloads.table(shape)))
                .max()
                .orElse(0);
        final Map<String, String> why = new HashMap<>();
        final List<WantedKeys> wanted = new ArrayList<>();
        for (final double span : SPANS) {
            wanted.add(wanted(costs.weighted(policy.asked(span * unitNs)), budget, why));
        }
        for (final double queries : LAST) {
            wanted.add(wanted(costs.weighted(policy.last(queries)), budget, why));
        }
        changes = policy.changes(costs, budget, kept, wanted, this::buildNs);
        final Step step = nextStep(costs, budget, kept, isByRent, why);
        lookNs = Math.min((double) (clock.nanoTime() - startNs), lookNs == 0 ? MOST_FIRST_NS : lookNs / LOOK_FADING);
        return step;
    }

    private static WantedKeys wanted(WorkloadCost asked, KeyBudget budget, Map<String, String> why) {
        final KeyProposal proposal = KeyAdvisor.advise(asked, budget, KeyAdvisor.Effort.LEAST);
        proposal.keys().forEach(key -> why.put(key.name(), key.why()));
        return new WantedKeys(names(proposal), asked);
    }

    private @Nullable Step nextStep(
            WorkloadCost costs, KeyBudget budget, Set<String> kept, boolean isByRent, Map<String, String> why) {
        final Target wanted = target;
        if (wanted != null) {
            final Step step = stepTo(wanted, costs, budget, kept);
            if (step == null) {
                target = null;
            }
            return step;
        }
        final String excess = policy.excess(costs, budget, kept);
        if (excess != null) {
            return drop(TableKey.parse(excess), "the budget became less");
        }
        final KeyChange first = changes.isEmpty() ? null : changes.get(0);
        return isByRent && first != null && first.isDue()
                ? step(first, why.getOrDefault(first.key(), "it pays"))
                : null;
    }

    /** What the advisor would have for all that was asked is to be had at once. */
    void wantNow() {
        final WorkloadCost costs = workloads.costs(keys.all());
        final Map<String, String> why = new HashMap<>();
        final KeyProposal proposal = KeyAdvisor.advise(costs, budget(costs), KeyAdvisor.Effort.QUICK);
        proposal.keys().forEach(key -> why.put(key.name(), key.why()));
        target = new Target(names(proposal), why);
    }

    /** Whether keys are to be had at once that are not there yet. */
    boolean isWanting() {
        return target != null;
    }

    /** First what is to come, one key after the other; then what is to go. */
    private @Nullable Step stepTo(Target wanted, WorkloadCost costs, KeyBudget budget, Set<String> kept) {
        final List<KeyChange> to =
                policy.changes(costs, budget, kept, List.of(new WantedKeys(wanted.keys, costs)), this::buildNs);
        if (!to.isEmpty()) {
            return step(to.get(0), wanted.why.getOrDefault(to.get(0).key(), "it pays"));
        }
        for (final TableKey key : keys.grown()) {
            if (!wanted.keys.contains(key.toString())) {
                return drop(key, "no query of late takes it");
            }
        }
        return null;
    }

    private Step step(KeyChange change, String why) {
        final TableKey comer = TableKey.parse(change.key());
        final List<TableKey> leaving =
                change.leaving().stream().map(TableKey::parse).toList();
        for (final TableKey goer : leaving) {
            if (!goer.table().equals(comer.table())) {
                return drop(goer, "it makes room for " + comer);
            }
        }
        final List<KeyCandidate> goers =
                new ArrayList<>(leaving.stream().map(TableKey::key).toList());
        for (final KeyCandidate key : keys.of(comer.table())) {
            if (key.kind().isSorted()
                    && comer.key().kind().isSorted()
                    && key.spec().equals(comer.key().spec())) {
                goers.add(key); // The same in another tier.
            }
        }
        final List<KeyCandidate> next = new ArrayList<>(keys.of(comer.table()));
        next.removeAll(goers);
        next.add(comer.key());
        return new Step(comer.table(), next, comer.key(), goers, why);
    }

    private Step drop(TableKey goer, String why) {
        final List<KeyCandidate> next = new ArrayList<>(keys.of(goer.table()));
        next.remove(goer.key());
        return new Step(goer.table(), next, null, List.of(goer.key()), why);
    }

    /** A key that grew and must not be there; null if there is none. */
    @Nullable
    Step forbidden() {
        for (final TableKey key : wishes.isAnyForbidden() ? keys.grown() : Set.<TableKey>of()) {
            if (wishes.isForbidden(key)) {
                return drop(key, "it is forbidden");
            }
        }
        return null;
    }

    /** The step's keys are in force. */
    void onStepped(Step step) {
        final Set<String> after = names(keys.all());
        final Set<String> before = new LinkedHashSet<>(after);
        step.leaving().forEach(key -> before.add(new TableKey(step.table(), key).toString()));
        if (step.built() != null) {
            before.remove(new TableKey(step.table(), step.built()).toString());
        }
        policy.onChanged(lastCosts, before, after, sortedNs(step.table()));
        lookAgain();
    }

    /** The step could not be made: what failed now is dearer the next time. */
    void onFailed(Step step) {
        if (step.built() != null) {
            final String key = new TableKey(step.table(), step.built()).toString();
            policy.onFailed(key, buildNs(key));
        }
        target = null;
    }

    /** The changes that may come, the nearest first, as last seen. */
    List<KeyChange> changes() {
        return changes;
    }

    /** Pinned keys of tables that are not looked at, as they are small, or new, are nobody's concern. */
    KeyBudget budget(WorkloadCost costs) {
        final List<TableKey> pinned = new ArrayList<>(keys.pinned());
        pinned.removeIf(key -> costs.find(key.toString()) < 0);
        return wishes.budget(workloads.rowBytes() / 2, pinned);
    }

    private double buildNs(String key) {
        final TableKey it = TableKey.parse(key);
        return BuildCosts.ns(it.key(), workloads.rows(it.table()));
    }

    private double sortedNs(String table) {
        return BuildCosts.sortedNs(workloads.rows(table));
    }

    private static Set<String> names(Set<TableKey> some) {
        return some.stream().map(TableKey::toString).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<String> names(KeyProposal proposal) {
        return proposal.keys().stream().map(ProposedKey::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
