package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.BatchRequestEncoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

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
final class BatchRun implements AutoCloseable {
    /** After trouble so many bindings at most are asked by themselves before the next batch. */
    private static final int MOST_ALONE = 128;

    private static final int FEWEST = 32;

    private final Session session;
    private final QueryPlan plan;
    private final BatchAnswer[] answers;
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final BatchRequestEncoder request = new BatchRequestEncoder();
    private boolean isInTrouble;
    /** How many bindings are worth asking for: more than fit into an answer are sought in vain. */
    private int most = Frames.MAX_BINDINGS;

    private int aloneLeft;
    private int alone = 1;

    BatchRun(Session session, QueryPlan plan) {
        this.session = session;
        this.plan = plan;
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
        if (aloneLeft == 0) {
            return false;
        }
        aloneLeft--;
        return true;
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
        int count = Math.min(to - from, most);
        while (count > 1 && bindings.bytes(from, from + count) > Frames.MAX_BINDINGS_BYTES) {
            count /= 2;
        }
        if (bindings.bytes(from, from + count) > Frames.MAX_BINDINGS_BYTES) {
            return 0;
        }
        final long queryId = session.begin(this);
        run.isWatchedAs(queryId);
        try {
            write(table, keyHint, timeoutNs, memoryBytes, bindings, from, from + count, queryId);
            send(bindings, from, from + count);
        } finally {
            session.endBatch();
        }
        final int answered = answered();
        learn(count, answered);
        return answered;
    }

    private void write(
            TableEntry table,
            int keyHint,
            long timeoutNs,
            long memoryBytes,
            Bindings bindings,
            int from,
            int to,
            long queryId) {
        final UnsafeBuffer frame = bindings.frame();
        final int offset = bindings.frameOffset(from);
        final FarmerSettings settings = session.farmer().settings();
        Frames.begin(frame, offset);
        request.wrapAndApplyHeader(frame, offset, header);
        header.clusterId(settings.clusterId())
                .farmerId(settings.farmerId())
                .slaveId(Frames.NO_ID)
                .farmerIncarnation(settings.incarnation())
                .keyEpoch(table.keyEpoch())
                .generationDigest(table.generationDigest())
                .queryId(queryId);
        request.boundIdHigh(plan.id().high())
                .boundIdLow(plan.id().low())
                .remainingDeadlineNs(timeoutNs)
                .memoryBytes(memoryBytes)
                .sentNs(session.farmer().clock().nanoTime())
                .keyHint(keyHint)
                .bindingCount(to - from);
        frame.putInt(request.limit(), bindings.bytes(from, to), LITTLE_ENDIAN);
    }

    private void send(Bindings bindings, int from, int to) {
        final int length = Frames.BINDINGS_OFFSET + bindings.bytes(from, to);
        isInTrouble = false;
        for (int channel = 0; channel < answers.length && !isInTrouble; channel++) {
            answers[channel].clear();
            header.channel(channel);
            session.channels()[channel].link().send(bindings.frame(), bindings.frameOffset(from), length);
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

    private void learn(int asked, int answered) {
        if (answered == 0) {
            aloneLeft = alone - 1; // The one at hand is asked by itself anyway.
            alone = Math.min(MOST_ALONE, 2 * alone);
        } else {
            alone = 1;
        }
        most = answered < asked
                ? Math.max(FEWEST, answered + answered / 4)
                : Math.min(Frames.MAX_BINDINGS, Math.max(most, 2 * asked));
    }

    /** An answer to what was asked last. */
    void onReply(int channel, DirectBuffer buffer, int offset, int length) {
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
