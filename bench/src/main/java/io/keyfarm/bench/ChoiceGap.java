package io.keyfarm.bench;

import io.keyfarm.bench.ChoiceWorkload.Source;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.rows.MemoryLedger;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * How much more the chosen keys cost than the best there are, over seeded workloads and three budgets: the advisor, and the
 * rules of thumb.
 *
 * <pre>
 *   a sample's guesses ─► advisor ─► its keys ┐
 *   the shapes' hits ─► rules of thumb ─► keys ├─► cost by executed seeks and rows, over that of the best by those
 *                       branch and bound ─► keys ┘
 * </pre>
 *
 * Where branch and bound ends early, the ratios to the best keys known and to its bound are both told.
 */
final class ChoiceGap {
    /** The budgets: room for so many cold keys. */
    static final int[] KEYS = {2, 4, 8};

    private static final int WORKLOADS_A_TABLE = 100;
    private static final int MAX_NODES = 100;
    private static final double CLOSE = 1e-6;
    /** What costs so many times the best has failed. */
    private static final double FAILED = 1.25;

    private final long firstSeed;
    private final int workloads;
    private final CostModel costModel;
    private final Gap advisor = new Gap("advisor");
    private final Gap exact = new Gap("advisor, true costs");
    private final List<Gap> thumbs = List.of(new Gap("frequency order"), new Gap("+10 and -1"), new Gap("query score"));
    private int open;
    private double certainty = 1;
    private long adviseNs;
    private long slowestNs;
    private long executions;
    private long tookNs;

    ChoiceGap(long firstSeed, int workloads, CostModel costModel) {
        this.firstSeed = firstSeed;
        this.workloads = workloads;
        this.costModel = costModel;
    }

    void run() {
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        final long startNs = System.nanoTime();
        for (int from = 0; from < workloads; from += WORKLOADS_A_TABLE) {
            final long tableSeed = firstSeed + from;
            try (ChoiceTable table = new ChoiceTable(tableSeed, costModel, ledger)) {
                final int to = Math.min(workloads, from + WORKLOADS_A_TABLE);
                for (int i = from; i < to; i++) {
                    run(firstSeed + i, new ChoiceWorkload(table, firstSeed + i));
                }
                executions += table.executions();
            }
        }
        tookNs = System.nanoTime() - startNs;
    }

    private void run(long seed, ChoiceWorkload workload) {
        final List<ShapeHits> hits = workload.hits();
        final WorkloadCost guessed = workload.costs(Source.GUESSED, List.of());
        final List<KeySpec> all = new ArrayList<>();
        for (final int keyCount : KEYS) {
            rules(seed).forEach(rule -> all.addAll(rule.propose(hits, keyCount)));
        }
        final WorkloadCost costs = workload.costs(Source.EXECUTED, all);
        for (final int keyCount : KEYS) {
            final KeyBudget budget = workload.budget(keyCount);
            final KeyProposal proposal = advise(guessed, budget);
            final double chosen = workload.cost(
                    Source.EXECUTED,
                    proposal.keys().stream().map(ProposedKey::name).toList());
            final KeyProposal best = KeyAdvisor.best(costs, budget, MAX_NODES);
            if (best.leastCost() < best.cost() * (1 - CLOSE)) {
                open++;
            }
            if (chosen < best.leastCost() * (1 - CLOSE) || proposal.bytes() > budget.maxBytes()) {
                throw new WrongAnswerException(
                        "seed " + seed + ": better than the best, or over budget\n" + proposal.report());
            }
            final double known = Math.min(best.cost(), chosen);
            final String at = "seed " + seed + ", room for " + keyCount + " keys";
            advisor.add(at, chosen, known, best.leastCost());
            exact.add(at, KeyAdvisor.advise(costs, budget).cost(), known, best.leastCost());
            final List<KeyHeuristic> rules = rules(seed);
            for (int i = 0; i < rules.size(); i++) {
                final List<String> keys = rules.get(i).propose(hits, keyCount).stream()
                        .map(KeySpec::toString)
                        .toList();
                thumbs.get(i).add(at, workload.cost(Source.EXECUTED, keys), known, best.leastCost());
            }
        }
    }

    private static List<KeyHeuristic> rules(long seed) {
        return List.of(new FrequencyOrder(), new TenForAUse(seed), new QueryScore(field -> Integer.BYTES));
    }

    private KeyProposal advise(WorkloadCost costs, KeyBudget budget) {
        final long startNs = ThreadClock.cpuNs();
        final KeyProposal proposal = KeyAdvisor.advise(costs, budget);
        final long tookNs = ThreadClock.cpuNs() - startNs;
        adviseNs += tookNs;
        slowestNs = Math.max(slowestNs, tookNs);
        certainty = Math.min(certainty, proposal.certainty());
        return proposal;
    }

    double mean() {
        return advisor.known.mean();
    }

    void addTo(Report report, PrintWriter out) {
        out.printf(
                "Cost of the keys chosen over that of the best, %d workloads (seeds %d to %d), three budgets; %,d executed"
                        + " reads of %,d rows, %,d of them sampled for the advisor%n%n",
                workloads, firstSeed, firstSeed + workloads - 1, executions, ChoiceTable.ROWS, ChoiceTable.SAMPLE_ROWS);
        out.printf("%-20s %8s %8s %8s %8s %8s  %s%n", "", "mean", "worst", "of bound", "worst", "failed", "worst at");
        final List<Gap> gaps = new ArrayList<>(List.of(advisor, exact));
        gaps.addAll(thumbs);
        for (final Gap gap : gaps) {
            out.printf(
                    "%-20s %8.4f %8.3f %8.4f %8.3f %6.1f %%  %s%n",
                    gap.name,
                    gap.known.mean(),
                    gap.known.worst,
                    gap.bound.mean(),
                    gap.bound.worst,
                    100.0 * gap.failed / gap.known.count,
                    gap.known.worstAt);
        }
        out.printf(
                "%nOptimum proven within %,d branches: %d of %d; where not, the best keys known stand for it, and in 'of"
                        + " bound' what no keys go below.%nLeast certificate %.3f. Advice: %.1f ms, at most %.1f; all this %.0f s%n%n",
                MAX_NODES,
                advisor.known.count - open,
                advisor.known.count,
                certainty,
                adviseNs / 1e6 / advisor.known.count,
                slowestNs / 1e6,
                tookNs / 1e9);
        report.add(Figure.lower("choice.mean", advisor.known.mean(), "times", "the best keys", 1.01, 1.01));
        report.add(Figure.lower(
                "choice.worst", advisor.known.worst, "times", "the best keys, " + advisor.known.worstAt, 1.05, 1.05));
    }

    private static final class Gap {
        private final String name;
        private final Ratios known = new Ratios();
        private final Ratios bound = new Ratios();
        private int failed;

        Gap(String name) {
            this.name = name;
        }

        void add(String at, double cost, double bestKnown, double least) {
            known.add(cost / bestKnown, at);
            bound.add(cost / least, at);
            failed += cost / bestKnown > FAILED ? 1 : 0;
        }
    }

    /** Their mean, and the worst. */
    private static final class Ratios {
        private double sum;
        private int count;
        private double worst = 1;
        private String worstAt = "";

        void add(double ratio, String at) {
            sum += ratio;
            count++;
            if (ratio > worst) {
                worst = ratio;
                worstAt = at;
            }
        }

        double mean() {
            return sum / count;
        }
    }
}
