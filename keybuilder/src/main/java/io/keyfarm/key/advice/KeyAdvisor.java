package io.keyfarm.key.advice;

import io.keyfarm.key.advice.GreedyFill.Measure;
import java.util.Collection;

/**
 * Which keys to keep. Pure: the same costs and budget always yield the same proposal, on whichever slave.
 *
 * <p>What a set of keys saves is submodular, as long as a query takes one key: the second of two similar keys saves less than
 * it would alone. So the greedy choice is within 63 % of the best, and in practice within one percent. It is made twice, by
 * what a key saves and by what it saves for each byte, then bettered by swaps, then held against a bound
 * ({@link SavingBound}, {@link SmoothPrices}) whose own fillings are tried as well. A few branches of the exact search close most
 * of what is left, and what stays open is the certificate.
 */
public final class KeyAdvisor {
    /** How long to look for a better choice and a better certificate. */
    public enum Effort {
        /** For who asks every few queries: the greedy choice and swaps, without a certificate. */
        LEAST(0, 0),
        /** For who asks every few hundred queries. */
        QUICK(100, 12),
        USUAL(200, 300);

        private final int mostSteps;
        private final int branches;

        Effort(int mostSteps, int branches) {
            this.mostSteps = mostSteps;
            this.branches = branches;
        }
    }

    private static final int LEAST_STEPS = 20;
    /** Steps times ways, so that a proposal takes a second, not a minute. */
    private static final long STEP_WAYS = 40_000_000;

    private static final int STEPS_PER_TRY = 4;
    /** Prices are looked for first to a tenth of what a query costs on average, in the end to a millionth of what all cost. */
    private static final double STARTS_PER_QUERY = 10;

    private static final double CLOSE = 1e-6;

    private final WorkloadCost costs;
    private final KeyBudget budget;
    private final Effort effort;
    private final GreedyFill fill;
    private final boolean[] isPinned;
    private final byte[] states;
    private final double[] prices;
    private final Selection best;
    private final Selection trial;
    private double bound = Double.POSITIVE_INFINITY;

    private KeyAdvisor(WorkloadCost costs, KeyBudget budget, Effort effort) {
        this.effort = effort;
        budget.requireKnown(costs);
        this.costs = costs;
        this.budget = budget;
        fill = new GreedyFill(costs, budget);
        isPinned = new boolean[costs.keyCount()];
        states = new byte[costs.keyCount()];
        for (int key = 0; key < isPinned.length; key++) {
            isPinned[key] = budget.isPinned(costs.key(key));
            states[key] = isPinned[key] ? SavingBound.IN : fill.isBanned(key) ? SavingBound.OUT : SavingBound.FREE;
        }
        prices = new double[costs.queryCount()];
        best = fill.newSelection();
        trial = fill.newSelection();
    }

    /**
     * The keys to keep of those that the workload knows.
     *
     * @throws io.keyfarm.rows.BadValueException if a pinned key is none of them
     */
    public static KeyProposal advise(WorkloadCost costs, KeyBudget budget) {
        return advise(costs, budget, Effort.USUAL);
    }

    public static KeyProposal advise(WorkloadCost costs, KeyBudget budget, Effort effort) {
        final KeyAdvisor advisor = new KeyAdvisor(costs, budget, effort);
        advisor.choose();
        return advisor.proposal();
    }

    /** At most so many keys for what was asked, where nothing else is known of the table. */
    public static KeyProposal advise(QueryTally tally, int keys) {
        return advise(GuessedCosts.of(tally, CostModel.typical()), KeyBudget.ofKeys(keys));
    }

    /**
     * The best keys there are, by branch and bound, which may take exponential time: what {@link #advise} is measured by.
     *
     * @param maxNodes after so many branches it stops, and the proposal's certificate says what is open
     */
    public static KeyProposal best(WorkloadCost costs, KeyBudget budget, int maxNodes) {
        final KeyAdvisor advisor = new KeyAdvisor(costs, budget, Effort.USUAL);
        advisor.choose(maxNodes);
        return advisor.proposal();
    }

    /**
     * How good these keys are: they are what is proposed, with what each is worth, held against the bound that no choice within the
     * budget exceeds.
     */
    public static KeyProposal judge(WorkloadCost costs, KeyBudget budget, Collection<String> kept) {
        final KeyAdvisor advisor = new KeyAdvisor(costs, budget, Effort.QUICK);
        advisor.choose();
        return KeyProposal.of(Selection.of(costs, kept), budget, advisor.bound);
    }

    private void choose() {
        choose(effort.branches);
    }

    private void choose(int branches) {
        begin(best);
        if (!fill.fits(best)) {
            bound = best.saved();
            return;
        }
        final SwapSearch swaps = new SwapSearch(costs, fill, isPinned);
        for (final Measure measure : Measure.values()) {
            begin(trial);
            fill.fill(trial, measure, -1);
            keepTrialIfBetter();
        }
        swaps.improve(best);
        if (effort.mostSteps > 0) {
            swaps.improveWidely(best);
            bound(swaps, branches);
        }
    }

    private void bound(SwapSearch swaps, int branches) {
        for (int query = 0; query < prices.length; query++) {
            prices[query] = best.saved(query);
        }
        // No choice needs what another key of its table replaces for every query.
        Dominance.putOut(costs, fill.limits(), states);
        final SavingBound savings = new SavingBound(costs, budget, states);
        final double before = best.saved();
        final double paid = costs.costWithout() - best.saved();
        savings.smooth(
                prices, states, costs.costWithout() / STARTS_PER_QUERY / Math.max(1, prices.length), paid * CLOSE);
        bound = savings.tighten(prices, states, steps(), new SavingBound.OnStep() {
            private int step;

            @Override
            public double lower(double least) {
                if (step++ % STEPS_PER_TRY == 0) {
                    tryShares(savings);
                }
                return best.saved();
            }
        });
        if (best.saved() > before) {
            swaps.improveWidely(best);
        }
        branch(savings, branches);
    }

    private void branch(SavingBound savings, int maxNodes) {
        if (fill.fits(best) && bound > best.saved()) {
            final double open = new ExactChoice(costs, budget, savings, prices, states, best).search(maxNodes);
            bound = Math.max(best.saved(), Math.min(bound, open));
        }
    }

    private int steps() {
        return (int) Math.min(effort.mostSteps, Math.max(LEAST_STEPS, STEP_WAYS / Math.max(1, costs.wayCount())));
    }

    private void begin(Selection selection) {
        selection.clear();
        for (int key = 0; key < isPinned.length; key++) {
            if (isPinned[key]) {
                selection.add(key);
            }
        }
    }

    private void tryShares(SavingBound savings) {
        begin(trial);
        for (int key = 0; key < isPinned.length; key++) {
            if (savings.share(key) == 1) {
                trial.add(key);
                if (!fill.fits(trial)) {
                    trial.remove(key);
                }
            }
        }
        fill.fill(trial, Measure.DENSITY, -1);
        keepTrialIfBetter();
    }

    private void keepTrialIfBetter() {
        if (fill.fits(trial) && trial.saved() > best.saved()) {
            best.copyFrom(trial);
        }
    }

    private KeyProposal proposal() {
        prune();
        return KeyProposal.of(best, budget, bound);
    }

    /** Keys that came early and whose queries later ones serve are not worth their bytes. */
    private void prune() {
        for (final int key : best.keys()) {
            if (!isPinned[key] && best.loss(key) <= best.saved() * 1e-12) {
                best.remove(key);
            }
        }
    }
}
