package io.keyfarm.wire;

import static io.keyfarm.wire.Frames.HEADER_BYTES;
import static io.keyfarm.wire.Frames.ushort;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.wire.sbe.BatchReplyDecoder;
import io.keyfarm.wire.sbe.BatchRequestDecoder;
import io.keyfarm.wire.sbe.CancelRequestDecoder;
import io.keyfarm.wire.sbe.EndReplyDecoder;
import io.keyfarm.wire.sbe.ErrorReplyDecoder;
import io.keyfarm.wire.sbe.FetchRequestDecoder;
import io.keyfarm.wire.sbe.FrameFlagsEncoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.KeysReplyDecoder;
import io.keyfarm.wire.sbe.KeysRequestDecoder;
import io.keyfarm.wire.sbe.MoreRequestDecoder;
import io.keyfarm.wire.sbe.PlanReplyDecoder;
import io.keyfarm.wire.sbe.PlanRequestDecoder;
import io.keyfarm.wire.sbe.QueryRequestDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import io.keyfarm.wire.sbe.RowsReplyDecoder;
import org.agrona.DirectBuffer;

/**
 * Judges bytes that anyone may have sent. First the header, then the length of the fixed part, then what the fixed part
 * says of the rest: nothing is read before it is known to lie within the frame, and nothing is allocated.
 */
final class FrameCheck {
    private static final int CRC = FrameFlagsEncoder.crc((short) 0, true);
    private static final int MAC = FrameFlagsEncoder.mac((short) 0, true);
    private static final int CREDIT_SPENT = FrameFlagsEncoder.creditSpent((short) 0, true);
    private static final int CHECKSUMMED = FrameFlagsEncoder.checksummed((short) 0, true);

    private static final int IN_ORDER = FrameFlagsEncoder.inOrder((short) 0, true);
    private static final int ENDS = FrameFlagsEncoder.ends((short) 0, true);

    private static final int MIN_CODE = ReplyCode.UNKNOWN_PLAN.value();
    private static final int MAX_CODE = ReplyCode.BAD_VALUE.value();

    private FrameCheck() {}

    static FrameFault check(DirectBuffer buffer, int offset, int length) {
        if (length < HEADER_BYTES) {
            return FrameFault.TOO_SHORT;
        }
        if (length > Frames.MAX_FRAME_BYTES) {
            return FrameFault.TOO_LONG;
        }
        if (ushort(buffer, offset + FrameHeaderDecoder.schemaIdEncodingOffset()) != FrameHeaderDecoder.SCHEMA_ID) {
            return FrameFault.UNKNOWN_SCHEMA;
        }
        if (ushort(buffer, offset + FrameHeaderDecoder.versionEncodingOffset()) != FrameHeaderDecoder.SCHEMA_VERSION) {
            return FrameFault.UNKNOWN_VERSION;
        }
        final int templateId = Frames.templateId(buffer, offset);
        final int blockLength = blockLength(templateId);
        if (blockLength < 0) {
            return FrameFault.UNKNOWN_TYPE;
        }
        if (ushort(buffer, offset + FrameHeaderDecoder.blockLengthEncodingOffset()) != blockLength) {
            return FrameFault.WRONG_BLOCK_LENGTH;
        }
        if (length < HEADER_BYTES + blockLength) {
            return FrameFault.TOO_SHORT;
        }
        final FrameFault fault = checkHeader(buffer, offset, templateId);
        if (fault != FrameFault.NONE) {
            return fault;
        }

        final int block = offset + HEADER_BYTES;
        final int end = offset + length;
        return switch (templateId) {
            case QueryRequestDecoder.TEMPLATE_ID -> checkQuery(buffer, block, end);
            case MoreRequestDecoder.TEMPLATE_ID -> checkMore(buffer, block, end);
            case RowsReplyDecoder.TEMPLATE_ID -> checkRows(buffer, block, end);
            case EndReplyDecoder.TEMPLATE_ID -> checkEnd(buffer, block, end);
            case ErrorReplyDecoder.TEMPLATE_ID -> checkError(buffer, block, end);
            case PlanReplyDecoder.TEMPLATE_ID ->
                checkBlock(buffer, block + PlanReplyDecoder.BLOCK_LENGTH, end, Frames.MAX_PLAN_BYTES);
            case BatchRequestDecoder.TEMPLATE_ID -> checkBatch(buffer, block, end);
            case BatchReplyDecoder.TEMPLATE_ID -> checkBatchReply(buffer, block, end);
            case FetchRequestDecoder.TEMPLATE_ID -> FetchCheck.check(buffer, block, end);
            case KeysRequestDecoder.TEMPLATE_ID -> KeysCheck.checkRequest(buffer, block, end);
            case KeysReplyDecoder.TEMPLATE_ID -> KeysCheck.checkReply(buffer, block, end);
            default -> endsAt(block + blockLength, end);
        };
    }

