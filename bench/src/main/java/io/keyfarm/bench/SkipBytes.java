package io.keyfarm.bench;

import io.keyfarm.bench.ChoiceWorkload.Source;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyAdvisor.Effort;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.WhatIf;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.rows.MemoryLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * How many bytes of keys an advisor saves that knows of skips, beside one that counts prefixes only. Both choose from the same
 * keys by the same sample, both sets are read with skips, and scored executed.
 *
 * <pre>
 *   cost │ p                      each is given room for half a key and more; the least bytes with which it comes to a cost
 *      c ┼──s─────p               are compared: here those of s and of p at the cost c
 *        │     s      p
 *        └──────────────── bytes
 * </pre>
 *
 * Keys come whole, so where one stands just at a cost, the other has some to spare. The costs compared at are therefore those
 * of the one with room for two, four and eight keys, and those of the other. Who does not come to a cost at all takes the most
 * there is room for.
 *
 * <p>Over as many rows as the part {@code match}: whether a skip pays is a matter of how many rows there are to skip, and 50,000
 * are scanned in the time of 250 seeks.
 */
final class SkipBytes {
    private static final int ROWS = 1_000_000;
    private static final int MOST_VALUES = 200_000;
    private static final int TABLES = 2;
    private static final int WORKLOADS_A_TABLE = 4;
    private static final int THOUGHT_OF = 150;
    /** Room for so many cold keys. */
    private static final double[] BUDGETS = {0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12};

    private static final List<Double> COMPARED = List.of(2.0, 4.0, 8.0);

    private final long firstSeed;
    private final CostModel costModel;
    private final Medians ratios = new Medians();
    private final Medians costs = new Medians();
    private double bytes;
    private double prefixBytes;

    SkipBytes(long firstSeed, CostModel costModel) {
        this.firstSeed = firstSeed;
        this.costModel = costModel;
    }

    /** The keys chosen for a budget. */
    private record Chosen(double budget, double bytes, double cost) {}

    /** What both choose for a workload, by growing budgets. */
    private record Choices(List<Chosen> bySkips, List<Chosen> byPrefix) {}

    void run() throws IOException {
        final List<Callable<List<Choices>>> tables = new ArrayList<>();
        for (int i = 0; i < TABLES; i++) {
            final long seed = firstSeed + (long) i * WORKLOADS_A_TABLE;
            tables.add(() -> run(seed));
        }
        SideBySide.run(tables, some -> some.forEach(this::add));
    }

    private List<Choices> run(long seed) {
        final List<Choices> choices = new ArrayList<>();
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        try (ChoiceTable table = new ChoiceTable(seed, ROWS, MOST_VALUES, costModel, ledger)) {
            for (int i = 0; i < WORKLOADS_A_TABLE; i++) {
                final ChoiceWorkload workload = new ChoiceWorkload(table, seed + i);
                final Set<KeySpec> keys = workload.thoughtOf(THOUGHT_OF);
                keys.addAll(workload.screened(WhatIf.MOST_ORDERS));
                choices.add(new Choices(
                        chosen(workload, workload.costs(Source.GUESSED, keys)),
                        chosen(workload, workload.costs(Source.GUESSED_BY_PREFIX, keys))));
                table.forget();
            }
        }
        return choices;
    }

    private static List<Chosen> chosen(ChoiceWorkload workload, WorkloadCost guessed) {
        final List<Chosen> chosen = new ArrayList<>();
        for (final double budget : BUDGETS) {
            final KeyProposal proposal = KeyAdvisor.advise(guessed, workload.budget(budget), Effort.QUICK);
            final List<String> keys =
                    proposal.keys().stream().map(ProposedKey::name).toList();
            chosen.add(new Chosen(budget, (double) proposal.bytes(), workload.executed(keys)));
        }
        return chosen;
    }

    private void add(Choices it) {
        compare(it, it.byPrefix());
        compare(it, it.bySkips());
        for (int i = 0; i < BUDGETS.length; i++) {
            if (COMPARED.contains(BUDGETS[i])) {
                costs.add(it.bySkips().get(i).cost() / it.byPrefix().get(i).cost());
            }
        }
    }

    private void compare(Choices it, List<Chosen> costsOf) {
        for (final Chosen at : costsOf) {
            if (COMPARED.contains(at.budget())) {
                final double skips = leastBytes(it.bySkips(), at.cost());
                final double prefixes = leastBytes(it.byPrefix(), at.cost());
                bytes += skips;
                prefixBytes += prefixes;
                ratios.add(skips / prefixes);
            }
        }
    }

    /** With which it costs no more. */
    private static double leastBytes(List<Chosen> all, double cost) {
        return all.stream()
                .filter(it -> it.cost() <= cost)
                .mapToDouble(Chosen::bytes)
                .min()
                .orElseGet(() -> all.stream().mapToDouble(Chosen::bytes).max().orElse(0));
    }

    void addTo(Report report, PrintWriter out) {
        final int workloads = TABLES * WORKLOADS_A_TABLE;
        out.printf(
                "Key bytes that know of skips, over those that count prefixes only, at no higher cost: %d workloads over %,d rows, at"
                        + " costs of either with room for 2, 4 and 8 keys%n%nmedian %.2f, all together %.2f; cost with the same"
                        + " room, median %.2f%n%n",
                workloads, ROWS, ratios.median(), bytes / prefixBytes, costs.median());
        report.add(Figure.lower(
                "skip.keyBytes",
                bytes / prefixBytes,
                "of key bytes",
                "choosing by prefixes only, %d workloads".formatted(workloads),
                1,
                0.6));
    }
}
