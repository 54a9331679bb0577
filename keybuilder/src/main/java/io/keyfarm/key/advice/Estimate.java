package io.keyfarm.key.advice;

/** What reading through a key is expected to take: rows out of it, and seeks into it. */
public record Estimate(double rows, double seeks) {
    public static final Estimate NOTHING = new Estimate(0, 0);
}
