package io.keyfarm.farmer;

import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.ErrorReplyDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One query under way on all channels of its table: a state machine that frames and time move on, and that never blocks.
 *
 * <pre>
 *   start ─► a request to each channel ─► rows, end, error, "what plan?" ─► rows handed over ─► ended
 *                      ▲                                      │
 *                      └── another attempt, at another slave if there is one: silence, damage, a slave that knew nothing
 * </pre>
 *
 * Rows of two attempts never mix. Channels are read one after another, or merged where the plan orders its rows. Reused
 * from run to run.
 */
final class QueryRun implements RowSupply {
    /** On a reliable link a slave sends a frame and waits: rows are read in place, so nothing is gathered here. */
    private static final long ONE_FRAME = 1;

    private static final int MAX_DOUBLINGS = 8;

    private final Session session;
    private final QueryPlan plan;
    private final RequestFrame request;
    private final ChannelRun[] channels;
    private final RowOrder order;
    /** Whether rows come from several channels and are to be put in order. */
    private final boolean isMerged;

    private final Ending ending;

    private long queryId;
    /** The same for {@link #cancel}, which comes from other threads. */
    private final AtomicLong cancellableId = new AtomicLong();

    private boolean isOpen;
    private long deadlineNs;
    private long memoryBytes;
    private long firstRows = Long.MAX_VALUE;
    private int current;
    private @Nullable QueryException failure;
    private volatile boolean cancelled;

    /** Is told of each run's end. */
    @FunctionalInterface
    interface Ending {
        void onEnd(boolean hasFailed);
    }

    QueryRun(Session session, OpenChannel[] open, QueryPlan plan, RequestFrame request, Ending ending) {
        this.session = session;
        this.plan = plan;
        this.request = request;
        this.ending = ending;
        order = RowOrder.ofRows(plan);
        channels = new ChannelRun[open.length];
        isMerged = channels.length > 1 && plan.isOrdered();
        for (int i = 0; i < channels.length; i++) {
            channels[i] = new ChannelRun(i, open[i], session.farmer().ledger());
        }
    }

    /** Asks every channel; the request frame has its parameters. Answers the time it began. */
    long start(long timeoutNs, long memoryLimitBytes) {
        assert !isOpen;
        final long nowNs = session.farmer().clock().nanoTime();
        deadlineNs = nowNs + timeoutNs;
        memoryBytes = memoryLimitBytes;
        failure = null;
        if (cancelled) {
            cancelled = false; // A volatile write, which costs as much as a seek's step, only where there is need.
        }
        current = 0;
        queryId = session.begin(this);
        cancellableId.lazySet(queryId);
        isOpen = true;
        for (final ChannelRun channel : channels) {
            ask(channel, channel.begin(queryId), nowNs);
        }
        return nowNs;
    }

    @Override
    public @Nullable ReplyRows next() {
        ReplyRows rows = poll();
        while (rows == ReplyRows.NONE) {
            session.await();
            rows = poll();
        }
        return rows;
    }

    /** As {@link #next}, but lets no time pass: {@link ReplyRows#NONE} where it does not know yet. */
    @Nullable
    ReplyRows poll() {
        return isMerged ? nextInOrder() : nextOfAny();
    }

    @Override
    public long rowsAtOnce() {
        return isMerged ? 1 : Long.MAX_VALUE;
    }

    /** Waits until every channel has ended. */
    @Override
    public long count() {
        long count = 0;
        for (final ChannelRun channel : channels) {
            while (!isReady(channel)) {
                session.await();
            }
            count += channel.matchingCount;
        }
        return plan.isExists() ? Math.min(1, count) : count;
    }

    @Override
    public void close() {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        session.end(queryId);
        for (final ChannelRun channel : channels) {
            cancelAwaited(channel);
            channel.rows.clear();
            channel.forget();
        }
        ending.onEnd(failure != null);
    }

    /** Fails because its answer has more rows than it may; told again to whoever asks again. */
    @Override
    public QueryException failWithMoreThan(long maxRows) {
        if (failure == null) {
            failure = moreThan(maxRows);
        }
        return failure;
    }

    static QueryException moreThan(long maxRows) {
        return new QueryException(
                FailureCode.LIMIT_PASSED, "the answer has more than the %,d rows it may have".formatted(maxRows));
    }

    @Override
    public boolean hasFailed() {
        return failure != null;
    }

    /** Makes the query fail as cancelled; from any thread. */
    void cancel() {
        cancelled = true;
        for (final ChannelRun channel : channels) {
            channel.interrupt(cancellableId.get());
        }
    }