    private static int blockLength(int templateId) {
        return switch (templateId) {
            case QueryRequestDecoder.TEMPLATE_ID -> QueryRequestDecoder.BLOCK_LENGTH;
            case MoreRequestDecoder.TEMPLATE_ID -> MoreRequestDecoder.BLOCK_LENGTH;
            case CancelRequestDecoder.TEMPLATE_ID -> CancelRequestDecoder.BLOCK_LENGTH;
            case RowsReplyDecoder.TEMPLATE_ID -> RowsReplyDecoder.BLOCK_LENGTH;
            case EndReplyDecoder.TEMPLATE_ID -> EndReplyDecoder.BLOCK_LENGTH;
            case ErrorReplyDecoder.TEMPLATE_ID -> ErrorReplyDecoder.BLOCK_LENGTH;
            case PlanRequestDecoder.TEMPLATE_ID -> PlanRequestDecoder.BLOCK_LENGTH;
            case PlanReplyDecoder.TEMPLATE_ID -> PlanReplyDecoder.BLOCK_LENGTH;
            case BatchRequestDecoder.TEMPLATE_ID -> BatchRequestDecoder.BLOCK_LENGTH;
            case BatchReplyDecoder.TEMPLATE_ID -> BatchReplyDecoder.BLOCK_LENGTH;
            case FetchRequestDecoder.TEMPLATE_ID -> FetchRequestDecoder.BLOCK_LENGTH;
            case KeysRequestDecoder.TEMPLATE_ID -> KeysRequestDecoder.BLOCK_LENGTH;
            case KeysReplyDecoder.TEMPLATE_ID -> KeysReplyDecoder.BLOCK_LENGTH;
            default -> -1;
        };
    }

    private static FrameFault checkHeader(DirectBuffer buffer, int offset, int templateId) {
        final int allowed = switch (templateId) {
            case RowsReplyDecoder.TEMPLATE_ID -> CRC | MAC | CREDIT_SPENT | CHECKSUMMED | ENDS | IN_ORDER;
            case QueryRequestDecoder.TEMPLATE_ID, EndReplyDecoder.TEMPLATE_ID -> CRC | MAC | CHECKSUMMED;
            default -> CRC | MAC;
        };
        final int flags = ushort(buffer, offset + FrameHeaderDecoder.flagsEncodingOffset());
        if ((flags & ~allowed) != 0 || (flags & (CRC | MAC)) == (CRC | MAC)) {
            return FrameFault.UNKNOWN_FLAG;
        }
        if (templateId == RowsReplyDecoder.TEMPLATE_ID && !isOneOfRows(flags)) {
            return FrameFault.UNKNOWN_FLAG;
        }
        final int seal = offset + FrameHeaderDecoder.sealEncodingOffset();
        final long low = buffer.getLong(seal, LITTLE_ENDIAN);
        final long high = buffer.getLong(seal + Long.BYTES, LITTLE_ENDIAN);
        if ((flags & MAC) == 0) {
            // So that a flip of the CRC's own flag is seen, bytes of a seal need a flag.
            final long unannounced = (flags & CRC) == 0 ? low | high : low >>> Integer.SIZE | high;
            if (unannounced != 0) {
                return FrameFault.BAD_SEAL;
            }
        }
        if (buffer.getInt(offset + FrameHeaderDecoder.sequenceEncodingOffset(), LITTLE_ENDIAN) < 0) {
            return FrameFault.BAD_COUNT;
        }
        return FrameFault.NONE;
    }

