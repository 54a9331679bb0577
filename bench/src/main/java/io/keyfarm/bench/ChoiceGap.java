package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.WorkloadCost;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * How much more the chosen keys cost than the best there are, over seeded workloads and three budgets: the advisor, and the
 * rules of thumb. Where branch and bound ends early, its bound stands for the best.
 */
final class ChoiceGap {
    private static final int MAX_NODES = 1_000;

    private final long firstSeed;
    private final int workloads;
    private final Gap advisor = new Gap("advisor");
    private final Gap frequency = new Gap("frequency order");
    private final Gap tens = new Gap("+10 and -1");
    private final Gap scores = new Gap("query score");
    private int open;
    private double certainty = 1;
    private long adviseNs;
    private long slowestNs;

    ChoiceGap(long firstSeed, int workloads) {
        this.firstSeed = firstSeed;
        this.workloads = workloads;
    }

    void run() {
        for (long seed = firstSeed; seed < firstSeed + workloads; seed++) {
            final ChoiceWorkload workload = new ChoiceWorkload(seed);
            for (final KeyBudget budget : ChoiceWorkload.budgets()) {
                run(seed, workload, budget);
            }
        }
    }

    private void run(long seed, ChoiceWorkload workload, KeyBudget budget) {
        final int keyCount = (int) (budget.maxBytes() / ChoiceWorkload.COLD_BYTES);
        final List<ShapeHits> hits = workload.hits();
        final List<KeySpec> byFrequency = new FrequencyOrder().propose(hits, keyCount);
        final List<KeySpec> byTens = new TenForAUse(seed).propose(hits, keyCount);
        final List<KeySpec> byScore = new QueryScore(field -> 4).propose(hits, keyCount);
        final List<KeySpec> all = new ArrayList<>(byFrequency);
        all.addAll(byTens);
        all.addAll(byScore);
        final WorkloadCost costs = workload.costs(all);
        final long startNs = ThreadClock.cpuNs();
        final KeyProposal proposal = KeyAdvisor.advise(costs, budget);
        final long tookNs = ThreadClock.cpuNs() - startNs;
        adviseNs += tookNs;
        slowestNs = Math.max(slowestNs, tookNs);
        certainty = Math.min(certainty, proposal.certainty());
        final KeyProposal best = KeyAdvisor.best(costs, budget, MAX_NODES);
        if (best.leastCost() < best.cost() * (1 - 1e-6)) {
            open++;
        }
        if (proposal.cost() < best.leastCost() * (1 - 1e-6) || proposal.bytes() > budget.maxBytes()) {
            throw new WrongAnswerException(
                    "seed " + seed + ": better than the best, or over budget\n" + proposal.report());
        }
        advisor.add(seed, keyCount, proposal.cost() / best.leastCost());
        frequency.add(seed, keyCount, cost(costs, byFrequency) / best.leastCost());
        tens.add(seed, keyCount, cost(costs, byTens) / best.leastCost());
        scores.add(seed, keyCount, cost(costs, byScore) / best.leastCost());
    }

    /** What all queries cost with just these keys, cold. */
    private static double cost(WorkloadCost costs, List<KeySpec> keys) {
        KeyBudget budget = KeyBudget.ofKeys(0);
        for (final KeySpec key : keys) {
            budget = budget.pin(key.toString());
        }
        return KeyAdvisor.advise(costs, budget.keys(keys.size())).cost();
    }

    double mean() {
        return advisor.mean();
    }

    double worst() {
        return advisor.worst;
    }

    int open() {
        return open;
    }

    void addTo(Report report, PrintWriter out) {
        out.printf(
                "Cost of the keys chosen over that of the best, %d workloads (seeds %d to %d), three budgets%n%n",
                workloads, firstSeed, firstSeed + workloads - 1);
        out.printf("%-16s %8s %8s  %s%n", "", "mean", "worst", "at");
        for (final Gap gap : List.of(advisor, frequency, tens, scores)) {
            out.printf("%-16s %8.4f %8.3f  %s%n", gap.name, gap.mean(), gap.worst, gap.worstAt);
        }
        out.printf(
                "%nOptimum not proven within %,d branches: %d of %d, its bound taken. Least certificate %.3f."
                        + " Advice: %.1f ms, at most %.1f%n%n",
                MAX_NODES, open, advisor.count, certainty, adviseNs / 1e6 / advisor.count, slowestNs / 1e6);
        report.add(Figure.lower("choice.mean", advisor.mean(), "times", "the best keys", 1.01, 1.01));
        report.add(
                Figure.lower("choice.worst", advisor.worst, "times", "the best keys, " + advisor.worstAt, 1.05, 1.05));
    }

    private static final class Gap {
        private final String name;
        private double sum;
        private int count;
        private double worst = 1;
        private String worstAt = "";

        Gap(String name) {
            this.name = name;
        }

        void add(long seed, int keys, double ratio) {
            sum += ratio;
            count++;
            if (ratio > worst) {
                worst = ratio;
                worstAt = "seed " + seed + ", room for " + keys + " keys";
            }
        }

        double mean() {
            return sum / count;
        }
    }
}
