package io.keyfarm.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.wire.sbe.BatchReplyDecoder;
import io.keyfarm.wire.sbe.BatchReplyEncoder;
import io.keyfarm.wire.sbe.BatchRequestDecoder;
import io.keyfarm.wire.sbe.CancelRequestDecoder;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.ErrorReplyDecoder;
import io.keyfarm.wire.sbe.FetchRequestDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.KeysReplyDecoder;
import io.keyfarm.wire.sbe.KeysRequestDecoder;
import io.keyfarm.wire.sbe.MoreRequestDecoder;
import io.keyfarm.wire.sbe.PlanReplyDecoder;
import io.keyfarm.wire.sbe.PlanRequestDecoder;
import io.keyfarm.wire.sbe.QueryRequestDecoder;
import io.keyfarm.wire.sbe.QueryRequestEncoder;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import io.keyfarm.wire.sbe.RowsReplyEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What is common to all frames: how one begins, how one answers another, and whether bytes are one at all.
 *
 * <pre>
 *    0  blockLength  2 | templateId    2 | schemaId 2 | version  2
 *    8  clusterId                                                8
 *   16  farmerId     2 | slaveId       2 | channel  2 | fragment 2
 *   24  attempt      2 | flags         2 | sequence              4
 *   32  farmerIncarnation                                        8
 *   40  slaveIncarnation                                         8
 *   48  queryId                                                  8
 *   56  keyEpoch                                                 8
 *   64  generationDigest                                         8
 *   72  seal: CRC32C 4 + zeros 12, or MAC 16, or zeros          16
 *   88  the frame's own block, then its variable parts
 *
 *   a RowsReply:
 *   88  position     8 | rowCount      4 | rowBytes 4
 *  104  heapOffset   4 | heapBytes     4
 *  112  payload: rows of rowBytes each … | at heapOffset: heapBytes of long values
 *       and where the flags say that it ends: an EndReply's block and key, to the frame's end
 *
 *   a BatchRequest's bindings:    length 4 | parameters | length 4 | parameters | …
 *   a FetchRequest's:             length 4 | row count 4 | row number 4 | … | parameters | length 4 | …
 *
 *   a BatchReply, behind its block:
 *       rows of all bindings answered … | at heapOffset: long values | end 4 | end 4 | … | key 2 + text
 *       a binding's rows are those from the end before, or 0, to its own end
 *
 *   a KeysRequest's keys:         length 4 | text | length 4 | text | …
 *   a KeysReply's:                length 4 | bytes 8 | summary | length 4 | …
 * </pre>
 *
 * The slave writes rows at {@link #PAYLOAD_OFFSET} of its reply buffer, where they are to be sent, and fills in the block
 * when it knows how many there were.
 */
public final class Frames {
    public static final int HEADER_BYTES = FrameHeaderDecoder.ENCODED_LENGTH;

    /** From a RowsReply's start to its payload. */
    public static final int PAYLOAD_OFFSET = HEADER_BYTES + RowsReplyDecoder.BLOCK_LENGTH;

    /** The longest message Aeron takes in a term buffer of 128 MiB. */
    public static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

    public static final int MAX_PLAN_BYTES = 1024 * 1024;
    public static final int MAX_REPLICAS = 64;
    public static final int MAX_KEY_NAME_BYTES = 2048;
    public static final int MAX_MESSAGE_BYTES = 8192;

    /** Bindings of one BatchRequest, and what all of them may take with their lengths. */
    public static final int MAX_BINDINGS = 1024;

    public static final int MAX_BINDINGS_BYTES = 1024 * 1024;

    /** Keys of one table that one epoch may name. */
    public static final int MAX_KEYS = 64;

    public static final int MAX_TABLE_NAME_BYTES = 1024;

    /** From a BatchRequest's or a FetchRequest's start to the length of its first binding. */
    public static final int BINDINGS_OFFSET =
            HEADER_BYTES + BatchRequestDecoder.BLOCK_LENGTH + BatchRequestDecoder.bindingsHeaderLength();

    /** From a BatchReply's start to its rows. */
    public static final int BATCH_ROWS_OFFSET = HEADER_BYTES + BatchReplyDecoder.BLOCK_LENGTH;

    /** What an EndReply takes behind the rows of a RowsReply that ends, without the name of its key. */
    public static final int END_BYTES = EndReplyDecoder.BLOCK_LENGTH + EndReplyDecoder.keyTakenHeaderLength();

    /** No slave, channel or attempt has this number. */
    public static final int NO_ID = FrameHeaderDecoder.slaveIdNullValue();

    static {
        assert FetchRequestDecoder.BLOCK_LENGTH == BatchRequestDecoder.BLOCK_LENGTH : FetchRequestDecoder.BLOCK_LENGTH;
    }

    private Frames() {}

    /** Clears a header, so that nothing of the buffer's last use shows; the encoder's wrapAndApplyHeader comes next. */
    public static void begin(MutableDirectBuffer buffer, int offset) {
        buffer.setMemory(offset, HEADER_BYTES, (byte) 0);
    }

    /**
     * Begins the frame that answers another: the same cluster, nodes, query, attempt, epoch and generation, no flags,
     * sequence 0. The encoder's wrapAndApplyHeader comes next.
     */
    public static void beginReply(DirectBuffer request, int requestOffset, MutableDirectBuffer reply, int replyOffset) {
        reply.putBytes(replyOffset, request, requestOffset, FrameHeaderDecoder.sealEncodingOffset());
        reply.putShort(replyOffset + FrameHeaderDecoder.flagsEncodingOffset(), (short) 0);
        reply.putInt(replyOffset + FrameHeaderDecoder.sequenceEncodingOffset(), 0);
        reply.putLong(replyOffset + FrameHeaderDecoder.sealEncodingOffset(), 0);
        reply.putLong(replyOffset + FrameHeaderDecoder.sealEncodingOffset() + Long.BYTES, 0);
    }

    /** Where to write a request's parameters in place, its replicas written. */
    public static int parametersOffset(QueryRequestEncoder request) {
        return request.limit() + QueryRequestEncoder.parametersHeaderLength();
    }

    /**
     * Ends a request whose parameters were written at {@link #parametersOffset}.
     *
     * @return the frame's length.
     */
    public static int endParameters(QueryRequestEncoder request, int length) {
        final int limit = request.limit();
        request.buffer().putInt(limit, length, LITTLE_ENDIAN);
        request.limit(limit + QueryRequestEncoder.parametersHeaderLength() + length);
        return HEADER_BYTES + request.encodedLength();
    }

    /**
     * Fills in a RowsReply whose rows, and long values behind them, were written at {@link #PAYLOAD_OFFSET}.
     *
     * @return the frame's length; where the attempt ends with these rows, its end is to be written there.
     */
    public static int endRows(
            RowsReplyEncoder reply, long position, int rowCount, int rowBytes, int heapOffset, int heapBytes) {
        reply.position(position)
                .rowCount(rowCount)
                .rowBytes(rowBytes)
                .heapOffset(heapOffset)
                .heapBytes(heapBytes);
        return PAYLOAD_OFFSET + heapOffset + heapBytes;
    }

    /** From a RowsReply's start to the end of its rows and long values. */
    public static int rowsLength(RowsReplyDecoder reply) {
        return PAYLOAD_OFFSET + reply.heapOffset() + reply.heapBytes();
    }

    /**
     * Fills in a BatchReply whose rows, and long values behind them, were written at {@link #BATCH_ROWS_OFFSET}: with the
     * numbers of the rows, the ends of the bindings and the name of the key, in ASCII.
     *
     * @return the frame's length
     */
    public static int endBatch(
            BatchReplyEncoder reply,
            int rowCount,
            int rowBytes,
            int payloadBytes,
            int[] ends,
            int answeredCount,
            byte[] keyTaken) {
        final int heapOffset = rowCount * rowBytes;
        reply.answeredCount(answeredCount)
                .rowCount(rowCount)
                .rowBytes(rowBytes)
                .heapOffset(heapOffset)
                .heapBytes(payloadBytes - heapOffset);
        final MutableDirectBuffer frame = reply.buffer();
        int at = reply.limit() + payloadBytes;
        for (int i = 0; i < answeredCount; i++, at += Integer.BYTES) {
            frame.putInt(at, ends[i], LITTLE_ENDIAN);
        }
        frame.putShort(at, (short) keyTaken.length, LITTLE_ENDIAN);
        frame.putBytes(at + Short.BYTES, keyTaken);
        return at + Short.BYTES + keyTaken.length - reply.offset() + HEADER_BYTES;
    }

    /** What a BatchReply needs behind its rows and long values. */
    public static int batchTailBytes(int bindingCount, int keyNameBytes) {
        return bindingCount * Integer.BYTES + Short.BYTES + keyNameBytes;
    }

    /** From a BatchReply's start to the ends of its bindings. */
    public static int batchEndsOffset(BatchReplyDecoder reply) {
        return BATCH_ROWS_OFFSET + reply.heapOffset() + reply.heapBytes();
    }

    public static int templateId(DirectBuffer buffer, int offset) {
        return ushort(buffer, offset + FrameHeaderDecoder.templateIdEncodingOffset());
    }

    /** Whether farmers send frames of this type, to slaves, or slaves, to farmers. */
    public static boolean isFromFarmer(int templateId) {
        return switch (templateId) {
            case QueryRequestDecoder.TEMPLATE_ID,
                    MoreRequestDecoder.TEMPLATE_ID,
                    CancelRequestDecoder.TEMPLATE_ID,
                    PlanReplyDecoder.TEMPLATE_ID,
                    BatchRequestDecoder.TEMPLATE_ID,
                    FetchRequestDecoder.TEMPLATE_ID,
                    KeysRequestDecoder.TEMPLATE_ID -> true;
            default -> false;
        };
    }

    /**
     * Whether the bytes are one whole frame: a known version and type, its parts adding up to its length, its numbers
     * within their ranges. A frame that passes can be read through its decoder to the end. What the numbers mean, and
     * whether cluster and incarnations are the right ones, is its reader's to judge; a CRC is {@link FrameSeal}'s.
     */
    public static FrameFault check(DirectBuffer buffer, int offset, int length) {
        return FrameCheck.check(buffer, offset, length);
    }

    /** A frame as a line of text for logs and failing tests, for any bytes. */
    public static String describe(DirectBuffer buffer, int offset, int length) {
        final FrameFault fault = check(buffer, offset, length);
        if (fault != FrameFault.NONE) {
            return length + " bytes, not a frame: " + fault.meaning();
        }
        final FrameHeaderDecoder header = new FrameHeaderDecoder().wrap(buffer, offset);
        return header + " " + body(buffer, offset, header);
    }

    private static Object body(DirectBuffer buffer, int offset, FrameHeaderDecoder header) {
        return switch (header.templateId()) {
            case QueryRequestDecoder.TEMPLATE_ID ->
                new QueryRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
            case MoreRequestDecoder.TEMPLATE_ID -> new MoreRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
            case CancelRequestDecoder.TEMPLATE_ID ->
                new CancelRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
            case RowsReplyDecoder.TEMPLATE_ID -> new RowsReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
            case EndReplyDecoder.TEMPLATE_ID -> new EndReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
            case ErrorReplyDecoder.TEMPLATE_ID -> new ErrorReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
            case PlanRequestDecoder.TEMPLATE_ID -> new PlanRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
            case PlanReplyDecoder.TEMPLATE_ID -> new PlanReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
            case BatchRequestDecoder.TEMPLATE_ID ->
                new BatchRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
            case BatchReplyDecoder.TEMPLATE_ID -> new BatchReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
            case FetchRequestDecoder.TEMPLATE_ID ->
                new FetchRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
            case KeysRequestDecoder.TEMPLATE_ID -> new KeysRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
            case KeysReplyDecoder.TEMPLATE_ID -> new KeysReplyDecoder().wrapAndApplyHeader(buffer, offset, header);
            default -> throw new AssertionError(header);
        };
    }

    static int ushort(DirectBuffer buffer, int index) {
        return buffer.getShort(index, LITTLE_ENDIAN) & 0xFFFF;
    }
}
