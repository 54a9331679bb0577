package io.keyfarm.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.wire.sbe.FetchRequestDecoder;
import org.agrona.DirectBuffer;

/** Whether a FetchRequest's parts add up. Whether its numbers are rows is for its reader to see. */
final class FetchCheck {
    private FetchCheck() {}

    static FrameFault check(DirectBuffer buffer, int block, int end) {
        final long counts =
                buffer.getLong(block + FetchRequestDecoder.remainingDeadlineNsEncodingOffset(), LITTLE_ENDIAN)
                        | buffer.getLong(block + FetchRequestDecoder.memoryBytesEncodingOffset(), LITTLE_ENDIAN);
        final int bindingCount = buffer.getInt(block + FetchRequestDecoder.bindingCountEncodingOffset(), LITTLE_ENDIAN);
        final int confirms = buffer.getInt(block + FetchRequestDecoder.confirmsEncodingOffset(), LITTLE_ENDIAN);
        if (counts < 0 || bindingCount < 1 || bindingCount > Frames.MAX_BINDINGS || (confirms & ~1) != 0) {
            return FrameFault.BAD_COUNT;
        }
        final int bindings = block + FetchRequestDecoder.BLOCK_LENGTH;
        FrameFault fault = FrameCheck.checkBlock(buffer, bindings, end, Frames.MAX_BINDINGS_BYTES);
        if (fault == FrameFault.NONE) {
            fault = FrameCheck.checkBindings(buffer, bindings + Integer.BYTES, end, bindingCount);
        }
        return fault == FrameFault.NONE
                ? checkRows(buffer, bindings + Integer.BYTES, bindingCount, confirms == 1)
                : fault;
    }

    /** Of bindings whose lengths add up: each a count, so many numbers, and parameters where there are any. */
    private static FrameFault checkRows(DirectBuffer buffer, int from, int bindingCount, boolean hasParameters) {
        int at = from;
        for (int i = 0; i < bindingCount; i++) {
            final int bytes = buffer.getInt(at, LITTLE_ENDIAN);
            at += Integer.BYTES;
            if (bytes < Integer.BYTES) {
                return FrameFault.LENGTHS_DIFFER;
            }
            final int rowCount = buffer.getInt(at, LITTLE_ENDIAN);
            if (rowCount < 0) {
                return FrameFault.BAD_COUNT;
            }
            final long parameterBytes = bytes - Integer.BYTES - (long) rowCount * Integer.BYTES;
            if (parameterBytes < 0 || (parameterBytes > 0 && !hasParameters)) {
                return FrameFault.LENGTHS_DIFFER;
            }
            at += bytes;
        }
        return FrameFault.NONE;
    }
}
