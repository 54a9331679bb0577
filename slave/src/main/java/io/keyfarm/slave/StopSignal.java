package io.keyfarm.slave;

import io.keyfarm.wire.sbe.ReplyCode;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** Whether the query at hand should go on: its deadline has not passed and nobody cancelled it. Polled once a batch. */
final class StopSignal {
    private final SlaveSession session;
    private final NanoClock clock;
    private long queryId;
    private long deadlineNs;
    private @Nullable ReplyCode raised;

    StopSignal(SlaveSession session, NanoClock clock) {
        this.session = session;
        this.clock = clock;
    }

    void watch(long watchedQueryId, long atDeadlineNs) {
        queryId = watchedQueryId;
        deadlineNs = atDeadlineNs;
        raised = null;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    /** Looks, and remembers what it saw. */
    boolean poll() {
        if (raised == null) {
            if (session.isInterrupted(queryId)) {
                raised = ReplyCode.CANCELLED;
            } else if (clock.nanoTime() - deadlineNs > 0) {
                raised = ReplyCode.DEADLINE_PASSED;
            }
        }
        return raised != null;
    }

    /** Why to stop; null if the last {@link #poll} saw no reason. */
    @Nullable
    ReplyCode raised() {
        return raised;
    }
}
