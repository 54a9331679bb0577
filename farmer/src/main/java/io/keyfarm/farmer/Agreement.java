package io.keyfarm.farmer;

import io.keyfarm.wire.KeyEpoch;
import io.keyfarm.wire.sbe.KeysState;
import io.keyfarm.wire.sbe.KeysVerb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the slaves agree on the keys of one table. Pure: it knows what was heard, and says what is to be sent; it sends
 * nothing.
 *
 * <pre>
 *             propose               all are READY              all are ACTIVE
 *   NOTHING ───────────► PREPARING ───────────────► ACTIVATING ───────────────► AGREED ─┐ a slave that lost the epoch
 *      ▲                     │                          │                        ▲  └───┘ is brought back to it
 *      └─────────────────────┴── a key fails, rows or ──┴────────────────────────┘
 *          nothing was agreed    keys change by hand      what was agreed before holds again
 * </pre>
 */
final class Agreement {
    enum Phase {
        NOTHING,
        PREPARING,
        ACTIVATING,
        AGREED
    }

    private final long incarnation;
    private final KeyNumbers numbers;
    private final List<SlaveView> views = new ArrayList<>();
    /** Epochs that slaves may have been told to put in force, and that were never agreed. */
    private final Set<Long> begun = new HashSet<>();

    private Phase phase = Phase.NOTHING;
    private @Nullable EpochKeys goal;
    private @Nullable EpochKeys agreed;
    private @Nullable EpochKeys last;
    private @Nullable String failure;

    Agreement(int slaveCount, long incarnation, KeyNumbers numbers, KeyPaces paces) {
        this.incarnation = incarnation;
        this.numbers = numbers;
        for (int i = 0; i < slaveCount; i++) {
            views.add(new SlaveView(paces));
        }
    }

    Phase phase() {
        return phase;
    }

    /** What all slaves are to have: proposed, or agreed. */
    @Nullable
    EpochKeys goal() {
        return goal;
    }

    /** What frames are about: the goal, or what slaves are to forget. */
    @Nullable
    EpochKeys subject() {
        return goal == null ? last : goal;
    }

    /** What to send to a slave by now; null for nothing. Where nothing is wanted, nothing is asked either, but to forget. */
    @Nullable
    KeysVerb due(int channel, long nowNs, boolean isReliable) {
        final KeysVerb verb = views.get(channel).due(nowNs, phase != Phase.PREPARING, isReliable);
        return goal != null || verb == KeysVerb.CANCEL ? verb : null;
    }

    boolean isUnderWay() {
        return phase == Phase.PREPARING || phase == Phase.ACTIVATING;
    }

    SlaveView view(int channel) {
        return views.get(channel);
    }

    int slaveCount() {
        return views.size();
    }

    /** Why what is under way must be given up; null if it need not. */
    @Nullable
    String failure() {
        return failure;
    }

    void fail(String why) {
        failure = why;
    }

    /** From now on these keys are wanted, whatever was under way. */
    void propose(EpochKeys keys) {
        goal = keys;
        phase = Phase.PREPARING;
        failure = null;
        for (final SlaveView view : views) {
            view.restart(keys.baseEpoch(), numbers.nextCounter(), numbers.nextRequest());
        }
    }

    /** Slaves have these keys already, and are to keep them. */
    void keep(EpochKeys keys) {
        agreed = keys;
        goal = keys;
        phase = Phase.AGREED;
        failure = null;
        begun.clear();
        views.forEach(view -> view.ask(keys.epoch(), numbers.nextRequest()));
    }

    boolean isReady() {
        return phase == Phase.PREPARING && all(SlaveView.Standing.READY);
    }

    /** No way back from here but to another epoch. */
    void activate() {
        final EpochKeys keys = requireGoal();
        assert isReady() : phase;
        phase = Phase.ACTIVATING;
        begun.add(keys.epoch());
        views.forEach(SlaveView::hurry);
    }

    boolean isActive() {
        return phase == Phase.ACTIVATING && all(SlaveView.Standing.ACTIVE);
    }

    void onAgreed() {
        agreed = requireGoal();
        phase = Phase.AGREED;
        begun.clear();
    }

