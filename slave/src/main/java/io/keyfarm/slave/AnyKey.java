package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.rows.Slab;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A key of any kind over one segment. Who changes shelves knows no kind; this does, and nothing else.
 *
 * @param memory the key itself, to be closed or retired
 * @param slab the rows it is of
 * @param candidate what was wanted when it was built
 * @param bytes what it takes
 * @param summary for farmers, as bytes
 * @param puttingUp adds it to a shelf
 */
record AnyKey(
        AutoCloseable memory,
        Slab slab,
        KeyCandidate candidate,
        long bytes,
        Supplier<byte[]> summary,
        UnaryOperator<KeyShelf> puttingUp) {
    /** Stands where a summary does, of what farmers plan without: none at all means that none was asked for. */
    private static final byte[] NO_SUMMARY = {0};

    static AnyKey of(SortedKey key) {
        final Kind kind = key.tier() == KeyTier.HOT ? Kind.HOT : Kind.COLD;
        final KeyCandidate candidate = new KeyCandidate(key.spec(), kind);
        return new AnyKey(
                key, key.slab(), candidate, key.bytes(), () -> key.summary().encode(), shelf -> shelf.with(key));
    }

    static AnyKey of(BitmapKey key) {
        final KeyCandidate candidate = new KeyCandidate(key.spec(), Kind.BITMAP);
        return new AnyKey(
                key, key.slab(), candidate, key.bytes(), () -> key.summary().encode(), shelf -> shelf.with(key));
    }

    static AnyKey of(ColumnCopy copy) {
        final KeyCandidate candidate = new KeyCandidate(copy.spec(), Kind.COLUMN);
        return new AnyKey(copy, copy.slab(), candidate, copy.bytes(), () -> NO_SUMMARY, shelf -> shelf.with(copy));
    }

    /** The one that is on the shelf; null if there is none that is just so. */
    static @Nullable AnyKey find(KeyShelf shelf, KeyCandidate wanted) {
        final AnyKey key = find(shelf, wanted.kind(), wanted.spec());
        return key == null || !key.candidate.equals(wanted) ? null : key;
    }

    /** The one that is in the place of such a key, which a sorted key has in either tier; null if there is none. */
    static @Nullable AnyKey find(KeyShelf shelf, Kind kind, KeySpec spec) {
        return switch (kind) {
            case COLD, HOT -> {
                final int place = shelf.find(spec);
                yield place < 0 ? null : of(shelf.key(place));
            }
            case BITMAP -> {
                final BitmapKey key = shelf.findBitmap(spec);
                yield key == null ? null : of(key);
            }
            case COLUMN -> {
                final ColumnCopy copy = shelf.findColumn(spec);
                yield copy == null ? null : of(copy);
            }
        };
    }

    /** All there are on a shelf. */
    static List<AnyKey> all(KeyShelf shelf) {
        final List<AnyKey> keys = new ArrayList<>();
        shelf.keys().forEach(key -> keys.add(of(key)));
        shelf.bitmaps().forEach(key -> keys.add(of(key)));
        shelf.columns().forEach(copy -> keys.add(of(copy)));
        return keys;
    }

    /** Two keys that say the same here cannot be on one shelf. */
    static String place(KeyCandidate key) {
        return switch (key.kind()) {
            case COLD, HOT -> key.spec().toString();
            case BITMAP, COLUMN -> key.toString();
        };
    }

    KeyShelf putUp(KeyShelf shelf) {
        return puttingUp.apply(shelf);
    }

    /** Frees one that no reader has seen. */
    void free() {
        RetiredMemory.free(memory);
    }
}
