package io.keyfarm.bench;

import io.keyfarm.bench.ChoiceWorkload.Source;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyAdvisor.Effort;
import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.WhatIf;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.rows.MemoryLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

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
 * The best are looked for as an advisor does who is told what was executed. Where that is not proven, the ratios to the best
 * keys known and to the bound that none exceed are both told.
 */
final class ChoiceGap {
    /** The budgets: room for so many cold keys. */
    static final int[] KEYS = {2, 4, 8};

    private static final int WORKLOADS_A_TABLE = 100;
    /** The best may be of these as well, and of the rules' keys. */
    private static final int MOST_OTHERS = 80;

    /** Branches beyond those that the advisor takes for itself. */
    private static final int FULL_NODES = 1_000;

    /** No choice is to cost more times the best. */
    private static final double MUST = 1.05;

    private static final double CLOSE = 1e-6;
    /** What costs so many times the best has failed. */
    private static final double FAILED = 1.25;

    private final long firstSeed;
    private final int workloads;
    private final CostModel costModel;
    private final boolean isFull;
    private final Gap advisor = new Gap("advisor");
    private final List<Gap> thumbs = List.of(new Gap("frequency order"), new Gap("+10 and -1"), new Gap("query score"));
    private final List<String> misses = new ArrayList<>();
    private int open;
    private double certainty = 1;
    private long adviseNs;
    private long slowestNs;
    private long executions;
    private long tookNs;

    /** @param isFull to look for the best longer */
    ChoiceGap(long firstSeed, int workloads, CostModel costModel, boolean isFull) {
        this.firstSeed = firstSeed;
        this.workloads = workloads;
        this.costModel = costModel;
        this.isFull = isFull;
    }

    /** What was chosen for one workload and budget, and what it costs. */
    private record Choice(
            String at,
            KeyProposal guess,
            double chosen,
            KeyProposal best,
            double[] thumbs,
            String causes,
            long adviseNs) {}

    /** A table's choices, and how many reads they took. */
    private record Choices(List<Choice> all, long executions) {}

    /** Tables side by side, a thread for each of two; what comes out does not depend on that. */
    void run() throws IOException {
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        final long startNs = System.nanoTime();
        final List<Callable<Choices>> tables = new ArrayList<>();
        for (int from = 0; from < workloads; from += WORKLOADS_A_TABLE) {
            final int first = from;
            tables.add(() -> run(first, Math.min(workloads, first + WORKLOADS_A_TABLE), ledger));
        }
        SideBySide.run(tables, choices -> {
            executions += choices.executions();
            choices.all().forEach(this::add);
        });
        tookNs = System.nanoTime() - startNs;
    }

    private Choices run(int from, int to, MemoryLedger ledger) {
        final List<Choice> choices = new ArrayList<>();
        try (ChoiceTable table = new ChoiceTable(firstSeed + from, costModel, ledger)) {
            for (int i = from; i < to; i++) {
                choices.addAll(choices(firstSeed + i, new ChoiceWorkload(table, firstSeed + i)));
            }
            return new Choices(choices, table.executions());
        }
    }

