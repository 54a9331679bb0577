package io.keyfarm.bench;

import java.util.Arrays;

/**
 * The best that could have been done, had all queries been known: which keys to have in each epoch, so that reads and builds
 * together cost least. Dropping costs nothing, and there is no key before the first epoch.
 *
 * <pre>
 *   least[epoch][set] = reads[epoch][set] + min over sets before of least[epoch − 1][before] + builds of set \ before
 * </pre>
 *
 * Sets of at most so many keys are bits of an int; exact, by dynamic programming over all of them.
 */
final class Hindsight {
    static final int MAX_KEYS = 12;

    private final int[] sets;
    private final double buildNs;

    /** @param buildNs of a key */
    Hindsight(int keyCount, int mostKept, double buildNs) {
        if (keyCount > MAX_KEYS) {
            throw new IllegalArgumentException("of " + MAX_KEYS + " keys at most, not of " + keyCount);
        }
        this.buildNs = buildNs;
        int count = 0;
        final int[] found = new int[1 << keyCount];
        for (int set = 0; set < found.length; set++) {
            if (Integer.bitCount(set) <= mostKept) {
                found[count++] = set;
            }
        }
        sets = Arrays.copyOf(found, count);
    }

    /** @param scanNs of each query of an epoch without a key; keyNs by key and query */
    private static double readNs(int set, double[] scanNs, double[][] keyNs) {
        double sum = 0;
        for (int query = 0; query < scanNs.length; query++) {
            double least = scanNs[query];
            for (int left = set; left != 0; left &= left - 1) {
                least = Math.min(least, keyNs[Integer.numberOfTrailingZeros(left)][query]);
            }
            sum += least;
        }
        return sum;
    }

    /**
     * The set of keys for each epoch.
     *
     * @param asked by epoch: its queries, as places in the costs
     * @param scanNs what a query costs without a key
     * @param keyNs by key and query: what it costs by the key
     */
    int[] schedule(int[][] asked, double[] scanNs, double[][] keyNs) {
        final int[][] from = new int[asked.length][sets.length];
        double[] before = new double[sets.length];
        Arrays.setAll(before, i -> sets[i] == 0 ? 0 : Double.POSITIVE_INFINITY);
        for (int epoch = 0; epoch < asked.length; epoch++) {
            final double[] scans = pick(scanNs, asked[epoch]);
            final double[][] keys = new double[keyNs.length][];
            for (int key = 0; key < keys.length; key++) {
                keys[key] = pick(keyNs[key], asked[epoch]);
            }
            final double[] least = new double[sets.length];
            for (int i = 0; i < sets.length; i++) {
                least[i] = Double.POSITIVE_INFINITY;
                for (int j = 0; j < sets.length; j++) {
                    final double cost = before[j] + Integer.bitCount(sets[i] & ~sets[j]) * buildNs;
                    if (cost < least[i]) {
                        least[i] = cost;
                        from[epoch][i] = j;
                    }
                }
                least[i] += readNs(sets[i], scans, keys);
            }
            before = least;
        }
        int at = 0;
        for (int i = 1; i < sets.length; i++) {
            at = before[i] < before[at] ? i : at;
        }
        final int[] chosen = new int[asked.length];
        for (int epoch = asked.length - 1; epoch >= 0; epoch--) {
            chosen[epoch] = sets[at];
            at = from[epoch][at];
        }
        return chosen;
    }

    private static double[] pick(double[] all, int[] places) {
        return Arrays.stream(places).mapToDouble(place -> all[place]).toArray();
    }

    /** What a schedule costs. */
    double cost(int[] chosen, int[][] asked, double[] scanNs, double[][] keyNs) {
        double sum = 0;
        int before = 0;
        for (int epoch = 0; epoch < asked.length; epoch++) {
            final double[][] keys = new double[keyNs.length][];
            for (int key = 0; key < keys.length; key++) {
                keys[key] = pick(keyNs[key], asked[epoch]);
            }
            sum += Integer.bitCount(chosen[epoch] & ~before) * buildNs
                    + readNs(chosen[epoch], pick(scanNs, asked[epoch]), keys);
            before = chosen[epoch];
        }
        return sum;
    }
}
