package io.keyfarm.bench;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.util.List;

/**
 * A table with its keys replaced by the same rows, and then ten times one row appended for each hundred that it has.
 *
 * <pre>
 *   | rows of the table                                  | 1 % | 1 % | … |
 *     replaced, keys and all                               appended, one after the other
 * </pre>
 */
final class AppendRace {
    static final int APPENDS = 10;
    private static final int ROUNDS = 3;
    private static final int SHARE = 100;

    private final String table;
    private final Slab slab;
    private final List<SeekCase> keys;
    private double rebuildNs;
    private double firstNs;
    private double meanNs;

    AppendRace(Slab slab, List<SeekCase> keys) {
        this.slab = slab;
        this.keys = keys;
        table = slab.schema().name();
    }

    /** @throws WrongAnswerException if the table has not all rows at the end */
    void run() throws IOException {
        final int more = slab.rowCount() / (SHARE + APPENDS);
        final int main = more * SHARE;
        final Medians rebuilds = new Medians();
        final Medians firsts = new Medians();
        final Medians means = new Medians();
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()))) {
            farm.load(new SlabRows(slab, 0, main));
            keys.forEach(key -> farm.keys(table, key.spec().toString()));
            for (int round = 0; round < ROUNDS; round++) {
                final long startNs = ThreadClock.cpuNs();
                farm.replace(new SlabRows(slab, 0, main));
                rebuilds.add((double) (ThreadClock.cpuNs() - startNs));
                double sumNs = 0;
                for (int i = 0; i < APPENDS; i++) {
                    final int first = main + i * more;
                    final long appendNs = ThreadClock.cpuNs();
                    farm.append(table, new SlabRows(slab, first, first + more));
                    final double elapsedNs = (double) (ThreadClock.cpuNs() - appendNs);
                    sumNs += elapsedNs;
                    if (i == 0) {
                        firsts.add(elapsedNs);
                    }
                }
                means.add(sumNs / APPENDS);
            }
            if (farm.rowCount() != main + more * APPENDS) {
                throw new WrongAnswerException("%s has %,d rows".formatted(table, farm.rowCount()));
            }
        }
        rebuildNs = rebuilds.median();
        firstNs = firsts.median();
        meanNs = means.median();
    }

    String name() {
        return table + ", " + keys.size() + " keys";
    }

    double rebuildMs() {
        return rebuildNs / 1e6;
    }

    double firstMs() {
        return firstNs / 1e6;
    }

    double meanMs() {
        return meanNs / 1e6;
    }

    /** One percent appended to a table that is one segment, over the whole table. */
    double firstShare() {
        return firstNs / rebuildNs;
    }

    /** One percent of ten appended in succession, merging them included. */
    double meanShare() {
        return meanNs / rebuildNs;
    }
}
