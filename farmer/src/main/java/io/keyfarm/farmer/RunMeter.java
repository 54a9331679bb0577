package io.keyfarm.farmer;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/** Counts the runs of one prepared query where somebody wants to know; of other queries, nothing is even timed. */
final class RunMeter {
    private final NanoClock clock;
    private RunCounters[] counters = {};
    private long startNs;
    private boolean isRunning;

    RunMeter(NanoClock clock) {
        this.clock = clock;
    }

    void countInto(RunCounters more) {
        final List<RunCounters> all = new ArrayList<>(List.of(counters));
        all.add(more);
        counters = all.toArray(new RunCounters[0]);
    }

    void begin(long nowNs) {
        startNs = nowNs;
        isRunning = true;
    }

    boolean isCounting() {
        return counters.length > 0;
    }

    /** What was begun for several runs together counts for the first of them; the others begin now. */
    void goOn() {
        if (counters.length > 0 && !isRunning) {
            begin(clock.nanoTime());
        }
    }

    /** What was begun is no run, but will be tried again. */
    void forget() {
        isRunning = false;
    }

    void end(boolean hasFailed, long rowCount) {
        if (!isRunning || counters.length == 0) {
            return;
        }
        isRunning = false;
        final long ns = clock.nanoTime() - startNs;
        for (final RunCounters each : counters) {
            each.add(hasFailed, rowCount, ns);
        }
    }
}
