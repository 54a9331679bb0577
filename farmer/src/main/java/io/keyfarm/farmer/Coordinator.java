package io.keyfarm.farmer;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.KeysReplyDecoder;
import io.keyfarm.wire.sbe.KeysVerb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Brings all slaves to the same keys: proposes a list to each, waits until all have built what they lack, tells all to put it in
 * force, and then the catalogue. Slaves that lose an agreed list, as by a restart, are brought back to it. Queries go on
 * meanwhile: a slave whose keys are of another epoch than a query's hint picks its own way.
 *
 * <p>One thread's, and never waits: {@link #doWork} sends what is due and judges what was answered.
 */
public final class Coordinator {
    /** Whose summaries the catalogue gets: one channel stands for all. */
    private static final int SUMMARIES_FROM = 0;

    private final Farmer farmer;
    private final LongSupplier epochs;
    private final CoordinatorListener listener;
    private final KeysFrame frame;
    private final KeyNumbers numbers = new KeyNumbers();
    private final List<Link> links = new ArrayList<>();
    private final Map<String, Table> tables = new LinkedHashMap<>();
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private final KeysReplyDecoder reply = new KeysReplyDecoder();

    /** What is known of one table's keys beside how far they are agreed. */
    private static final class Table {
        final Agreement agreement;
        final long[][] bytes;

        @Nullable
        EpochSummaries summaries;

        Table(Agreement agreement) {
            this.agreement = agreement;
            bytes = new long[agreement.slaveCount()][0];
        }
    }

    /**
     * @param epochs makes the number of each new epoch, higher than all before, whoever changes keys
     */
    public Coordinator(Farmer farmer, KeyChannels channels, LongSupplier epochs, CoordinatorListener listener) {
        this.farmer = farmer;
        this.epochs = epochs;
        this.listener = listener;
        frame = new KeysFrame(farmer.settings());
        for (int i = 0; i < channels.count(); i++) {
            links.add(channels.open(i, this::onFrame));
        }
    }

    /**
     * Wants exactly these keys of a table, in this order, in place of all it has, and of what is proposed for it now. The listener
     * hears how it ends.
     *
     * @return the epoch that will name them
     * @throws BadValueException if there is no such table, it lacks a field, or the list is too long or has a key twice
     */
    public long propose(String table, List<KeyCandidate> keys) {
        final TableEntry entry = farmer.catalogue().require(table);
        check(entry.schema(), keys);
        final long epoch = epochs.getAsLong();
        final Table it = tables.computeIfAbsent(table, name -> newTable());
        final EpochKeys before = it.agreement.isUnderWay() ? it.agreement.goal() : null;
        it.summaries = null;
        it.agreement.propose(new EpochKeys(table, entry.generationDigest(), entry.keyEpoch(), epoch, keys));
        if (before != null) {
            listener.onGivenUp(table, before.epoch(), "other keys were proposed, as epoch " + epoch);
        }
        return epoch;
    }

    /**
     * Slaves have exactly these keys, by other means than a proposal, as the catalogue says: those that lose them are to be brought
     * back to them. What is under way goes on.
     */
    public void keep(String table, List<KeyCandidate> keys) {
        final TableEntry entry = farmer.catalogue().require(table);
        check(entry.schema(), keys);
        final Table it = tables.computeIfAbsent(table, name -> newTable());
        if (!it.agreement.isUnderWay()) {
            it.agreement.keep(new EpochKeys(table, entry.generationDigest(), entry.keyEpoch(), entry.keyEpoch(), keys));
        }
    }

    /** Gives up what is proposed for the table, if anything is. */
    public void cancel(String table) {
        final Table it = tables.get(table);
        if (it != null && it.agreement.isUnderWay()) {
            giveUp(it, "it was cancelled");
        }
    }

    /** Whether a proposal for the table is neither in force everywhere nor given up. */
    public boolean isUnderWay(String table) {
        final Table it = tables.get(table);
        return it != null && it.agreement.isUnderWay();
    }

    /** One bounded turn: sends what is due, and goes on where all slaves are so far. */
    public int doWork() {
        int workCount = 0;
        for (final Map.Entry<String, Table> entry : List.copyOf(tables.entrySet())) {
            workCount += drive(entry.getKey(), entry.getValue());
            // While the table is there, slaves may have an epoch in force that was begun and never agreed.
            if (entry.getValue().agreement.isOver() && farmer.catalogue().find(entry.getKey()) == null) {
                tables.remove(entry.getKey());
            }
        }
        return workCount;
    }

    private int drive(String name, Table it) {
        final Agreement agreement = it.agreement;
        agreement.onCatalogue(farmer.catalogue().find(name));
        int workCount = agreement.failure() == null ? sendDue(it) : 0;
        if (agreement.failure() == null && agreement.isReady() && it.summaries != null) {
            activate(name, it);
            workCount += agreement.failure() == null ? 1 + sendDue(it) : 0;
        }
        if (agreement.failure() == null && agreement.isActive()) {
            onActive(name, it);
        }
        final String failure = agreement.failure();
        if (failure != null) {
            giveUp(it, failure);
        }
        return workCount;
    }

