package io.keyfarm.key.advice;

/**
 * What reading through a key is expected to take.
 *
 * @param rows that it leads to
 * @param seeks into it
 * @param examined entries that the walk looks at, whether they match or not
 */
public record Estimate(double rows, double seeks, double examined) {
    public static final Estimate NOTHING = new Estimate(0, 0, 0);

    /** Where nothing is walked over on the way. */
    public Estimate(double rows, double seeks) {
        this(rows, seeks, 0);
    }
}
