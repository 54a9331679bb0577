package io.keyfarm.farmer;

import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What one channel owes a query, and what of it is here.
 *
 * <pre>
 *   reliable link   rows are read where the slave wrote them, a frame at a time: WAITING ─► READY ⇄ PARKED ─► READY, ended
 *   other links     a whole attempt is gathered, checked, then read frame by frame:  WAITING ─────────────► READY, ended
 * </pre>
 */
final class ChannelRun {
    final int channel;
    final OpenChannel way;
    final ReplyRows rows = new ReplyRows();
    final AttemptBuffer attemptFrames;

    private final RowsReplyDecoder buffered = new RowsReplyDecoder();
    private final FrameHeaderDecoder bufferedHeader = new FrameHeaderDecoder();
    private final byte[] keyTaken = new byte[Frames.MAX_KEY_NAME_BYTES];

    int attempt;
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

    ChannelRun(int channel, OpenChannel way, AttemptBuffer attemptFrames) {
        this.channel = channel;
        this.way = way;
        this.attemptFrames = attemptFrames;
    }

    void begin() {
        attempt = 0;
        clear();
    }

    /** Nothing of earlier attempts counts any more. */
    void clear() {
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

    Link link() {
        return way.link();
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

    void onEnd(EndReplyDecoder end) {
        isEnded = true;
        matchingCount = end.matchingCount();
        seeks = end.seeks();
        rowsExamined = end.rowsExamined();
        slaveNs = end.elapsedNs();
        keyTakenBytes = end.getKeyTaken(keyTaken, 0, keyTaken.length);
    }

    /** Moves on to the next frame of a whole attempt; false if there is none. */
    boolean nextBufferedFrame() {
        for (UnsafeBuffer frame = attemptFrames.next(); frame != null; frame = attemptFrames.next()) {
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
