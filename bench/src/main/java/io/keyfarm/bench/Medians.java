package io.keyfarm.bench;

import java.util.Arrays;

/** Some numbers, and the one in their middle. */
final class Medians {
    private double[] values = new double[16];
    private int count;

    void add(double value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    double median() {
        if (count == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        final double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }

    /** The value below which this share of all lie, such as 0.99. */
    double quantile(double share) {
        final double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1L, (long) (share * count))];
    }
}
