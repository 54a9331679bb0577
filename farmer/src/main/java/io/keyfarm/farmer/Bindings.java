package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.plan.Parameters;
import io.keyfarm.wire.Frames;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Parameter blocks of many runs of one plan, as a batch request carries them.
 *
 * <pre>
 *   | room for all of a request but its bindings | length 4 | block 0 | length 4 | block 1 | …
 *                       | the same, to ask from binding 1 on: over what is answered |
 * </pre>
 *
 * A request from any binding on is written in front of it, so that nothing is ever copied; only bindings that are answered
 * are written over. Belongs to one thread.
 */
final class Bindings {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(8 << 10);
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final int[] starts = new int[Frames.MAX_BINDINGS + 1];
    private int count;

    Bindings() {
        clear();
    }

    void clear() {
        count = 0;
        starts[0] = Frames.BINDINGS_OFFSET;
    }

    int count() {
        return count;
    }

    void add(Parameters parameters) {
        end(parameters.encode(buffer, begin()));
    }

    /** Where the next block is to be written, in {@link #target}. */
    int begin() {
        return starts[count] + Integer.BYTES;
    }

    MutableDirectBuffer target() {
        return buffer;
    }

    /** The block written at {@link #begin} has so many bytes. */
    void end(int length) {
        buffer.putInt(starts[count], length, LITTLE_ENDIAN);
        starts[count + 1] = starts[count] + Integer.BYTES + length;
        count++;
    }

    int offset(int binding) {
        return starts[binding] + Integer.BYTES;
    }

    int length(int binding) {
        return starts[binding + 1] - offset(binding);
    }

    /** Bytes of these bindings with their lengths. */
    int bytes(int from, int to) {
        return starts[to] - starts[from];
    }

    /** The buffer under which a request that begins with this binding is written, from {@link #frameOffset} on. */
    UnsafeBuffer frame() {
        if (frame.byteArray() != buffer.byteArray()) {
            frame.wrap(buffer.byteArray());
        }
        return frame;
    }

    int frameOffset(int from) {
        return starts[from] - Frames.BINDINGS_OFFSET;
    }
}
