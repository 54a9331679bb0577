package io.keyfarm.bench;

/** The worst of some measurements, and which it was. */
final class Worst {
    double value = Double.NaN;
    private String name = "nothing measured";
    private int count;

    void low(double measured, String of) {
        count++;
        if (Double.isNaN(value) || measured < value) {
            value = measured;
            name = of;
        }
    }

    void high(double measured, String of) {
        count++;
        if (Double.isNaN(value) || measured > value) {
            value = measured;
            name = of;
        }
    }

    /** Which it was, and of how many. */
    @Override
    public String toString() {
        return "worst of %d: %s".formatted(count, name);
    }
}
