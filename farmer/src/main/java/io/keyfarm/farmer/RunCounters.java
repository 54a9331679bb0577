package io.keyfarm.farmer;

import java.util.concurrent.atomic.LongAdder;

/** What the runs of one plan, or under one name, came to; counted by many threads, none of which waits for another. */
final class RunCounters {
    private final LongAdder runs = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder totalNs = new LongAdder();

    void add(boolean hasFailed, long rowCount, long ns) {
        runs.increment();
        if (hasFailed) {
            failures.increment();
        }
        rows.add(rowCount);
        totalNs.add(ns);
    }

    RunCounts counts() {
        return new RunCounts(runs.sum(), failures.sum(), rows.sum(), totalNs.sum());
    }
}
