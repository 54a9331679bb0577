package io.keyfarm.slave;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.wire.link.FrameListener;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.KeysRequestDecoder;
import io.keyfarm.wire.sbe.KeysVerb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A coordinator's way to a slave: takes its frames, and answers each with how its proposal stands. Nothing is built here: that
 * is for {@link Slave#buildTurn}.
 */
final class KeySession implements FrameListener {
    private static final System.Logger LOG = System.getLogger(KeySession.class.getName());

    private final Slave slave;
    private final KeyEpochs epochs;
    private final KeyReplies replies;
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private final KeysRequestDecoder request = new KeysRequestDecoder();

    KeySession(Slave slave, KeyEpochs epochs) {
        this.slave = slave;
        this.epochs = epochs;
        replies = new KeyReplies(slave.settings());
    }

    @Override
    public void onFrame(Link replyTo, DirectBuffer buffer, int offset, int length) {
        header.wrap(buffer, offset);
        if (header.templateId() != KeysRequestDecoder.TEMPLATE_ID) {
            return; // Whoever sent it here did not mean us.
        }
        request.wrapAndApplyHeader(buffer, offset, header);
        final String table = request.table();
        replies.begin(replyTo, buffer, offset, table, request.wantsSummaries() == 1);
        try {
            synchronized (slave) {
                take(table);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a frame about the keys of " + table, e);
            replies.failed(e.toString());
        }
    }

    private void take(String table) {
        final ProposalOrder order = new ProposalOrder(header.farmerIncarnation(), request.counter());
        final KeysVerb verb = request.verb();
        if (verb == KeysVerb.PROPOSE) {
            try {
                final List<KeyCandidate> keys = keys();
                epochs.propose(new ProposedKeys(
                        table, order, header.generationDigest(), request.baseEpoch(), header.keyEpoch(), keys));
            } catch (BadValueException e) {
                replies.failed(String.valueOf(e.getMessage()));
                return;
            }
        } else if (verb == KeysVerb.ACTIVATE) {
            epochs.activate(table, order);
        } else if (verb == KeysVerb.CANCEL) {
            epochs.cancel(table, order);
        }
        replies.standing(
                epochs.standing(table, order, header.generationDigest(), request.baseEpoch(), header.keyEpoch()),
                epochs.latest(table));
    }

    private List<KeyCandidate> keys() {
        final List<KeyCandidate> keys = new ArrayList<>();
        final DirectBuffer buffer = request.buffer();
        int at = request.limit() + KeysRequestDecoder.keysHeaderLength();
        for (int i = 0; i < request.keyCount(); i++) {
            final int bytes = buffer.getInt(at, LITTLE_ENDIAN);
            final byte[] text = new byte[bytes];
            buffer.getBytes(at + Integer.BYTES, text);
            keys.add(KeyCandidate.parse(new String(text, StandardCharsets.UTF_8)));
            at += Integer.BYTES + bytes;
        }
        return keys;
    }
}
