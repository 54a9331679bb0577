package io.keyfarm.farmer;

import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.Frames;
import org.agrona.DirectBuffer;

/**
 * Bindings that one channel alone is asked for, and its last answer to some of them. As with {@link BatchRun} there is
 * nothing to retry: what is not answered is asked again, in whichever way. Belongs to one thread.
 *
 * <pre>
 *   bindings   | 0 | 1 | 2 | 3 | 4 | 5 |
 *   answer             | 2 | 3 |             has(3), not has(4): that is where to ask from next
 * </pre>
 */
final class ChannelAsk implements BatchAsker, AutoCloseable {
    /** Where others have the place of a key. */
    private static final int FETCHES = Integer.MIN_VALUE;

    private final PreparedQuery query;
    private final QueryPlan plan;
    private final int channel;
    private final AskCounts counts;
    private final BatchRequestFrame frame;
    private final BatchAnswer answer;
    private final AskPace pace = new AskPace();
    private final Bindings bindings = new Bindings();
    private int from;
    private int to;
    private boolean isPlanWanted;

    /** @param counts what it takes is counted there */
    ChannelAsk(PreparedQuery query, QueryPlan plan, int channel, AskCounts counts) {
        this.counts = counts;
        this.query = query;
        this.plan = plan;
        this.channel = channel;
        frame = new BatchRequestFrame(query.session());
        answer = new BatchAnswer(query.session().farmer().ledger());
    }

    /** Forgets all bindings. */
    void begin() {
        bindings.clear();
        answer.clear();
        from = 0;
        to = 0;
    }

    Bindings bindings() {
        return bindings;
    }

    /** Whether another binding may go into the request that is next. */
    boolean hasRoom() {
        return bindings.count() == 0 || bindings.bytes(0, bindings.count()) < Frames.MAX_BINDINGS_BYTES / 2;
    }

    BatchAnswer answer() {
        return answer;
    }

    /** Whether the answer at hand has the rows of this binding. */
    boolean has(int binding) {
        return from <= binding && binding < to;
    }

    /** The binding's place in the answer at hand. */
    int place(int binding) {
        assert has(binding) : binding;
        return binding - from;
    }

    /** Whether this binding, which is not answered, is better asked in another way; it is taken as asked then. */
    boolean isNextAlone() {
        return pace.isNextAlone();
    }

    /** Asks for the bindings from this one on; what is {@linkplain #has here} then may be none. */
    void ask(TableEntry table, int keyHint, int first) {
        send(table, first, false, keyHint);
    }

    /** As above, of rows that bindings name by number. */
    void fetch(TableEntry table, boolean confirms, int first) {
        send(table, first, confirms, FETCHES);
    }

    private void send(TableEntry table, int first, boolean confirms, int keyHint) {
        from = first;
        to = first;
        answer.clear();
        final int count = pace.count(bindings, first, bindings.count());
        if (count > 0) {
            final QueryRun run = query.beginAsking();
            final Session session = query.session();
            final long queryId = session.begin(this);
            run.isWatchedAs(queryId);
            isPlanWanted = false;
            try {
                write(table, first, first + count, confirms, keyHint, queryId);
                frame.send(channel);
                if (isPlanWanted) {
                    query.isAskedAs(plan);
                    frame.sendPlan(plan, table, channel, queryId);
                    frame.send(channel);
                }
            } finally {
                session.endBatch();
            }
            to = first + Math.min(count, answer.answeredCount());
        }
        pace.learn(count, to - from);
        counts.add(answer, to - from);
    }

    private void write(TableEntry table, int first, int end, boolean confirms, int keyHint, long queryId) {
        final long timeoutNs = query.timeoutNs();
        final long memoryBytes = query.memoryBytes();
        if (keyHint == FETCHES) {
            frame.writeFetch(plan, table, confirms, timeoutNs, memoryBytes, bindings, first, end, queryId);
        } else {
            frame.write(plan, table, keyHint, timeoutNs, memoryBytes, bindings, first, end, queryId);
        }
    }

    @Override
    public void onReply(int from, DirectBuffer buffer, int offset, int length) {
        if (from != channel) {
            return;
        }
        try {
            answer.take(buffer, offset, length);
        } catch (MemoryLimitException e) {
            answer.clear(); // Asked in another way, which says so.
        }
    }

    @Override
    public void onPlanRequest(int from) {
        isPlanWanted |= from == channel;
    }

    @Override
    public void close() {
        answer.close();
    }
}
