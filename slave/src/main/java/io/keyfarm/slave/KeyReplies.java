package io.keyfarm.slave;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.KeyEpoch;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.KeysReplyEncoder;
import io.keyfarm.wire.sbe.KeysState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the answers to a coordinator. What a link refuses is lost as on any network: the coordinator asks again. */
final class KeyReplies {
    private static final UnsafeBuffer NO_REQUEST = new UnsafeBuffer(new byte[Frames.HEADER_BYTES]);
    /** Of an answer without its keys, at most. */
    private static final int FIXED_BYTES =
            Frames.HEADER_BYTES + Frames.MAX_TABLE_NAME_BYTES + Frames.MAX_MESSAGE_BYTES + 64;

    private final SlaveSettings settings;
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[FIXED_BYTES]);
    private final ExpandableArrayBuffer keys = new ExpandableArrayBuffer();
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final KeysReplyEncoder reply = new KeysReplyEncoder();

    private DirectBuffer request = NO_REQUEST;
    private int requestOffset;
    private Link link = NowhereLink.INSTANCE;
    private String table = "";
    private boolean wantsSummaries;

    KeyReplies(SlaveSettings settings) {
        this.settings = settings;
    }

    /** Answers this request from now on. */
    void begin(Link replyTo, DirectBuffer requestFrame, int offset, String ofTable, boolean withSummaries) {
        link = replyTo;
        request = requestFrame;
        requestOffset = offset;
        table = ofTable;
        wantsSummaries = withSummaries;
    }

    void standing(KeyEpochs.Standing standing, ProposalOrder latest) {
        final Proposal proposal = standing.proposal();
        KeysState state = standing.state();
        String message = "";
        int keyCount = 0;
        int keysBytes = 0;
        if (proposal != null && state == KeysState.FAILED) {
            message = String.valueOf(proposal.failure());
        } else if (proposal != null && state == KeysState.READY) {
            keyCount = proposal.wanted().keys().size();
            keysBytes = putKeys(proposal);
            if (FIXED_BYTES + keysBytes > link.maxFrameBytes()) {
                state = KeysState.FAILED;
                message = "what is to be told of %d keys takes %,d bytes, but a frame of this link takes %,d"
                        .formatted(keyCount, keysBytes, link.maxFrameBytes() - FIXED_BYTES);
                keyCount = 0;
                keysBytes = 0;
            }
        }
        begin(standing.generation(), standing.epochInForce(), latest);
        send(state, message, keyCount, keysBytes);
    }

    /** The request itself is bad. */
    void failed(String why) {
        begin(0, KeyEpoch.UNSETTLED, new ProposalOrder(0, 0));
        send(KeysState.FAILED, why, 0, 0);
    }

    private void begin(long generation, long epochInForce, ProposalOrder latest) {
        Frames.beginReply(request, requestOffset, frame, 0);
        reply.wrapAndApplyHeader(frame, 0, header);
        header.slaveId(settings.slaveId())
                .slaveIncarnation(settings.incarnation())
                .generationDigest(generation);
        reply.proposerIncarnation(latest.incarnation())
                .counter(latest.counter())
                .epochInForce(epochInForce);
    }

    private void send(KeysState state, String message, int keyCount, int keysBytes) {
        final byte[] name = table.getBytes(StandardCharsets.UTF_8);
        final byte[] text = message.getBytes(StandardCharsets.UTF_8);
        reply.state(state)
                .keyCount(keyCount)
                .putTable(name, 0, name.length)
                .putMessage(text, 0, Math.min(text.length, Frames.MAX_MESSAGE_BYTES))
                .putKeys(keys, 0, keysBytes);
        link.send(frame, 0, Frames.HEADER_BYTES + reply.encodedLength());
    }

    /** For each key what it takes, and its summary where that is wanted; answers the bytes written. */
    private int putKeys(Proposal proposal) {
        final List<KeyCandidate> wanted = proposal.wanted().keys();
        int at = 0;
        for (final KeyCandidate key : wanted) {
            final byte[] summary = wantsSummaries ? proposal.summary(key) : new byte[0];
            keys.putInt(at, Long.BYTES + summary.length, LITTLE_ENDIAN);
            keys.putLong(at + Integer.BYTES, proposal.bytes(key), LITTLE_ENDIAN);
            at += Integer.BYTES + Long.BYTES;
            keys.putBytes(at, summary);
            at += summary.length;
        }
        if (frame.capacity() < FIXED_BYTES + at) {
            frame.wrap(new byte[FIXED_BYTES + at]);
        }
        return at;
    }
}
