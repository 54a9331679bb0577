package io.keyfarm.slave;

import io.keyfarm.wire.AttemptChecksum;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.Link;
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

    private final SlaveSettings settings;
    private final UnsafeBuffer small = new UnsafeBuffer(new byte[Frames.HEADER_BYTES + Frames.MAX_MESSAGE_BYTES + 64]);
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final RowsReplyEncoder rows = new RowsReplyEncoder();
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

    int maxFrameBytes() {
        return Math.min(settings.maxFrameBytes(), link.maxFrameBytes());
    }

    /** Beyond what the slave prefers, the longest frame that can go at all. */
    int linkFrameBytes() {
        return link.maxFrameBytes();
    }

    /** Sends the rows that stand in the frame's payload already; answers the frame's length. */
    int rows(
            UnsafeBuffer frame,
            int sequence,
            long position,
            int rowCount,
            int rowBytes,
            int payloadBytes,
            boolean isCreditSpent,
            AttemptChecksum checksum) {
        Frames.beginReply(request, requestOffset, frame, 0);
        rows.wrapAndApplyHeader(frame, 0, header);
        sign(sequence).flags().creditSpent(isCreditSpent);
        final int heapOffset = rowCount * rowBytes;
        final int length = Frames.endRows(rows, position, rowCount, rowBytes, heapOffset, payloadBytes - heapOffset);
        if (!link.isReliable()) {
            checksum.addRows(frame, 0, length);
        }
        link.send(frame, 0, length);
        return length;
    }

    /** Sends the end of the attempt. */
    void end(ReplyFrames sent, ReadPath path, long matchingCount, long elapsedNs) {
        Frames.beginReply(request, requestOffset, small, 0);
        end.wrapAndApplyHeader(small, 0, header);
        final boolean isChecked = !link.isReliable();
        sign(sent.sequence()).flags().checksummed(isChecked);
        end.rowCount(sent.sentCount())
                .matchingCount(matchingCount)
                .checksum(isChecked ? sent.checksum(matchingCount) : 0)
                .seeks(path.seeks())
                .rowsExamined(path.rowsExamined())
                .elapsedNs(elapsedNs);
        final byte[] keyTaken = path.name();
        end.putKeyTaken(keyTaken, 0, keyTaken.length);
        link.send(small, 0, Frames.HEADER_BYTES + end.encodedLength());
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