    private List<Choice> choices(long seed, ChoiceWorkload workload) {
        final List<ShapeHits> hits = workload.hits();
        final Set<KeySpec> screened = workload.screened(WhatIf.MOST_ORDERS);
        final WorkloadCost guessed = workload.costs(Source.GUESSED, screened);
        final Set<KeySpec> all = new LinkedHashSet<>(screened);
        all.addAll(workload.thoughtOf(MOST_OTHERS));
        for (final int keyCount : KEYS) {
            rules(seed).forEach(rule -> all.addAll(rule.propose(hits, keyCount)));
        }
        final WorkloadCost costs = workload.costs(Source.EXECUTED, all);
        final List<Choice> choices = new ArrayList<>();
        for (final int keyCount : KEYS) {
            final KeyBudget budget = workload.budget(keyCount);
            final long startNs = ThreadClock.cpuNs();
            // As an engine asks that grows its keys.
            final KeyProposal proposal = KeyAdvisor.advise(guessed, budget, Effort.QUICK);
            final long adviseNs = ThreadClock.cpuNs() - startNs;
            if (proposal.bytes() > budget.maxBytes()) {
                throw new WrongAnswerException("seed " + seed + ": over budget\n" + proposal.report());
            }
            final KeyProposal best =
                    isFull ? KeyAdvisor.best(costs, budget, FULL_NODES) : KeyAdvisor.advise(costs, budget);
            final double chosen = workload.cost(Source.EXECUTED, names(proposal));
            choices.add(new Choice(
                    "seed " + seed + ", room for " + keyCount + " keys",
                    proposal,
                    chosen,
                    best,
                    rules(seed).stream()
                            .mapToDouble(rule -> workload.cost(Source.EXECUTED, names(rule.propose(hits, keyCount))))
                            .toArray(),
                    chosen > MUST * best.cost()
                            ? causes(workload.costs(Source.EXECUTED, screened), budget, chosen, best.cost())
                            : "",
                    adviseNs));
        }
        return choices;
    }

    /** What a miss is made of: the product of these is the whole. */
    private static String causes(WorkloadCost costs, KeyBudget budget, double chosen, double best) {
        final double leastOfScreened = KeyAdvisor.advise(costs, budget).cost();
        final double found = KeyAdvisor.advise(costs, budget, Effort.QUICK).cost();
        return " = %.3f for candidates that are none, %.3f for the search, %.3f for guesses"
                .formatted(leastOfScreened / best, found / leastOfScreened, chosen / found);
    }

    private static List<String> names(KeyProposal proposal) {
        return proposal.keys().stream().map(ProposedKey::name).toList();
    }

    private static List<String> names(List<KeySpec> keys) {
        return keys.stream().map(KeySpec::toString).toList();
    }

    private void add(Choice it) {
        final double least = it.best().leastCost();
        if (it.chosen() < least * (1 - CLOSE)) {
            throw new WrongAnswerException(
                    it.at() + ": better than the best\n" + it.guess().report());
        }
        open += least < it.best().cost() * (1 - CLOSE) ? 1 : 0;
        adviseNs += it.adviseNs();
        slowestNs = Math.max(slowestNs, it.adviseNs());
        certainty = Math.min(certainty, it.guess().certainty());
        final double known = Math.min(it.best().cost(), it.chosen());
        advisor.add(it.at(), it.chosen(), known, least);
        if (it.chosen() > MUST * known) {
            misses.add("%s: %.3f%s".formatted(it.at(), it.chosen() / known, it.causes()));
        }
        for (int i = 0; i < thumbs.size(); i++) {
            thumbs.get(i).add(it.at(), it.thumbs()[i], known, least);
        }
    }

    private static List<KeyHeuristic> rules(long seed) {
        return List.of(new FrequencyOrder(), new TenForAUse(seed), new QueryScore(field -> Integer.BYTES));
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
        final List<Gap> gaps = new ArrayList<>(List.of(advisor));
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
        out.printf("%nThe advisor's above %.2f: %s%n", MUST, misses.isEmpty() ? "none" : misses.size());
        misses.forEach(it -> out.printf("  %s%n", it));
        out.printf(
                "%nOptimum proven: %d of %d; where not, the best keys known stand for it, and in 'of bound' what no keys go"
                        + " below.%nLeast certificate %.3f. Advice: %.1f ms of CPU, at most %.1f; all this %.0f s%n%n",
                advisor.known.count - open,
                advisor.known.count,
                certainty,
                adviseNs / 1e6 / advisor.known.count,
                slowestNs / 1e6,
                tookNs / 1e9);
        report.add(Figure.lower("choice.mean", advisor.known.mean(), "times", "the best keys", 1.01, 1.01));
        report.add(Figure.lower(
                "choice.worst", advisor.known.worst, "times", "the best keys, " + advisor.known.worstAt, MUST, MUST));
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
