package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.rows.Slab;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A key of any kind over one segment. Who changes shelves by lists of candidates knows no kind; this does, and nothing else.
 *
 * @param memory the key itself, to be closed or retired
 * @param bytes what it takes
 * @param summary for farmers, as bytes
 * @param puttingUp adds it to a shelf
 */
record AnyKey(AutoCloseable memory, long bytes, Supplier<byte[]> summary, UnaryOperator<KeyShelf> puttingUp) {
    /** Stands where a summary does, of what farmers plan without: none at all means that none was asked for. */
    private static final byte[] NO_SUMMARY = {0};

    /** Builds it; it is the caller's. */
    static AnyKey build(Slave slave, Slab slab, KeyCandidate wanted, BuildPace pace) {
        return switch (wanted.kind()) {
            case COLD -> of(slave.buildKey(slab, wanted.spec(), KeyTier.COLD, pace));
            case HOT -> of(slave.buildKey(slab, wanted.spec(), KeyTier.HOT, pace));
            case BITMAP -> of(slave.buildBitmapKey(slab, wanted.spec(), pace));
            case COLUMN -> of(slave.buildColumn(slab, wanted.spec(), pace));
        };
    }

    /** The one that is on the shelf; null if there is none that is just so. */
    static @Nullable AnyKey find(KeyShelf shelf, KeyCandidate wanted) {
        return switch (wanted.kind()) {
            case COLD -> find(shelf, wanted, KeyTier.COLD);
            case HOT -> find(shelf, wanted, KeyTier.HOT);
            case BITMAP -> {
                final BitmapKey key = shelf.findBitmap(wanted.spec());
                yield key == null ? null : of(key);
            }
            case COLUMN -> {
                final ColumnCopy copy = shelf.findColumn(wanted.spec());
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

    private static @Nullable AnyKey find(KeyShelf shelf, KeyCandidate wanted, KeyTier tier) {
        final int place = shelf.find(wanted.spec());
        return place < 0 || shelf.key(place).tier() != tier ? null : of(shelf.key(place));
    }

    private static AnyKey of(SortedKey key) {
        return new AnyKey(key, key.bytes(), () -> key.summary().encode(), shelf -> shelf.with(key));
    }

    private static AnyKey of(BitmapKey key) {
        return new AnyKey(key, key.bytes(), () -> key.summary().encode(), shelf -> shelf.with(key));
    }

    private static AnyKey of(ColumnCopy copy) {
        return new AnyKey(copy, copy.bytes(), () -> NO_SUMMARY, shelf -> shelf.with(copy));
    }

    KeyShelf putUp(KeyShelf shelf) {
        return puttingUp.apply(shelf);
    }

    /** Frees one that no reader has seen. */
    void free() {
        try {
            memory.close();
        } catch (Exception e) {
            throw new IllegalStateException("memory could not be freed", e);
        }
    }
}