    /** What goes on does not end, only an end has a checksum, and only of what waits is it said how it goes on. */
    private static boolean isOneOfRows(int flags) {
        if ((flags & (CREDIT_SPENT | IN_ORDER)) == IN_ORDER) {
            return false;
        }
        return (flags & ENDS) != 0 ? (flags & CREDIT_SPENT) == 0 : (flags & CHECKSUMMED) == 0;
    }

    private static FrameFault checkQuery(DirectBuffer buffer, int block, int end) {
        final long counts = getLong(buffer, block + QueryRequestDecoder.remainingDeadlineNsEncodingOffset())
                | getLong(buffer, block + QueryRequestDecoder.memoryBytesEncodingOffset())
                | getLong(buffer, block + QueryRequestDecoder.byteCreditEncodingOffset())
                | getLong(buffer, block + QueryRequestDecoder.rowCreditEncodingOffset());
        if (counts < 0) {
            return FrameFault.BAD_COUNT;
        }
        if (getInt(buffer, block + QueryRequestDecoder.keyHintEncodingOffset()) < KeyHint.SCAN) {
            return FrameFault.BAD_KEY_HINT;
        }

        final int group = block + QueryRequestDecoder.BLOCK_LENGTH;
        if (end - group < QueryRequestDecoder.ReplicasDecoder.HEADER_SIZE) {
            return FrameFault.LENGTHS_DIFFER;
        }
        if (ushort(buffer, group) != QueryRequestDecoder.ReplicasDecoder.sbeBlockLength()) {
            return FrameFault.WRONG_BLOCK_LENGTH;
        }
        final int replicaCount = ushort(buffer, group + Short.BYTES);
        if (replicaCount > Frames.MAX_REPLICAS) {
            return FrameFault.BAD_COUNT;
        }
        final int replicas = group + QueryRequestDecoder.ReplicasDecoder.HEADER_SIZE;
        return checkBlock(buffer, replicas + replicaCount * Short.BYTES, end, Frames.MAX_FRAME_BYTES);
    }

    private static FrameFault checkMore(DirectBuffer buffer, int block, int end) {
        final long counts = getLong(buffer, block + MoreRequestDecoder.remainingDeadlineNsEncodingOffset())
                | getLong(buffer, block + MoreRequestDecoder.byteCreditEncodingOffset())
                | getLong(buffer, block + MoreRequestDecoder.rowCreditEncodingOffset());
        return counts < 0 ? FrameFault.BAD_COUNT : endsAt(block + MoreRequestDecoder.BLOCK_LENGTH, end);
    }

    private static FrameFault checkRows(DirectBuffer buffer, int block, int end) {
        final int rowCount = getInt(buffer, block + RowsReplyDecoder.rowCountEncodingOffset());
        final int rowBytes = getInt(buffer, block + RowsReplyDecoder.rowBytesEncodingOffset());
        final int heapOffset = getInt(buffer, block + RowsReplyDecoder.heapOffsetEncodingOffset());
        final int heapBytes = getInt(buffer, block + RowsReplyDecoder.heapBytesEncodingOffset());
        if ((rowCount | rowBytes | heapOffset | heapBytes) < 0) {
            return FrameFault.BAD_COUNT;
        }
        final int room = end - (block + RowsReplyDecoder.BLOCK_LENGTH);
        final long payloadBytes = (long) heapOffset + heapBytes;
        if ((long) rowCount * rowBytes > heapOffset || payloadBytes > room) {
            return FrameFault.LENGTHS_DIFFER;
        }
        // Rows of no bytes would let a short frame claim two billion of them.
        if (rowBytes == 0 && rowCount > 0) {
            return FrameFault.BAD_COUNT;
        }
        final int behindRows = end - room + (int) payloadBytes;
        final int flags = ushort(buffer, block - HEADER_BYTES + FrameHeaderDecoder.flagsEncodingOffset());
        return (flags & ENDS) != 0 ? checkEnd(buffer, behindRows, end) : endsAt(behindRows, end);
    }