    private int sendDue(Table it) {
        final Agreement agreement = it.agreement;
        int workCount = 0;
        for (int channel = 0; channel < links.size() && agreement.failure() == null; channel++) {
            final Link link = links.get(channel);
            final SlaveView view = agreement.view(channel);
            final long nowNs = farmer.clock().nanoTime();
            final KeysVerb verb = agreement.due(channel, nowNs, link.isReliable());
            final EpochKeys keys = agreement.subject();
            if (verb != null && keys != null && mayReturn(agreement, verb, keys, channel)) {
                view.onSent(verb, nowNs);
                final boolean wantsSummaries =
                        channel == SUMMARIES_FROM && it.summaries == null && agreement.isUnderWay();
                frame.send(link, channel, verb, view, keys, numbers.takeRequest(), wantsSummaries);
                workCount++;
            }
        }
        return workCount;
    }

    /** Of what is agreed already, slaves are told one by one: each time the catalogue must still say so. */
    private boolean mayReturn(Agreement agreement, KeysVerb verb, EpochKeys keys, int channel) {
        if (verb != KeysVerb.ACTIVATE || agreement.phase() != Agreement.Phase.AGREED) {
            return true;
        }
        try {
            listener.onReturning(keys.table(), keys.epoch(), channel);
        } catch (RuntimeException e) {
            return false;
        }
        agreement.onCatalogue(farmer.catalogue().find(keys.table()));
        return keys.equals(agreement.goal());
    }

    /** The listener may forbid it, or hold off whoever else changes keys; so the catalogue is looked at once more behind it. */
    private void activate(String name, Table it) {
        final EpochKeys keys = it.agreement.goal();
        assert keys != null : name;
        final List<Long> bytes = new ArrayList<>();
        for (int i = 0; i < keys.keys().size(); i++) {
            long sum = 0;
            for (final long[] ofSlave : it.bytes) {
                sum += ofSlave[i];
            }
            bytes.add(sum);
        }
        try {
            listener.onReady(name, keys.epoch(), keys.keys(), bytes);
        } catch (RuntimeException e) {
            it.agreement.fail(String.valueOf(e.getMessage()));
        }
        it.agreement.onCatalogue(farmer.catalogue().find(name));
        if (it.agreement.failure() == null) {
            it.agreement.activate();
        }
    }

    private void onActive(String name, Table it) {
        final EpochKeys keys = it.agreement.goal();
        final EpochSummaries summaries = it.summaries;
        final TableEntry entry = farmer.catalogue().find(name);
        assert keys != null && summaries != null : name;
        it.agreement.onCatalogue(entry);
        if (entry != null && it.agreement.failure() == null) {
            final TableEntry next = entry.withKeys(keys.epoch(), summaries.sorted(), summaries.bitmaps());
            if (farmer.catalogue().replace(entry, next)) {
                it.agreement.onAgreed();
                listener.onActive(name, keys.epoch(), keys.keys());
            }
        }
    }

    private void giveUp(Table it, String why) {
        final EpochKeys keys = it.agreement.goal();
        assert keys != null : why;
        it.agreement.giveUp();
        listener.onGivenUp(keys.table(), keys.epoch(), why);
    }

    private void onFrame(Link from, DirectBuffer buffer, int offset, int length) {
        header.wrap(buffer, offset);
        if (header.templateId() != KeysReplyDecoder.TEMPLATE_ID
                || header.clusterId() != farmer.settings().clusterId()
                || header.farmerIncarnation() != farmer.settings().incarnation()
                || header.channel() >= links.size()) {
            return; // Not for this life of ours.
        }
        reply.wrapAndApplyHeader(buffer, offset, header);
        final KeysAnswer answer = KeysAnswer.read(header, reply);
        final Table it = tables.get(answer.table());
        if (it != null && it.agreement.onAnswer(answer, farmer.clock().nanoTime())) {
            onReady(it, answer);
        }
    }

    private void onReady(Table it, KeysAnswer answer) {
        final EpochKeys keys = it.agreement.goal();
        assert keys != null : answer;
        it.bytes[answer.channel()] =
                answer.bytes().stream().mapToLong(Long::longValue).toArray();
        final TableEntry entry = farmer.catalogue().find(keys.table());
        final boolean isAwaited = it.agreement.isUnderWay() && it.summaries == null && answer.hasSummaries();
        if (answer.channel() == SUMMARIES_FROM && isAwaited && entry != null) {
            try {
                it.summaries = EpochSummaries.decode(keys.keys(), answer.summaries(), entry.schema());
            } catch (BadValueException e) {
                it.agreement.fail("slave " + answer.channel() + ": " + e.getMessage());
            }
        }
    }

    private Table newTable() {
        return new Table(
                new Agreement(links.size(), farmer.settings().incarnation(), numbers, KeyPaces.of(farmer.settings())));
    }

    private static void check(TableSchema schema, List<KeyCandidate> keys) {
        if (keys.size() > Frames.MAX_KEYS) {
            throw new BadValueException("a table has at most %d keys, not %d".formatted(Frames.MAX_KEYS, keys.size()));
        }
        final Set<KeyCandidate> known = new HashSet<>();
        for (final KeyCandidate key : keys) {
            key.spec().indexes(schema); // names a field that is not there
            final int bytes = key.toString().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > Frames.MAX_KEY_NAME_BYTES) {
                throw new BadValueException("the name of key %s has %,d bytes; at most are %,d"
                        .formatted(key, bytes, Frames.MAX_KEY_NAME_BYTES));
            }
            if (!known.add(key)) {
                throw new BadValueException("key " + key + " is proposed twice");
            }
        }
    }
}