    /** Until this starts again, {@link #cancel} stops what slaves do under this number. */
    void isWatchedAs(long batchQueryId) {
        cancellableId.lazySet(batchQueryId);
    }

    void throwIfCancelled() {
        if (cancelled) {
            throw new QueryException(FailureCode.CANCELLED, "the query was cancelled");
        }
    }

    void forgetCancel() {
        cancelled = false;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    /** Whether the run failed because a slave has other rows than the catalogue said. */
    boolean isOtherGeneration() {
        return failure != null && failure.code() == FailureCode.OTHER_GENERATION;
    }

    /** Of the runs to come each channel is asked for so many rows at first, then for twice as many each time. */
    void beginWithRows(long rows) {
        firstRows = rows;
    }

    /** Whether the same query from a later value on would have its first rows at once, and there are rows to leave out. */
    boolean canBeginLater() {
        boolean isOpenEnded = false;
        for (final ChannelRun channel : channels) {
            if (!channel.isEnded && !channel.isInOrder) {
                return false;
            }
            isOpenEnded |= !channel.isEnded;
        }
        return isOpenEnded;
    }

    ChannelRun[] channels() {
        return channels;
    }

    int doWork(long nowNs) {
        if (failure != null) {
            return 0;
        }
        if (cancelled) {
            fail(FailureCode.CANCELLED, "the query was cancelled");
            return 1;
        }
        if (nowNs - deadlineNs > 0) {
            fail(FailureCode.DEADLINE_PASSED, "the deadline passed while waiting for replies");
            return 1;
        }
        int workCount = 0;
        for (final ChannelRun channel : channels) {
            if (!channel.isEnded && !channel.isParked && nowNs - channel.sentNs > patienceNs(channel)) {
                askAgain(channel, nowNs);
                workCount++;
            }
        }
        return workCount;
    }

    /** Doubles with each attempt: asking faster than answers come would throw each of them away. */
    private long patienceNs(ChannelRun channel) {
        return session.farmer().settings().resendTimeoutNs() << Math.min(channel.attemptsBefore(), MAX_DOUBLINGS);
    }

    /** Rows, and where they are the last ones the end that stands behind them. */
    void onRows(
            FrameHeaderDecoder header,
            RowsReplyDecoder reply,
            @Nullable EndReplyDecoder end,
            DirectBuffer buffer,
            int offset) {
        final ChannelRun channel = channel(header);
        final Attempt attempt = channel == null ? null : channel.awaited(header.attempt());
        if (channel == null || attempt == null) {
            return;
        }
        if (attempt.link().isReliable()) {
            channel.onRowsInPlace(
                    reply,
                    buffer,
                    offset,
                    end == null && header.flags().creditSpent(),
                    header.flags().inOrder());
        } else if (!keep(attempt, header, reply, buffer, offset)) {
            return;
        }
        if (end != null) {
            onEnd(channel, attempt, header.sequence() + 1, end);
        }
    }

    /** Keeps a copy until the whole attempt is here; false where that takes too much memory. */
    private boolean keep(
            Attempt attempt, FrameHeaderDecoder header, RowsReplyDecoder reply, DirectBuffer buffer, int offset) {
        try {
            attempt.frames.add(header.sequence(), buffer, offset, Frames.rowsLength(reply));
            return true;
        } catch (MemoryLimitException e) {
            fail(FailureCode.MEMORY_LIMIT, String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** An end by itself, numbered behind the frames of rows. */
    void onEnd(FrameHeaderDecoder header, EndReplyDecoder end) {
        final ChannelRun channel = channel(header);
        final Attempt attempt = channel == null ? null : channel.awaited(header.attempt());
        if (channel != null && attempt != null) {
            onEnd(channel, attempt, header.sequence(), end);
        }
    }

    /** The end of an attempt that has so many frames of rows. Where one is missing, late or spoilt, the timer asks again. */
    private void onEnd(ChannelRun channel, Attempt attempt, int frameCount, EndReplyDecoder end) {
        if (attempt.isWhole(frameCount, end)) {
            channel.onEnd(attempt, end);
            cancelAwaited(channel);
        }
    }

    void onError(FrameHeaderDecoder header, ErrorReplyDecoder error) {
        final ChannelRun channel = channel(header);
        final Attempt attempt = channel == null ? null : channel.awaited(header.attempt());
        if (channel == null || attempt == null) {
            return;
        }
        final ReplyCode code = error.code();
        final long nowNs = session.farmer().clock().nanoTime();
        if (code == ReplyCode.UNKNOWN_QUERY && !attempt.link().isReliable()) {
            askAgain(channel, nowNs);
            return;
        }
        if (code == ReplyCode.UNKNOWN_QUERY && nowNs - deadlineNs > 0) {
            fail(FailureCode.DEADLINE_PASSED, "the deadline passed while rows were left unread");
            return;
        }
        final String message = error.message();
        if (code == ReplyCode.FAILED) {
            session.farmer().quarantine().onFailure(plan.id(), message);
        }
        final int mostRefusals = FailureCode.slavesToAsk(code);
        if (mostRefusals > 1 && channel.refuse(attempt, mostRefusals)) {
            if (channel.anyAwaited() == null) {
                askAgain(channel, nowNs);
            }
            return;
        }
        fail(FailureCode.of(code), message);
    }

    /** A slave that does not know the plan gets it, and the request once more. */
    void onPlanRequest(FrameHeaderDecoder header) {
        final ChannelRun channel = channel(header);
        final Attempt attempt = channel == null ? null : channel.awaited(header.attempt());
        if (channel == null || attempt == null) {
            return;
        }
        attempt.link().send(request.plan(channel.channel, attempt.number(), queryId, plan), 0, request.planLength());
        channel.beginAgain(attempt);
        ask(channel, attempt, session.farmer().clock().nanoTime());
    }

    private @Nullable ReplyRows nextOfAny() {
        while (current < channels.length) {
            final ReplyRows rows = poll(channels[current]);
            if (rows != null) {
                return rows;
            }
            current++;
        }
        return null;
    }

    private @Nullable ReplyRows nextInOrder() {
        ReplyRows first = null;
        for (final ChannelRun channel : channels) {
            final ReplyRows rows = poll(channel);
            if (rows == ReplyRows.NONE) {
                return rows;
            }
            if (rows != null && (first == null || rows.isBefore(first, order))) {
                first = rows;
            }
        }
        return first;
    }

    /** The channel's next rows, null behind its last; asks for more where the slave waits. */
    private @Nullable ReplyRows poll(ChannelRun channel) {
        while (channel.rows.isEmpty()) {
            if (channel.isParked) {
                more(channel);
            } else if (!isReady(channel)) {
                return ReplyRows.NONE;
            } else if (channel.isReliable() || !channel.nextBufferedFrame()) {
                return null;
            }
        }
        return channel.rows;
    }

    /** Whether the channel has said all it will say until it is asked for more. */
    private boolean isReady(ChannelRun channel) {
        if (failure != null) {
            throw failure;
        }
        return channel.isEnded || channel.isParked;
    }

    /** The channel that this frame is about; null where nothing is awaited of it. */
    private @Nullable ChannelRun channel(FrameHeaderDecoder header) {
        if (header.channel() >= channels.length || failure != null) {
            return null;
        }
        final ChannelRun channel = channels[header.channel()];
        return channel.isEnded ? null : channel;
    }

    private void askAgain(ChannelRun channel, long nowNs) {
        final Attempt givenUp = channel.givenUpNext();
        if (givenUp != null) {
            cancelAt(channel, givenUp);
        }
        ask(channel, channel.beginNext(), nowNs);
    }

    private void ask(ChannelRun channel, Attempt attempt, long nowNs) {
        channel.sentNs = nowNs;
        final boolean isReliable = attempt.link().isReliable();
        channel.rowCredit = isReliable ? firstRows : Long.MAX_VALUE;
        if (!isReliable) {
            attempt.frames.begin(memoryBytes);
        }
        final DirectBuffer frame = request.query(
                channel.channel,
                attempt.number(),
                queryId,
                nowNs,
                deadlineNs - nowNs,
                channel.rowCredit,
                isReliable ? ONE_FRAME : memoryBytes);
        attempt.link().send(frame, 0, request.queryLength());
    }

    private void cancelAwaited(ChannelRun channel) {
        for (Attempt attempt = channel.anyAwaited(); attempt != null; attempt = channel.anyAwaited()) {
            cancelAt(channel, attempt);
            attempt.forget();
        }
    }

    private void cancelAt(ChannelRun channel, Attempt attempt) {
        attempt.link().send(request.cancel(channel.channel, attempt.number(), queryId), 0, request.cancelLength());
    }

    private void more(ChannelRun channel) {
        channel.isParked = false;
        final long nowNs = session.farmer().clock().nanoTime();
        channel.sentNs = nowNs;
        channel.rowCredit = channel.rowCredit > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * channel.rowCredit;
        channel.latest()
                .link()
                .send(request.more(channel, queryId, deadlineNs - nowNs, ONE_FRAME), 0, request.moreLength());
    }

    private void fail(FailureCode code, String message) {
        if (failure == null) {
            failure = new QueryException(code, message);
        }
    }
}