    private static FrameFault checkBatch(DirectBuffer buffer, int block, int end) {
        final long counts = getLong(buffer, block + BatchRequestDecoder.remainingDeadlineNsEncodingOffset())
                | getLong(buffer, block + BatchRequestDecoder.memoryBytesEncodingOffset());
        final int bindingCount = getInt(buffer, block + BatchRequestDecoder.bindingCountEncodingOffset());
        if (counts < 0 || bindingCount < 1 || bindingCount > Frames.MAX_BINDINGS) {
            return FrameFault.BAD_COUNT;
        }
        if (getInt(buffer, block + BatchRequestDecoder.keyHintEncodingOffset()) < KeyHint.SCAN) {
            return FrameFault.BAD_KEY_HINT;
        }
        final int bindings = block + BatchRequestDecoder.BLOCK_LENGTH;
        final FrameFault fault = checkBlock(buffer, bindings, end, Frames.MAX_BINDINGS_BYTES);
        return fault == FrameFault.NONE ? checkBindings(buffer, bindings + Integer.BYTES, end, bindingCount) : fault;
    }

    /** So many times a four-byte length and so many bytes, to the frame's end. */
    static FrameFault checkBindings(DirectBuffer buffer, int from, int end, int bindingCount) {
        int at = from;
        for (int i = 0; i < bindingCount; i++) {
            if (end - at < Integer.BYTES) {
                return FrameFault.LENGTHS_DIFFER;
            }
            final int bytes = getInt(buffer, at);
            if (bytes < 0) {
                return FrameFault.BAD_COUNT;
            }
            at += Integer.BYTES;
            if (end - at < bytes) {
                return FrameFault.LENGTHS_DIFFER;
            }
            at += bytes;
        }
        return endsAt(at, end);
    }

    private static FrameFault checkBatchReply(DirectBuffer buffer, int block, int end) {
        final int answeredCount = getInt(buffer, block + BatchReplyDecoder.answeredCountEncodingOffset());
        final int rowCount = getInt(buffer, block + BatchReplyDecoder.rowCountEncodingOffset());
        final int rowBytes = getInt(buffer, block + BatchReplyDecoder.rowBytesEncodingOffset());
        final int heapOffset = getInt(buffer, block + BatchReplyDecoder.heapOffsetEncodingOffset());
        final int heapBytes = getInt(buffer, block + BatchReplyDecoder.heapBytesEncodingOffset());
        final long counts = getLong(buffer, block + BatchReplyDecoder.seeksEncodingOffset())
                | getLong(buffer, block + BatchReplyDecoder.rowsExaminedEncodingOffset())
                | getLong(buffer, block + BatchReplyDecoder.elapsedNsEncodingOffset());
        if (counts < 0
                || (answeredCount | rowCount | rowBytes | heapOffset | heapBytes) < 0
                || answeredCount > Frames.MAX_BINDINGS
                || (rowBytes == 0 && rowCount > 0)) {
            return FrameFault.BAD_COUNT;
        }
        final int rows = block + BatchReplyDecoder.BLOCK_LENGTH;
        final long tailBytes = end - rows - ((long) heapOffset + heapBytes);
        if ((long) rowCount * rowBytes > heapOffset || tailBytes < (long) answeredCount * Integer.BYTES) {
            return FrameFault.LENGTHS_DIFFER;
        }
        final int ends = rows + heapOffset + heapBytes;
        if (!isAscending(buffer, ends, answeredCount, rowCount)) {
            return FrameFault.BAD_COUNT;
        }
        final int key = ends + answeredCount * Integer.BYTES;
        final FrameFault fault = checkText(buffer, key, end, Frames.MAX_KEY_NAME_BYTES);
        return fault == FrameFault.NONE && !isAscii(buffer, key + Short.BYTES, end) ? FrameFault.BAD_TEXT : fault;
    }

