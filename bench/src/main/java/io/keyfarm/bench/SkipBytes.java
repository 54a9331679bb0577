package io.keyfarm.bench;

import io.keyfarm.bench.ChoiceWorkload.Source;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyAdvisor;
import io.keyfarm.key.advice.KeyAdvisor.Effort;
import io.keyfarm.key.advice.KeyProposal;
import io.keyfarm.key.advice.ProposedKey;
import io.keyfarm.key.advice.WorkloadCost;
import io.keyfarm.rows.MemoryLedger;
import java.io.PrintWriter;
import java.util.List;

/**
 * How many bytes of keys an advisor saves that knows of skips. One that counts prefixes only is given room for four keys; the
 * other as little as it takes to have queries cost no more. Both sets are read with skips, and scored executed.
 */
final class SkipBytes {
    private static final int WORKLOADS = 24;
    private static final int KEYS = 4;
    private static final int STEPS = 16;

    private final long firstSeed;
    private final CostModel costModel;
    private final Medians ratios = new Medians();
    private double bytes;
    private double prefixBytes;

    SkipBytes(long firstSeed, CostModel costModel) {
        this.firstSeed = firstSeed;
        this.costModel = costModel;
    }

    void run() {
        final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
        try (ChoiceTable table = new ChoiceTable(firstSeed, costModel, ledger)) {
            for (int i = 0; i < WORKLOADS; i++) {
                run(new ChoiceWorkload(table, firstSeed + i));
            }
        }
    }

    private void run(ChoiceWorkload workload) {
        final KeyProposal plain = KeyAdvisor.advise(
                workload.costs(Source.GUESSED_BY_PREFIX, List.of()), workload.budget(KEYS), Effort.QUICK);
        final double enough = cost(workload, plain);
        final WorkloadCost guessed = workload.costs(Source.GUESSED, List.of());
        double least = plain.bytes();
        // From the least budget on: what costs no more than the other's is found at the first that does.
        for (int step = 1; step <= STEPS; step++) {
            final KeyProposal skipping =
                    KeyAdvisor.advise(guessed, workload.budget((double) KEYS * step / STEPS), Effort.QUICK);
            if (cost(workload, skipping) <= enough) {
                least = Math.min(least, (double) skipping.bytes());
                break;
            }
        }
        bytes += least;
        prefixBytes += plain.bytes();
        ratios.add(least / plain.bytes());
    }

    private static double cost(ChoiceWorkload workload, KeyProposal proposal) {
        return workload.cost(
                Source.EXECUTED, proposal.keys().stream().map(ProposedKey::name).toList());
    }

    void addTo(Report report, PrintWriter out) {
        out.printf(
                "Key bytes that know of skips, over those that count prefixes only, at no higher cost: %d workloads, median"
                        + " %.2f, all together %.2f%n%n",
                WORKLOADS, ratios.median(), bytes / prefixBytes);
        report.add(Figure.lower(
                "skip.keyBytes",
                bytes / prefixBytes,
                "of key bytes",
                "choosing by prefixes only, 24 workloads",
                1,
                0.6));
    }
}
