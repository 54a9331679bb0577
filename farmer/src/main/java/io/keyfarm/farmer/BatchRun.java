package io.keyfarm.farmer;

import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.Frames;
import org.agrona.DirectBuffer;

/**
 * Many bindings of one plan asked of all channels at once.
 *
 * <pre>
 *   ask [from, to) ─► a request to each channel ─► each answers its first few ─► what all have answered counts
 *                                               └─► an error, a question, silence: nothing counts
 * </pre>
 *
 * For links that answer within the call. There is nothing to retry here: a binding that is not answered is asked again by
 * whoever asked, in a later batch or by itself, and errors are told there. Belongs to one thread.
 */
final class BatchRun implements BatchAsker, AutoCloseable {
    private final Session session;
    private final QueryPlan plan;
    private final BatchAnswer[] answers;
    private final BatchRequestFrame frame;
    private final AskPace pace = new AskPace();
    private boolean isInTrouble;

    BatchRun(Session session, QueryPlan plan) {
        this.session = session;
        this.plan = plan;
        frame = new BatchRequestFrame(session);
        answers = new BatchAnswer[session.channels().length];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = new BatchAnswer(session.farmer().ledger());
        }
    }

    /** Whether bindings of this plan can be asked in batches here at all. */
    static boolean isPossible(Session session, QueryPlan plan) {
        if (plan.isCount() || plan.isGrouped()) {
            return false;
        }
        for (final OpenChannel channel : session.channels()) {
            if (!channel.link().isReliable() || !channel.link().hasOneClock()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the next binding is better asked by itself, as after trouble; it is taken as asked then. */
    boolean isNextAlone() {
        return pace.isNextAlone();
    }

    /**
     * Asks for the bindings from {@code from} on, at most those before {@code to}. Answers how many of them all channels have
     * answered; 0: the first is to be asked by itself.
     */
    int ask(
            TableEntry table,
            int keyHint,
            long timeoutNs,
            long memoryBytes,
            Bindings bindings,
            int from,
            int to,
            QueryRun run) {
        final int count = pace.count(bindings, from, to);
        if (count == 0) {
            return 0;
        }
        final long queryId = session.begin(this);
        run.isWatchedAs(queryId);
        try {
            frame.write(plan, table, keyHint, timeoutNs, memoryBytes, bindings, from, from + count, queryId);
            send();
        } finally {
            session.endBatch();
        }
        final int answered = answered();
        pace.learn(count, answered);
        return answered;
    }

    private void send() {
        isInTrouble = false;
        for (final BatchAnswer answer : answers) {
            answer.clear();
        }
        for (int channel = 0; channel < answers.length && !isInTrouble; channel++) {
            frame.send(channel);
            isInTrouble |= !answers[channel].isHere();
        }
    }

    private int answered() {
        if (isInTrouble) {
            return 0;
        }
        int count = Frames.MAX_BINDINGS;
        for (final BatchAnswer answer : answers) {
            count = Math.min(count, answer.answeredCount());
        }
        return count;
    }

    @Override
    public void onReply(int channel, DirectBuffer buffer, int offset, int length) {
        if (channel >= answers.length) {
            return;
        }
        try {
            answers[channel].take(buffer, offset, length);
        } catch (MemoryLimitException e) {
            isInTrouble = true;
        }
    }

    BatchAnswer[] answers() {
        return answers;
    }

    /** What the last batch took, of all its bindings. */
    RunReport report(long rowCount) {
        long seeks = 0;
        long rowsExamined = 0;
        long slaveNs = 0;
        for (final BatchAnswer answer : answers) {
            seeks += answer.seeks();
            rowsExamined += answer.rowsExamined();
            slaveNs += answer.elapsedNs();
        }
        return new RunReport(answers[0].keyTaken(), seeks, rowsExamined, rowCount, slaveNs);
    }

    @Override
    public void close() {
        for (final BatchAnswer answer : answers) {
            answer.close();
        }
    }
}
