package io.keyfarm;

/**
 * When keys are looked after by the clock: a minute from the start, then after two, four, eight and so on, at last every hour,
 * or whatever the period is. For one thread.
 */
final class GrowthClock {
    private static final long FIRST_NS = 60_000_000_000L;

    private long periodNs;
    private long stepNs;
    private long dueNs;

    GrowthClock(long periodNs, long nowNs) {
        this.periodNs = periodNs;
        restart(nowNs);
    }

    void every(long newPeriodNs, long nowNs) {
        periodNs = newPeriodNs;
        restart(nowNs);
    }

    void restart(long nowNs) {
        stepNs = Math.min(FIRST_NS, periodNs);
        dueNs = nowNs + stepNs;
    }

    /** Whether it is time, which it then is not any more. */
    boolean isDue(long nowNs) {
        if (nowNs - dueNs < 0) {
            return false;
        }
        stepNs = Math.min(periodNs, 2 * stepNs);
        dueNs = nowNs + stepNs;
        return true;
    }
}
