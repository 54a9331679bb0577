package io.keyfarm.farmer;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one channel owes a query, and what of it is here.
 *
 * <pre>
 *   reliable link   rows are read where the slave wrote them, a frame at a time: WAITING ─► READY ⇄ PARKED ─► READY, ended
 *   other links     a whole attempt is gathered, checked, then read frame by frame:  WAITING ─────────────► READY, ended
 * </pre>
 *
 * Where several slaves serve the channel, the attempt before the latest one may still be answered, by another slave: the
 * first that is whole counts, and rows of two attempts never mix.
 */
final class ChannelRun {
    /** Numbers of attempts have 16 bits, the uppermost of which stays free. */
    private static final int MAX_NUMBER = 0x7FFF;

    final int channel;
    final ReplyRows rows = new ReplyRows();
    private final OpenChannel way;
    private final SlaveRank rank;
    private Attempt latest;
    private Attempt earlier;
    /** The one that was whole first. */
    private Attempt answered;

    private int lastNumber;

    private final RowsReplyDecoder buffered = new RowsReplyDecoder();
    private final FrameHeaderDecoder bufferedHeader = new FrameHeaderDecoder();
    private final byte[] keyTaken = new byte[Frames.MAX_KEY_NAME_BYTES];

    long sentNs;
    /** The slave has rows left, and waits for credit. */
    boolean isParked;
    /** Its rows come out of a key in the plan's order. */
    boolean isInOrder;
    /** How many rows were asked for last. */
    long rowCredit;

    long receivedCount;
    boolean isEnded;
    long matchingCount;
    long seeks;
    long rowsExamined;
    long slaveNs;
    int keyTakenBytes;

    ChannelRun(int channel, OpenChannel way, MemoryLedger ledger) {
        this.channel = channel;
        this.way = way;
        rank = new SlaveRank(way.slaves().size());
        latest = new Attempt(way.link(), new AttemptBuffer(ledger));
        earlier = new Attempt(way.link(), new AttemptBuffer(ledger));
        answered = latest;
    }

    /** A new query. */
    Attempt begin(long queryId) {
        forget();
        lastNumber = 0;
        clear();
        return begin(latest, rank.begin(queryId));
    }

    /** The attempt whose place {@link #beginNext} takes, if that is still awaited, of another slave; null if not. */
    @Nullable
    Attempt givenUpNext() {
        return earlier.isAwaited() && way.slaves().size() > 1 ? earlier : null;
    }

    /** One more attempt, at the next slave if there are several; the one before goes on. */
    Attempt beginNext() {
        final Attempt next = earlier;
        earlier = latest;
        latest = next;
        next.forget();
        return beginAt(next, rank.next());
    }

    /** The same slave once more, which had not understood. */
    void beginAgain(Attempt attempt) {
        attempt.forget();
        beginAt(attempt, attempt.slave());
    }

    private Attempt beginAt(Attempt attempt, int slave) {
        lastNumber = (lastNumber + 1) & MAX_NUMBER;
        return begin(attempt, slave);
    }

    private Attempt begin(Attempt attempt, int slave) {
        attempt.begin(lastNumber, slave, way.slaves().get(slave).link());
        return attempt;
    }

    /** How many attempts came before the latest. */
    int attemptsBefore() {
        return lastNumber;
    }

    /** The attempt that a frame of this number answers; null if none waits for it. */
    @Nullable
    Attempt awaited(int number) {
        if (latest.isAwaited() && latest.number() == number) {
            return latest;
        }
        return earlier.isAwaited() && earlier.number() == number ? earlier : null;
    }

    /** An attempt whose answer may still come; null if there is none. */
    @Nullable
    Attempt anyAwaited() {
        return latest.isAwaited() ? latest : earlier.isAwaited() ? earlier : null;
    }

    /** This attempt's slave will not answer; false if no other may either, or {@code most} have said so. */
    boolean refuse(Attempt attempt, int most) {
        attempt.forget();
        return rank.refuse(attempt.slave()) && rank.refusedCount() < most;
    }

    /** What came of any attempt goes, and none is awaited. */
    void forget() {
        latest.forget();
        earlier.forget();
    }

    /** Nothing of earlier queries counts any more. */
    private void clear() {
        rows.clear();
        isParked = false;
        isInOrder = false;
        isEnded = false;
        receivedCount = 0;
        seeks = 0;
        rowsExamined = 0;
        slaveNs = 0;
        keyTakenBytes = 0;
    }

    boolean isReliable() {
        return latest.link().isReliable();
    }

    /** The one asked last. */
    Attempt latest() {
        return latest;
    }

    /** From any thread. */
    void interrupt(long queryId) {
        way.interrupt(queryId);
    }

    /** Rows that may be read where they lie until the next request to this channel. */
    void onRowsInPlace(RowsReplyDecoder reply, DirectBuffer buffer, int offset, boolean hasMore, boolean inOrder) {
        assert buffer.byteArray() == null : "a frame on heap has no address";
        rows.wrap(
                buffer.addressOffset() + offset + Frames.PAYLOAD_OFFSET,
                reply.rowCount(),
                reply.rowBytes(),
                reply.heapOffset());
        receivedCount += reply.rowCount();
        isParked = hasMore;
        isInOrder = inOrder;
    }

    /** The attempt is whole. */
    void onEnd(Attempt attempt, EndReplyDecoder end) {
        attempt.end();
        answered = attempt;
        isEnded = true;
        matchingCount = end.matchingCount();
        seeks = end.seeks();
        rowsExamined = end.rowsExamined();
        slaveNs = end.elapsedNs();
        keyTakenBytes = end.getKeyTaken(keyTaken, 0, keyTaken.length);
    }

    /** Moves on to the next frame of a whole attempt; false if there is none. */
    boolean nextBufferedFrame() {
        for (UnsafeBuffer frame = answered.frames.next(); frame != null; frame = answered.frames.next()) {
            buffered.wrapAndApplyHeader(frame, 0, bufferedHeader);
            rows.wrap(AttemptBuffer.payload(frame), buffered.rowCount(), buffered.rowBytes(), buffered.heapOffset());
            if (!rows.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    String keyTaken() {
        return keyTakenBytes == 0 ? "full scan" : new String(keyTaken, 0, keyTakenBytes, StandardCharsets.US_ASCII);
    }
}
