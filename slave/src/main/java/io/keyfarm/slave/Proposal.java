package io.keyfarm.slave;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.wire.KeyEpoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a slave was proposed, and what it has built of them so far. For each of the part's segments a key is built, is on
 * the shelf in force, or is missing. Under the slave's lock.
 *
 * <pre>
 *                 state.zip      name hot      colour bitmap
 *   segment 0     on the shelf   built         missing          ◄─ built next
 *   segment 1     on the shelf   missing       missing
 * </pre>
 */
final class Proposal {
    private final ProposedKeys wanted;
    private final TablePart part;
    /** By segment. */
    private final List<Map<KeyCandidate, AnyKey>> built = new ArrayList<>();

    private @Nullable String failure;

    Proposal(ProposedKeys wanted, TablePart part) {
        this.wanted = wanted;
        this.part = part;
        part.segments().forEach(segment -> built.add(new HashMap<>()));
    }

    ProposedKeys wanted() {
        return wanted;
    }

    /** Whether it is of these rows, and what is in force on them is what it may follow. */
    boolean holds(@Nullable TablePart newest) {
        return part == newest && epochInForce(part) == wanted.baseEpoch();
    }

    /** Takes what an earlier proposal has built and this wants as well. */
    void takeOver(Proposal earlier) {
        for (int i = 0; i < part.segmentCount(); i++) {
            final int at = earlier.part.segments().indexOf(part.segment(i));
            if (at >= 0) {
                built.get(i).putAll(earlier.built.get(at));
                built.get(i).keySet().retainAll(wanted.keys());
                earlier.built.get(at).keySet().removeAll(built.get(i).keySet());
            }
        }
    }

    /** A key that is neither on its shelf nor built; null if there is none, or one has failed. */
    @Nullable
    BuildTask nextMissing() {
        if (failure != null) {
            return null;
        }
        for (final KeyCandidate key : wanted.keys()) {
            for (final Segment segment : part.segments()) {
                if (key(segment, key) == null) {
                    return new BuildTask(wanted.table(), segment, key);
                }
            }
        }
        return null;
    }

    boolean isReady() {
        return failure == null && nextMissing() == null;
    }

    boolean wants(BuildTask task) {
        return failure == null
                && wanted.keys().contains(task.wanted())
                && part.segments().contains(task.segment())
                && key(task.segment(), task.wanted()) == null;
    }

    void onBuilt(BuildTask task, AnyKey key) {
        built.get(part.segments().indexOf(task.segment())).put(task.wanted(), key);
    }

    /** Nothing is kept of what was built: all slaves will be told to forget it. */
    void onFailed(String why) {
        failure = why;
        free();
    }

    @Nullable
    String failure() {
        return failure;
    }

    /** What each key takes, all segments together. */
    long bytes(KeyCandidate wantedKey) {
        long bytes = 0;
        for (final Segment segment : part.segments()) {
            final AnyKey key = key(segment, wantedKey);
            bytes += key == null ? 0 : key.bytes();
        }
        return bytes;
    }

    /** Of the first segment, where most rows are. */
    byte[] summary(KeyCandidate wantedKey) {
        final AnyKey key = key(part.segment(0), wantedKey);
        return key == null ? new byte[0] : key.summary().get();
    }

    /** Puts up shelves of exactly these keys, in this order; answers what was on the shelves and is not any more. */
    List<AutoCloseable> activate() {
        assert isReady() : wanted;
        final List<AutoCloseable> left = new ArrayList<>();
        for (final Segment segment : part.segments()) {
            KeyShelf next = KeyShelf.EMPTY;
            final List<AutoCloseable> kept = new ArrayList<>();
            for (final KeyCandidate candidate : wanted.keys()) {
                final AnyKey key = key(segment, candidate);
                if (key != null) {
                    next = key.putUp(next);
                    kept.add(key.memory());
                }
            }
            for (final AnyKey key : AnyKey.all(segment.shelf())) {
                if (!kept.contains(key.memory())) {
                    left.add(key.memory());
                }
            }
            segment.putUp(next.inEpoch(wanted.epoch()));
        }
        built.forEach(Map::clear);
        return left;
    }

    void free() {
        for (final Map<KeyCandidate, AnyKey> ofSegment : built) {
            ofSegment.values().forEach(AnyKey::free);
            ofSegment.clear();
        }
    }

    private @Nullable AnyKey key(Segment segment, KeyCandidate candidate) {
        final AnyKey key = built.get(part.segments().indexOf(segment)).get(candidate);
        return key == null ? AnyKey.find(segment.shelf(), candidate) : key;
    }

    /** An epoch, or one of {@link KeyEpoch}. */
    static long epochInForce(TablePart part) {
        final long epoch = part.segment(0).shelf().epoch();
        for (final Segment segment : part.segments()) {
            if (segment.shelf().epoch() != epoch) {
                return KeyEpoch.UNSETTLED;
            }
        }
        return epoch;
    }
}
