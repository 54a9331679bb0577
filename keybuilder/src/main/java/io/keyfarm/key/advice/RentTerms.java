package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;

/**
 * When a change of keys is made, in units of what building the key costs. The same terms serve tables of any size, and queries of
 * nanoseconds as of seconds.
 *
 * @param fraction of the build that must be saved up: more waits too long, less builds for passing needs
 * @param worthwhile a change that saves less than this part of the work has to save up as many times more, the whole build at most
 * @param swap so many times as much, where another key has to go for it
 * @param debt how far below nothing an account can fall: the more, the longer a key that was good for long stays
 * @param halfLife after so much work half of a balance is forgotten
 * @param again every time that its queries have lost their key before makes a change so many times as dear
 * @param heatHalfLife after so much work half of such a loss is forgotten
 */
public record RentTerms(
        double fraction,
        double worthwhile,
        double swap,
        double debt,
        double halfLife,
        double again,
        double heatHalfLife) {
    public RentTerms {
        if (!(fraction > 0
                && worthwhile >= 0
                && swap >= 1
                && debt >= 0
                && halfLife > 0
                && again >= 1
                && heatHalfLife > 0)) {
            throw new BadValueException("terms of rent are above 0, not " + fraction + ", " + worthwhile + ", " + swap
                    + ", " + debt + ", " + halfLife + ", " + again + " and " + heatHalfLife);
        }
    }

    /** As GrowthPolicyTest holds them against the best schedules in hindsight. */
    public static RentTerms typical() {
        return new RentTerms(0.05, 0.1, 2, 0.2, 50, 4, 1_000);
    }
}
