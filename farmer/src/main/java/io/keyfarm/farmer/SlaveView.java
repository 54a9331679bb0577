package io.keyfarm.farmer;

import io.keyfarm.wire.KeyEpoch;
import io.keyfarm.wire.sbe.KeysState;
import io.keyfarm.wire.sbe.KeysVerb;
import org.jspecify.annotations.Nullable;

/**
 * What a coordinator believes of one slave and one table, and so what it would send it next. Pure: knows times, and no clock.
 *
 * <pre>
 *   UNTOLD ─PROPOSE─► TOLD ─► BUILDING ─► READY ─ACTIVATE─► ACTIVE
 *     ▲                 │        │          │                  │
 *     └─────────────────┴── IDLE, OTHER: an earlier epoch ─────┘       restarted, or left behind
 *                       └── OTHER: rows or epoch of another kind ─► ELSEWHERE: asked now and then
 * </pre>
 */
final class SlaveView {
    enum Standing {
        UNTOLD,
        TOLD,
        BUILDING,
        READY,
        ACTIVE,
        ELSEWHERE
    }

    private static final long NEVER = Long.MIN_VALUE;

    private final KeyPaces paces;
    private Standing standing = Standing.UNTOLD;
    /** Of the last proposal to it. */
    private long counter;

    private long baseEpoch = KeyEpoch.NONE;
    private long incarnation = NEVER;
    private long lastAnswered;
    /** Answers to earlier requests say nothing of what is wanted now. */
    private long firstRequest;

    private long lastSentNs = NEVER;
    private long notBeforeNs = NEVER;
    private boolean isCancelling;

    SlaveView(KeyPaces paces) {
        this.paces = paces;
    }

    Standing standing() {
        return standing;
    }

    long counter() {
        return counter;
    }

    long baseEpoch() {
        return baseEpoch;
    }

    /** Something else is wanted from now on: the slave is to be told. */
    void restart(long base, long nextCounter, long nextRequest) {
        standing = Standing.UNTOLD;
        baseEpoch = base;
        counter = nextCounter;
        firstRequest = nextRequest;
        lastSentNs = NEVER;
        notBeforeNs = NEVER;
        isCancelling = false;
    }

    /** As {@link #restart}, after a while: what failed just now would fail again. */
    void restartLater(long base, long nextCounter, long nextRequest, long nowNs) {
        restart(base, nextCounter, nextRequest);
        notBeforeNs = nowNs + paces.checkNs();
    }

    /** It may have what is wanted: it is to be asked. */
    void ask(long base, long nextRequest) {
        restart(base, counter, nextRequest);
        standing = Standing.ELSEWHERE;
    }

    /** Nothing is wanted of it but to forget. */
    void cancel(long nextCounter, long nextRequest) {
        counter = nextCounter;
        firstRequest = nextRequest;
        lastSentNs = NEVER;
        notBeforeNs = NEVER;
        standing = Standing.ELSEWHERE;
        isCancelling = true;
    }

    boolean isCancelling() {
        return isCancelling;
    }

    /** What to send by now; null for nothing. */
    @Nullable
    KeysVerb due(long nowNs, boolean mayActivate, boolean isReliable) {
        if (notBeforeNs != NEVER && nowNs - notBeforeNs < 0) {
            return null;
        }
        if (isCancelling) {
            return isAfter(nowNs, paces.resendNs()) ? KeysVerb.CANCEL : null;
        }
        return switch (standing) {
            case UNTOLD, TOLD -> isAfter(nowNs, paces.resendNs()) ? KeysVerb.PROPOSE : null;
            case BUILDING -> isReliable || isAfter(nowNs, paces.resendNs()) ? KeysVerb.STATE : null;
            case READY -> {
                if (mayActivate) {
                    yield isAfter(nowNs, paces.resendNs()) ? KeysVerb.ACTIVATE : null;
                }
                yield isAfter(nowNs, paces.checkNs()) ? KeysVerb.STATE : null;
            }
            case ACTIVE, ELSEWHERE -> isAfter(nowNs, paces.checkNs()) ? KeysVerb.STATE : null;
        };
    }

    void onSent(KeysVerb verb, long nowNs) {
        lastSentNs = nowNs;
        if (verb == KeysVerb.PROPOSE) {
            standing = Standing.TOLD;
        }
    }

    /** Whether an answer is of this life of the slave, and later than what was heard: else it is to be left aside. */
    boolean isNews(long slaveIncarnation, long requestNumber) {
        if (slaveIncarnation < incarnation || requestNumber < firstRequest || requestNumber < lastAnswered) {
            return false;
        }
        incarnation = slaveIncarnation;
        lastAnswered = requestNumber;
        return true;
    }

    /** What is next need not wait for its time. */
    void hurry() {
        lastSentNs = NEVER;
    }

    void onCancelled() {
        isCancelling = false;
    }

    void onState(KeysState state) {
        final Standing before = standing;
        standing = switch (state) {
            case BUILDING -> Standing.BUILDING;
            case READY -> Standing.READY;
            case ACTIVE -> Standing.ACTIVE;
            default -> Standing.ELSEWHERE;
        };
        if (standing == Standing.READY && before != Standing.READY) {
            hurry();
        }
    }

    private boolean isAfter(long nowNs, long ns) {
        return lastSentNs == NEVER || nowNs - lastSentNs >= ns;
    }
}
