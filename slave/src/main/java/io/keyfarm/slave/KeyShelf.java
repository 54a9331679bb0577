package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.SortedKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys a slave offers now for one part. Immutable: keys come and go by putting up another shelf. */
final class KeyShelf {
    /** Of a shelf that no farmer was told of yet. */
    private static final long NO_EPOCH = -1;

    static final KeyShelf EMPTY = new KeyShelf(List.of(), List.of(), NO_EPOCH);

    private final SortedKey[] keys;
    private final List<BitmapKey> bitmaps;
    private final long epoch;

    private KeyShelf(List<SortedKey> keys, List<BitmapKey> bitmaps, long epoch) {
        this.keys = keys.toArray(new SortedKey[0]);
        this.bitmaps = List.copyOf(bitmaps);
        this.epoch = epoch;
    }

    /** Under which farmers know these keys by their places. */
    long epoch() {
        return epoch;
    }

    KeyShelf inEpoch(long keyEpoch) {
        return new KeyShelf(keys(), bitmaps, keyEpoch);
    }

    int keyCount() {
        return keys.length;
    }

    SortedKey key(int index) {
        return keys[index];
    }

    /** The place of the key with this spec, or −1. */
    int find(KeySpec spec) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].spec().equals(spec)) {
                return i;
            }
        }
        return -1;
    }

    List<SortedKey> keys() {
        return List.of(keys);
    }

    KeyShelf with(SortedKey key) {
        final List<SortedKey> more = new ArrayList<>(keys());
        more.add(key);
        return new KeyShelf(more, bitmaps, NO_EPOCH);
    }

    KeyShelf without(int index) {
        final List<SortedKey> fewer = new ArrayList<>(keys());
        fewer.remove(index);
        return new KeyShelf(fewer, bitmaps, NO_EPOCH);
    }

    List<BitmapKey> bitmaps() {
        return bitmaps;
    }

    /** The bitmap key of this field; null if there is none. */
    @Nullable
    BitmapKey findBitmap(KeySpec spec) {
        for (final BitmapKey key : bitmaps) {
            if (key.spec().equals(spec)) {
                return key;
            }
        }
        return null;
    }

    KeyShelf with(BitmapKey key) {
        final List<BitmapKey> more = new ArrayList<>(bitmaps);
        more.add(key);
        return new KeyShelf(keys(), more, NO_EPOCH);
    }

    KeyShelf without(BitmapKey key) {
        final List<BitmapKey> fewer = new ArrayList<>(bitmaps);
        fewer.remove(key);
        return new KeyShelf(keys(), fewer, NO_EPOCH);
    }
}
