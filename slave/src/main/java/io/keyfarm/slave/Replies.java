package io.keyfarm.slave;

import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.BatchReplyEncoder;
import io.keyfarm.wire.sbe.EndReplyEncoder;
import io.keyfarm.wire.sbe.ErrorReplyEncoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.PlanRequestEncoder;
import io.keyfarm.wire.sbe.ReplyCode;
import io.keyfarm.wire.sbe.RowsReplyEncoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the frames that answer the request at hand, and sends them back the way it came. What a link refuses is lost
 * as on any network: the farmer's timer brings the request back.
 */
final class Replies {
    private static final UnsafeBuffer NO_REQUEST = new UnsafeBuffer(new byte[Frames.HEADER_BYTES]);
    private static final byte[] NO_NAME = {};

    private final SlaveSettings settings;
    private final UnsafeBuffer small = new UnsafeBuffer(new byte[Frames.HEADER_BYTES + Frames.MAX_MESSAGE_BYTES + 64]);
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final RowsReplyEncoder rows = new RowsReplyEncoder();
    private final BatchReplyEncoder batch = new BatchReplyEncoder();
    private final EndReplyEncoder end = new EndReplyEncoder();
    private final ErrorReplyEncoder error = new ErrorReplyEncoder();
    private final PlanRequestEncoder planRequest = new PlanRequestEncoder();

    private DirectBuffer request = NO_REQUEST;
    private int requestOffset;
    private Link link = NowhereLink.INSTANCE;

    Replies(SlaveSettings settings) {
        this.settings = settings;
    }

    /** Answers this request from now on; its bytes must stay until it is answered. */
    void begin(Link replyTo, DirectBuffer requestFrame, int offset) {
        link = replyTo;
        request = requestFrame;
        requestOffset = offset;
    }

    /** Whether the farmer reads the slave's own clock. */
    boolean hasOneClock() {
        return link.hasOneClock();
    }

    int maxFrameBytes() {
        return Math.min(settings.maxFrameBytes(), link.maxFrameBytes());
    }

    /** Beyond what the slave prefers, the longest frame that can go at all. */
    int linkFrameBytes() {
        return link.maxFrameBytes();
    }

    /** Whether rows need a checksum. */
    boolean isChecked() {
        return !link.isReliable();
    }

    /** Begins the reply whose rows stand in the frame's payload already; answers where they end. */
    int beginRows(UnsafeBuffer frame, int sequence, long position, int rowCount, int rowBytes, int payloadBytes) {
        Frames.beginReply(request, requestOffset, frame, 0);
        rows.wrapAndApplyHeader(frame, 0, header);
        sign(sequence);
        final int heapOffset = rowCount * rowBytes;
        return Frames.endRows(rows, position, rowCount, rowBytes, heapOffset, payloadBytes - heapOffset);
    }

    /** Sends the rows begun; there will be more. */
    void rows(UnsafeBuffer frame, int length, boolean isCreditSpent, boolean isInOrder) {
        if (isCreditSpent) {
            header.flags().creditSpent(true).inOrder(isInOrder);
        }
        link.send(frame, 0, length);
    }

    /** Sends the rows begun, and with them the end of the attempt, which the frame has room for. */
    void lastRows(UnsafeBuffer frame, int length, ReplyFrames sent, BoundPart read, long elapsedNs) {
        end.wrap(frame, length);
        writeEnd(sent, read, -1, elapsedNs);
        header.flags().ends(true).checksummed(isChecked());
        link.send(frame, 0, length + end.encodedLength());
    }

    /** Sends the end of the attempt by itself. */
    void end(ReplyFrames sent, BoundPart read, long matchingCount, long elapsedNs) {
        Frames.beginReply(request, requestOffset, small, 0);
        end.wrapAndApplyHeader(small, 0, header);
        sign(sent.sequence()).flags().checksummed(isChecked());
        writeEnd(sent, read, matchingCount, elapsedNs);
        link.send(small, 0, Frames.HEADER_BYTES + end.encodedLength());
    }

    private void writeEnd(ReplyFrames sent, BoundPart read, long matchingCount, long elapsedNs) {
        final byte[] keyTaken = read.pathName();
        end.rowCount(sent.sentCount())
                .matchingCount(matchingCount)
                .checksum(isChecked() ? sent.checksum(matchingCount) : 0)
                .seeks(read.seeks())
                .rowsExamined(read.rowsExamined())
                .elapsedNs(elapsedNs)
                .putKeyTaken(keyTaken, 0, keyTaken.length);
    }

    /** Sends what a batch's frame holds. */
    void batch(BatchFrame frame, BoundPart here, long seeks, long rowsExamined, long elapsedNs) {
        final UnsafeBuffer buffer = frame.buffer();
        final int answeredCount = frame.answeredCount(here.projection());
        final int rowCount = here.projection().rowCount();
        final int payloadBytes = here.projection().finish();
        Frames.beginReply(request, requestOffset, buffer, 0);
        batch.wrapAndApplyHeader(buffer, 0, header);
        sign(0);
        batch.seeks(seeks).rowsExamined(rowsExamined).elapsedNs(elapsedNs);
        final int rowBytes = here.projection().outputLayout().rowBytes();
        final byte[] keyTaken = frame.holds(here.pathName()) ? here.pathName() : NO_NAME;
        final int length =
                Frames.endBatch(batch, rowCount, rowBytes, payloadBytes, frame.ends(), answeredCount, keyTaken);
        link.send(buffer, 0, length);
    }

    void error(ReplyCode code, String message) {
        Frames.beginReply(request, requestOffset, small, 0);
        error.wrapAndApplyHeader(small, 0, header);
        sign(0);
        error.retryAfterNs(0).code(code);
        final byte[] text = message.getBytes(StandardCharsets.UTF_8);
        error.putMessage(text, 0, Math.min(text.length, Frames.MAX_MESSAGE_BYTES));
        link.send(small, 0, Frames.HEADER_BYTES + error.encodedLength());
    }

    void askForPlan(long idHigh, long idLow) {
        Frames.beginReply(request, requestOffset, small, 0);
        planRequest.wrapAndApplyHeader(small, 0, header);
        sign(0);
        planRequest.boundIdHigh(idHigh).boundIdLow(idLow);
        link.send(small, 0, Frames.HEADER_BYTES + planRequest.encodedLength());
    }

    private FrameHeaderEncoder sign(int sequence) {
        return header.slaveId(settings.slaveId())
                .slaveIncarnation(settings.incarnation())
                .sequence(sequence);
    }
}
