package io.keyfarm.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.wire.sbe.KeysReplyDecoder;
import io.keyfarm.wire.sbe.KeysRequestDecoder;
import io.keyfarm.wire.sbe.KeysState;
import io.keyfarm.wire.sbe.KeysVerb;
import org.agrona.DirectBuffer;

/** Whether the parts of frames about key epochs add up. What the keys' texts and summaries say is for their reader to see. */
final class KeysCheck {
    private static final int MIN_VERB = KeysVerb.PROPOSE.value();
    private static final int MAX_VERB = KeysVerb.STATE.value();
    private static final int MIN_STATE = KeysState.IDLE.value();
    private static final int MAX_STATE = KeysState.OTHER.value();

    private KeysCheck() {}

    static FrameFault checkRequest(DirectBuffer buffer, int block, int end) {
        final int keyCount = buffer.getInt(block + KeysRequestDecoder.keyCountEncodingOffset(), LITTLE_ENDIAN);
        final int wantsSummaries = buffer.getByte(block + KeysRequestDecoder.wantsSummariesEncodingOffset());
        if (buffer.getLong(block + KeysRequestDecoder.counterEncodingOffset(), LITTLE_ENDIAN) < 0
                || keyCount < 0
                || keyCount > Frames.MAX_KEYS
                || (wantsSummaries & ~1) != 0) {
            return FrameFault.BAD_COUNT;
        }
        final int verb = buffer.getByte(block + KeysRequestDecoder.verbEncodingOffset()) & 0xFF;
        if (verb < MIN_VERB || verb > MAX_VERB) {
            return FrameFault.BAD_CODE;
        }
        final int table = block + KeysRequestDecoder.BLOCK_LENGTH;
        final int keys = behindText(buffer, table, end, Frames.MAX_TABLE_NAME_BYTES);
        return keys < 0
                ? FrameFault.LENGTHS_DIFFER
                : checkKeys(buffer, keys, end, keyCount, 0, Frames.MAX_KEY_NAME_BYTES);
    }

    static FrameFault checkReply(DirectBuffer buffer, int block, int end) {
        final int keyCount = buffer.getInt(block + KeysReplyDecoder.keyCountEncodingOffset(), LITTLE_ENDIAN);
        if (buffer.getLong(block + KeysReplyDecoder.counterEncodingOffset(), LITTLE_ENDIAN) < 0
                || buffer.getLong(block + KeysReplyDecoder.epochInForceEncodingOffset(), LITTLE_ENDIAN)
                        < KeyEpoch.UNSETTLED
                || keyCount < 0
                || keyCount > Frames.MAX_KEYS) {
            return FrameFault.BAD_COUNT;
        }
        final int state = buffer.getByte(block + KeysReplyDecoder.stateEncodingOffset()) & 0xFF;
        if (state < MIN_STATE || state > MAX_STATE) {
            return FrameFault.BAD_CODE;
        }
        final int table = block + KeysReplyDecoder.BLOCK_LENGTH;
        final int message = behindText(buffer, table, end, Frames.MAX_TABLE_NAME_BYTES);
        final int keys = message < 0 ? -1 : behindText(buffer, message, end, Frames.MAX_MESSAGE_BYTES);
        return keys < 0
                ? FrameFault.LENGTHS_DIFFER
                : checkKeys(buffer, keys, end, keyCount, Long.BYTES, Frames.MAX_FRAME_BYTES);
    }

    /** Where a text ends that is as long as its two-byte length says; −1 if that is too long, or beyond the end. */
    private static int behindText(DirectBuffer buffer, int at, int end, int maxBytes) {
        if (end - at < Short.BYTES) {
            return -1;
        }
        final int bytes = Frames.ushort(buffer, at);
        return bytes > maxBytes || end - at - Short.BYTES < bytes ? -1 : at + Short.BYTES + bytes;
    }

    /** A block, to the frame's end, of so many times a four-byte length and so many bytes. */
    private static FrameFault checkKeys(
            DirectBuffer buffer, int at, int end, int keyCount, int minBytes, int maxBytes) {
        FrameFault fault = FrameCheck.checkBlock(buffer, at, end, Frames.MAX_FRAME_BYTES);
        if (fault == FrameFault.NONE) {
            fault = FrameCheck.checkBindings(buffer, at + Integer.BYTES, end, keyCount);
        }
        if (fault != FrameFault.NONE) {
            return fault;
        }
        int key = at + Integer.BYTES;
        for (int i = 0; i < keyCount; i++) {
            final int bytes = buffer.getInt(key, LITTLE_ENDIAN);
            if (bytes < minBytes || bytes > maxBytes) {
                return FrameFault.BAD_COUNT;
            }
            key += Integer.BYTES + bytes;
        }
        return FrameFault.NONE;
    }
}
