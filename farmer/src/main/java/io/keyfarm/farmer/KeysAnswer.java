package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.KeysReplyDecoder;
import io.keyfarm.wire.sbe.KeysState;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * What a slave said of one table's keys.
 *
 * @param request the number of the request that it answers
 * @param generation of its newest rows; 0 if it has none
 * @param bytes what each key takes there; empty unless it is READY
 * @param summaries of each key; empty ones where none were asked for
 */
record KeysAnswer(
        String table,
        int channel,
        long request,
        long slaveIncarnation,
        KeysState state,
        long generation,
        long epochInForce,
        long proposerIncarnation,
        String message,
        List<Long> bytes,
        List<byte[]> summaries) {
    /** Copies all of it out of a frame. */
    static KeysAnswer read(FrameHeaderDecoder header, KeysReplyDecoder reply) {
        final String table = reply.table();
        final String message = reply.message();
        final List<Long> bytes = new ArrayList<>();
        final List<byte[]> summaries = new ArrayList<>();
        final DirectBuffer buffer = reply.buffer();
        int at = reply.limit() + KeysReplyDecoder.keysHeaderLength();
        for (int i = 0; i < reply.keyCount(); i++) {
            final int length = buffer.getInt(at, LITTLE_ENDIAN);
            final byte[] summary = new byte[length - Long.BYTES];
            bytes.add(buffer.getLong(at + Integer.BYTES, LITTLE_ENDIAN));
            buffer.getBytes(at + Integer.BYTES + Long.BYTES, summary);
            summaries.add(summary);
            at += Integer.BYTES + length;
        }
        return new KeysAnswer(
                table,
                header.channel(),
                header.queryId(),
                header.slaveIncarnation(),
                reply.state(),
                header.generationDigest(),
                reply.epochInForce(),
                reply.proposerIncarnation(),
                message,
                bytes,
                summaries);
    }

    boolean hasSummaries() {
        return summaries.stream().noneMatch(summary -> summary.length == 0);
    }
}