    /** All slaves are to forget it; what was agreed before holds again. */
    void giveUp() {
        final long counter = numbers.nextCounter();
        last = goal;
        views.forEach(view -> view.cancel(counter, numbers.nextRequest()));
        goal = agreed;
        phase = agreed == null ? Phase.NOTHING : Phase.AGREED;
        failure = null;
    }

    /** Whether there is nothing to do any more, nor to be heard. */
    boolean isOver() {
        return phase == Phase.NOTHING && views.stream().noneMatch(SlaveView::isCancelling);
    }

    /** Held against the catalogue: rows and keys that were changed by others go before. */
    void onCatalogue(@Nullable TableEntry entry) {
        final EpochKeys kept = agreed;
        if (kept != null) {
            if (entry == null || entry.keyEpoch() != kept.epoch()) {
                agreed = null;
            } else if (entry.generationDigest() != kept.generation()) {
                // Rows were appended, and have the same keys.
                agreed = new EpochKeys(
                        kept.table(), entry.generationDigest(), kept.baseEpoch(), kept.epoch(), kept.keys());
            }
            if (phase == Phase.AGREED && agreed == null) {
                giveUp(); // Slaves may be on their way back to it.
            } else if (phase == Phase.AGREED) {
                goal = agreed;
            }
        }
        final EpochKeys wanted = goal;
        if (wanted != null && isUnderWay()) {
            if (entry == null) {
                failure = "the table was dropped";
            } else if (entry.generationDigest() != wanted.generation()) {
                failure = "the table has other rows now";
            } else if (entry.keyEpoch() != wanted.baseEpoch()) {
                failure = "the table's keys were changed by hand";
            }
        }
    }

    /** Takes in what a slave says; true if it is worth more of the caller's attention. */
    boolean onAnswer(KeysAnswer answer, long nowNs) {
        final SlaveView view = views.get(answer.channel());
        if (!view.isNews(answer.slaveIncarnation(), answer.request())) {
            return false;
        }
        view.onCancelled();
        final EpochKeys wanted = goal;
        if (wanted == null) {
            return false;
        }
        switch (answer.state()) {
            case BUILDING, ACTIVE -> view.onState(answer.state());
            case READY -> {
                if (answer.bytes().size() != wanted.keys().size()) {
                    return false;
                }
                view.onState(KeysState.READY);
                return true;
            }
            case FAILED -> onFailed(view, answer, nowNs);
            case IDLE, OTHER -> onElsewhere(view, answer, wanted);
            default -> throw new AssertionError(answer);
        }
        return false;
    }

    private void onFailed(SlaveView view, KeysAnswer answer, long nowNs) {
        if (isUnderWay()) {
            failure = "slave " + answer.channel() + ": " + answer.message();
        } else {
            view.restartLater(view.baseEpoch(), numbers.nextCounter(), numbers.nextRequest(), nowNs);
        }
    }

    /** The slave has not what it was told, or other rows, or another epoch. */
    private void onElsewhere(SlaveView view, KeysAnswer answer, EpochKeys wanted) {
        view.onState(answer.state());
        final long inForce = answer.epochInForce();
        if (answer.proposerIncarnation() > incarnation && isUnderWay()) {
            failure = "slave %d hears of a later coordinator, of incarnation %d"
                    .formatted(answer.channel(), answer.proposerIncarnation());
        } else if (answer.generation() == wanted.generation() && inForce != KeyEpoch.UNSETTLED) {
            if (inForce <= wanted.baseEpoch()
                    || begun.contains(inForce)
                    || (phase == Phase.AGREED && inForce < wanted.epoch())) {
                view.restart(inForce, numbers.nextCounter(), numbers.nextRequest());
            } else if (isUnderWay()) {
                failure = "keys were changed by hand on slave %d, which has epoch %d"
                        .formatted(answer.channel(), inForce);
            }
        }
    }

    private boolean all(SlaveView.Standing standing) {
        return views.stream().allMatch(view -> view.standing() == standing);
    }

    private EpochKeys requireGoal() {
        final EpochKeys keys = goal;
        if (keys == null) {
            throw new IllegalStateException("nothing is wanted");
        }
        return keys;
    }
}
