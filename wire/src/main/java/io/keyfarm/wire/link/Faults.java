package io.keyfarm.wire.link;

/**
 * How bad a simulated network is. Chances are per frame, from 0 to 1; each copy of a doubled frame may be spoiled or
 * late on its own.
 *
 * @param dropChance that a frame taken never arrives.
 * @param duplicateChance that a frame arrives twice.
 * @param reorderChance that a frame is late, so that later ones overtake it.
 * @param corruptChance that one to four bits of a frame flip.
 * @param backPressureChance that a frame is not taken.
 * @param minDelayNs the least time a frame takes.
 * @param maxDelayNs the most time a frame takes that is not late.
 * @param lateNs what a late frame takes in addition, at most.
 */
public record Faults(
        double dropChance,
        double duplicateChance,
        double reorderChance,
        double corruptChance,
        double backPressureChance,
        long minDelayNs,
        long maxDelayNs,
        long lateNs) {
    /** Every frame arrives, at once (in the next turn). */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0);

    /** A bad day in a data centre, with faults enough that a few hundred queries meet each of them. */
    public static final Faults BAD_DAY = new Faults(0.01, 0.01, 0.02, 0.005, 0.005, 20_000, 200_000, 2_000_000);

    public Faults {
        checkChance("dropChance", dropChance);
        checkChance("duplicateChance", duplicateChance);
        checkChance("reorderChance", reorderChance);
        checkChance("corruptChance", corruptChance);
        checkChance("backPressureChance", backPressureChance);
        if (minDelayNs < 0 || maxDelayNs < minDelayNs || lateNs < 0) {
            throw new IllegalArgumentException("delays must be 0 <= minDelayNs <= maxDelayNs and 0 <= lateNs, but are "
                    + minDelayNs + ", " + maxDelayNs + " and " + lateNs);
        }
    }

    private static void checkChance(String name, double chance) {
        if (!(0 <= chance && chance <= 1)) {
            throw new IllegalArgumentException(name + " must be from 0 to 1, but is " + chance);
        }
    }

    public Faults withDropChance(double chance) {
        return new Faults(
                chance,
                duplicateChance,
                reorderChance,
                corruptChance,
                backPressureChance,
                minDelayNs,
                maxDelayNs,
                lateNs);
    }

    public Faults withDuplicateChance(double chance) {
        return new Faults(
                dropChance, chance, reorderChance, corruptChance, backPressureChance, minDelayNs, maxDelayNs, lateNs);
    }

    /** Late frames, late by up to {@code lateByNs}. */
    public Faults withReorderChance(double chance, long lateByNs) {
        return new Faults(
                dropChance,
                duplicateChance,
                chance,
                corruptChance,
                backPressureChance,
                minDelayNs,
                maxDelayNs,
                lateByNs);
    }

    public Faults withCorruptChance(double chance) {
        return new Faults(
                dropChance, duplicateChance, reorderChance, chance, backPressureChance, minDelayNs, maxDelayNs, lateNs);
    }

    public Faults withBackPressureChance(double chance) {
        return new Faults(
                dropChance, duplicateChance, reorderChance, corruptChance, chance, minDelayNs, maxDelayNs, lateNs);
    }

    public Faults withDelayNs(long atLeastNs, long atMostNs) {
        return new Faults(
                dropChance,
                duplicateChance,
                reorderChance,
                corruptChance,
                backPressureChance,
                atLeastNs,
                atMostNs,
                lateNs);
    }
}
