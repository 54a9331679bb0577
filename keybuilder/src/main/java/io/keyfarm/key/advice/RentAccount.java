package io.keyfarm.key.advice;

/**
 * Whether a change of keys has earned its building: who rents skis buys them once the rent paid comes near the price (Karlin,
 * Manasse, Rudolph, Sleator, 1988).
 *
 * <pre>
 *   balance    every query adds what the change would have saved it, or takes away what it would have lost
 *   due        at a fraction of what the build costs
 *
 *     fraction ┤- - - - - - - - - - - - - - - - - ╱ due
 *            0 ┤            a shift: ╱╲╱
 *        −debt ┤ ╲_______________╱   what was good for long is not given up for a moment
 * </pre>
 *
 * The balance fades with the work that queries make, so that a few queries now and then never add up. What saves only a small
 * part of the work has to save up more: a build that was not worth it costs more then than having gone without. All amounts
 * are in one unit, nanoseconds mostly. For one thread.
 */
final class RentAccount {
    /** More would keep what is better for both of two workloads from ever coming. */
    private static final double MOST_HEAT = 2;

    private final RentTerms terms;
    private final double buildCost;
    private double balance;
    /** The lowest it ever was, and the work since then. */
    private double low;

    private double workSinceLow;

    RentAccount(RentTerms terms, double buildCost) {
        this.terms = terms;
        this.buildCost = buildCost;
    }

    /**
     * @param work what the queries cost as things are
     * @param saved how much less they would have cost after the change; below 0 if more
     */
    void onQueries(double work, double saved) {
        final double faded = balance * Math.pow(0.5, work / (terms.halfLife() * buildCost));
        balance = Math.max(-terms.debt() * buildCost, faded + saved);
        workSinceLow += work;
        if (balance <= low) {
            low = balance;
            workSinceLow = 0;
        }
    }

    /** The part of the work that was saved since the balance turned upwards. */
    private double partSaved() {
        return workSinceLow == 0 ? 1 : (balance - low) / workSinceLow;
    }

    double balance() {
        return balance;
    }

    /**
     * @param heat how often, fading, its queries have lost their keys before
     * @param isSwap whether another key has to go
     */
    double price(double heat, boolean isSwap) {
        return fraction()
                * buildCost
                * Math.pow(terms.again(), Math.min(MOST_HEAT, heat))
                * (isSwap ? terms.swap() : 1);
    }

    private double fraction() {
        return Math.min(
                Math.max(1, terms.fraction()), terms.fraction() * Math.max(1, terms.worthwhile() / partSaved()));
    }
}