    private static boolean isAscending(DirectBuffer buffer, int at, int count, int most) {
        int before = 0;
        for (int i = 0; i < count; i++) {
            final int it = getInt(buffer, at + i * Integer.BYTES);
            if (it < before || it > most) {
                return false;
            }
            before = it;
        }
        return true;
    }

    private static FrameFault checkEnd(DirectBuffer buffer, int block, int end) {
        if (end - block < EndReplyDecoder.BLOCK_LENGTH) {
            return FrameFault.LENGTHS_DIFFER;
        }
        final long counts = getLong(buffer, block + EndReplyDecoder.rowCountEncodingOffset())
                | getLong(buffer, block + EndReplyDecoder.seeksEncodingOffset())
                | getLong(buffer, block + EndReplyDecoder.rowsExaminedEncodingOffset())
                | getLong(buffer, block + EndReplyDecoder.elapsedNsEncodingOffset());
        if (counts < 0 || getLong(buffer, block + EndReplyDecoder.matchingCountEncodingOffset()) < -1) {
            return FrameFault.BAD_COUNT;
        }
        final int key = block + EndReplyDecoder.BLOCK_LENGTH;
        final FrameFault fault = checkText(buffer, key, end, Frames.MAX_KEY_NAME_BYTES);
        return fault == FrameFault.NONE && !isAscii(buffer, key + Short.BYTES, end) ? FrameFault.BAD_TEXT : fault;
    }

    private static FrameFault checkError(DirectBuffer buffer, int block, int end) {
        if (getLong(buffer, block + ErrorReplyDecoder.retryAfterNsEncodingOffset()) < 0) {
            return FrameFault.BAD_COUNT;
        }
        final int code = buffer.getByte(block + ErrorReplyDecoder.codeEncodingOffset()) & 0xFF;
        if (code < MIN_CODE || code > MAX_CODE) {
            return FrameFault.BAD_CODE;
        }
        return checkText(buffer, block + ErrorReplyDecoder.BLOCK_LENGTH, end, Frames.MAX_MESSAGE_BYTES);
    }

    /** A four-byte length and so many bytes, to the frame's end. */
    static FrameFault checkBlock(DirectBuffer buffer, int at, int end, int maxBytes) {
        if (end - at < Integer.BYTES) {
            return FrameFault.LENGTHS_DIFFER;
        }
        final int bytes = getInt(buffer, at);
        if (bytes < 0 || bytes > maxBytes) {
            return FrameFault.BAD_COUNT;
        }
        return endsAt(at + Integer.BYTES + bytes, end);
    }

    /** A two-byte length and so many bytes, to the frame's end. */
    private static FrameFault checkText(DirectBuffer buffer, int at, int end, int maxBytes) {
        if (end - at < Short.BYTES) {
            return FrameFault.LENGTHS_DIFFER;
        }
        final int bytes = ushort(buffer, at);
        return bytes > maxBytes ? FrameFault.BAD_COUNT : endsAt(at + Short.BYTES + bytes, end);
    }

    private static boolean isAscii(DirectBuffer buffer, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= buffer.getByte(i);
        }
        return all >= 0;
    }

    private static FrameFault endsAt(int at, int end) {
        return at == end ? FrameFault.NONE : FrameFault.LENGTHS_DIFFER;
    }

    private static int getInt(DirectBuffer buffer, int index) {
        return buffer.getInt(index, LITTLE_ENDIAN);
    }

    private static long getLong(DirectBuffer buffer, int index) {
        return buffer.getLong(index, LITTLE_ENDIAN);
    }
}
