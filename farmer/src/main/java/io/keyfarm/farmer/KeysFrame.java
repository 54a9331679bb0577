package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.KeysRequestEncoder;
import io.keyfarm.wire.sbe.KeysVerb;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;

/** Writes and sends a coordinator's requests. */
final class KeysFrame {
    private final FarmerSettings settings;
    private final ExpandableArrayBuffer frame = new ExpandableArrayBuffer();
    private final ExpandableArrayBuffer texts = new ExpandableArrayBuffer();
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final KeysRequestEncoder request = new KeysRequestEncoder();

    KeysFrame(FarmerSettings settings) {
        this.settings = settings;
    }

    /** Answers what the link does. */
    long send(
            Link link,
            int channel,
            KeysVerb verb,
            SlaveView view,
            EpochKeys keys,
            long number,
            boolean wantsSummaries) {
        final List<KeyCandidate> told = verb == KeysVerb.PROPOSE ? keys.keys() : List.of();
        final int bytes = writeTexts(told);
        Frames.begin(frame, 0);
        request.wrapAndApplyHeader(frame, 0, header);
        header.clusterId(settings.clusterId())
                .farmerId(settings.farmerId())
                .slaveId(Frames.NO_ID)
                .channel(channel)
                .farmerIncarnation(settings.incarnation())
                .queryId(number)
                .keyEpoch(keys.epoch())
                .generationDigest(keys.generation());
        final byte[] table = keys.table().getBytes(StandardCharsets.UTF_8);
        request.counter(view.counter())
                .baseEpoch(view.baseEpoch())
                .keyCount(told.size())
                .verb(verb)
                .wantsSummaries((short) (wantsSummaries ? 1 : 0))
                .putTable(table, 0, table.length)
                .putKeys(texts, 0, bytes);
        return link.send(frame, 0, Frames.HEADER_BYTES + request.encodedLength());
    }

    private int writeTexts(List<KeyCandidate> keys) {
        int at = 0;
        for (final KeyCandidate key : keys) {
            final byte[] text = key.toString().getBytes(StandardCharsets.UTF_8);
            texts.putInt(at, text.length, LITTLE_ENDIAN);
            texts.putBytes(at + Integer.BYTES, text);
            at += Integer.BYTES + text.length;
        }
        return at;
    }
}
