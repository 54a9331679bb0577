package io.keyfarm;

import java.time.Duration;

/**
 * How tables grow keys. Each word answers new settings.
 *
 * <pre>
 *   GrowthSettings.defaults().budgetBytes(200_000_000).every(Duration.ofHours(1))
 * </pre>
 *
 * @param mode when
 * @param every by the clock: this far apart at last; the first time after a minute, then twice as long each time
 * @param budgetBytes for the keys of all tables together; 0: half of what their rows take
 * @param maxKeys of all tables together
 * @param minRows a table of fewer rows is left alone
 * @param share of one thread that a build takes while queries are under way, above 0 and up to 1
 * @param isByHand there is no thread for it: {@link KeyGrowth#turn} is called instead
 */
public record GrowthSettings(
        GrowthMode mode, Duration every, long budgetBytes, int maxKeys, int minRows, double share, boolean isByHand) {
    public static final int MAX_KEYS = 1_000;

    public GrowthSettings {
        if (every.isNegative() || every.isZero()) {
            throw new IllegalArgumentException("keys are looked after every so often, not every " + every);
        }
        if (budgetBytes < 0 || maxKeys < 0 || maxKeys > MAX_KEYS || minRows < 1) {
            throw new IllegalArgumentException("a budget is of 0 bytes or more, 0 to " + MAX_KEYS
                    + " keys and tables of a row or more; not of " + budgetBytes + ", " + maxKeys + " and " + minRows);
        }
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a build takes a share above 0 and up to 1 of a thread, not " + share);
        }
    }

    /** By rent, under half of what rows take, up to 64 keys, over tables of 4,096 rows or more, in a quarter of a thread. */
    public static GrowthSettings defaults() {
        return new GrowthSettings(GrowthMode.BY_RENT, Duration.ofHours(1), 0, 64, 4_096, 0.25, false);
    }

    public static GrowthSettings off() {
        return defaults().mode(GrowthMode.OFF);
    }

    public GrowthSettings mode(GrowthMode when) {
        return new GrowthSettings(when, every, budgetBytes, maxKeys, minRows, share, isByHand);
    }

    /** By the clock, this far apart at last. */
    public GrowthSettings every(Duration period) {
        return new GrowthSettings(GrowthMode.BY_CLOCK, period, budgetBytes, maxKeys, minRows, share, isByHand);
    }

    public GrowthSettings budgetBytes(long bytes) {
        return new GrowthSettings(mode, every, bytes, maxKeys, minRows, share, isByHand);
    }

    public GrowthSettings maxKeys(int keys) {
        return new GrowthSettings(mode, every, budgetBytes, keys, minRows, share, isByHand);
    }

    public GrowthSettings minRows(int rows) {
        return new GrowthSettings(mode, every, budgetBytes, maxKeys, rows, share, isByHand);
    }

    public GrowthSettings share(double ofAThread) {
        return new GrowthSettings(mode, every, budgetBytes, maxKeys, minRows, ofAThread, isByHand);
    }

    /** Turned by {@link KeyGrowth#turn} only: the same queries and turns yield the same keys. */
    public GrowthSettings byHand() {
        return new GrowthSettings(mode, every, budgetBytes, maxKeys, minRows, share, true);
    }
}
