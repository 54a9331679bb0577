package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;

/**
 * When a change of keys has earned its building: who rents skis buys them once the rent paid comes near the price (Karlin,
 * Manasse, Rudolph, Sleator, 1988).
 *
 * <pre>
 *   balance   every query adds what the change would have saved it, and takes away what it would have lost
 *   price     fraction · build cost · 8 ^ heat
 *   heat      one more with every build, and fading
 * </pre>
 *
 * The balance fades, so that a few queries now and then never add up, and does not fall below nothing. A change that is built
 * again soon after was undone costs eight times as much each time: two workloads that alternate stop moving keys after a few
 * turns, and a lasting shift, which comes rarely, is followed at once. Counted in queries, in any unit of work. One account is
 * for one change; for one thread.
 */
public final class RentAccount {
    /** Of what a build costs: more waits too long, less builds for passing needs. */
    public static final double FRACTION = 0.25;

    /** Queries after which half of a balance is forgotten. */
    public static final double BALANCE_HALF_LIFE = 2_000;

    /** Queries after which half of a build is forgotten. */
    public static final double HEAT_HALF_LIFE = 60_000;

    private static final double HEAT_PRICE = 8;

    private final double fraction;
    private final double balanceFactor;
    private final double heatFactor;
    private double balance;
    private double heat;

    public RentAccount() {
        this(FRACTION, BALANCE_HALF_LIFE, HEAT_HALF_LIFE);
    }

    public RentAccount(double fraction, double balanceHalfLife, double heatHalfLife) {
        if (!(fraction > 0 && balanceHalfLife > 0 && heatHalfLife > 0)) {
            throw new BadValueException("a fraction and half lives are above 0, not " + fraction + ", "
                    + balanceHalfLife + " and " + heatHalfLife);
        }
        this.fraction = fraction;
        balanceFactor = Math.pow(0.5, 1 / balanceHalfLife);
        heatFactor = Math.pow(0.5, 1 / heatHalfLife);
    }

    /** @param saved what a query would have cost less after the change; below 0 if more */
    public void onQuery(double saved) {
        heat *= heatFactor;
        balance = Math.max(0, balance * balanceFactor + saved);
    }

    /** Queries that the change would have made no difference to. */
    public void onOtherQueries(long queries) {
        balance *= Math.pow(balanceFactor, (double) queries);
        heat *= Math.pow(heatFactor, (double) queries);
    }

    /** Whether the change is due, if making it costs so much. */
    public boolean isDue(double buildCost) {
        return balance > 0 && balance >= price(buildCost);
    }

    /** What has to be saved up. */
    public double price(double buildCost) {
        return fraction * buildCost * Math.pow(HEAT_PRICE, heat);
    }

    public double balance() {
        return balance;
    }

    /** The change was made: the account begins anew, dearer. */
    public void onBuilt() {
        balance = 0;
        heat++;
    }

    @Override
    public String toString() {
        return "saved up %s, %.2f recent builds".formatted(KeyProposal.number(balance), heat);
    }
}
