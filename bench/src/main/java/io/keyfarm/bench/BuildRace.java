package io.keyfarm.bench;

import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;

/** One key built again and again, and the same order once by comparisons in their midst. */
final class BuildRace {
    private static final int BUILDS = 5;
    private static final int PLAIN_AT = 2;

    private final MemoryLedger ledger;
    private double keyNs;
    private double plainNs;
    private int rowCount;

    BuildRace(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /** @throws WrongAnswerException if the two orders differ */
    void run(SeekCase seekCase) {
        rowCount = seekCase.slab().rowCount();
        final Medians builds = new Medians();
        for (int i = 0; i < BUILDS; i++) {
            final long startNs = ThreadClock.cpuNs();
            final SortedKey key = new KeyBuilder(ledger).build(seekCase.slab(), seekCase.spec(), KeyTier.HOT);
            builds.add((double) (ThreadClock.cpuNs() - startNs));
            try (key) {
                if (i == PLAIN_AT) {
                    sortPlainly(seekCase, key);
                }
            }
        }
        keyNs = builds.median();
    }

    private void sortPlainly(SeekCase seekCase, SortedKey key) {
        final long startNs = ThreadClock.cpuNs();
        final int[] rows = ComparatorSort.sort(seekCase.plain(), rowCount);
        plainNs = (double) (ThreadClock.cpuNs() - startNs);
        for (int i = 0; i < rowCount; i++) {
            if (rows[i] != key.rowNumber(i)) {
                throw new WrongAnswerException("%s: the key has row %d at index %d, the comparator row %d"
                        .formatted(seekCase.name(), key.rowNumber(i), i, rows[i]));
            }
        }
    }

    double keyRowsPerSecond() {
        return rowCount / keyNs * 1e9;
    }

    double plainRowsPerSecond() {
        return rowCount / plainNs * 1e9;
    }

    double factor() {
        return plainNs / keyNs;
    }
}
