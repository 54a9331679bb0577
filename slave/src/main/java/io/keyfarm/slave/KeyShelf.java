package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.SortedKey;
import io.keyfarm.wire.KeyEpoch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys a slave offers now for one part. Immutable: keys come and go by putting up another shelf. */
final class KeyShelf {
    /** Of a shelf that was changed, and of which no farmer was told yet. */
    private static final long NO_EPOCH = KeyEpoch.UNSETTLED;

    static final KeyShelf EMPTY = new KeyShelf(List.of(), List.of(), List.of(), KeyEpoch.NONE);

    private final SortedKey[] keys;
    private final List<BitmapKey> bitmaps;
    private final List<ColumnCopy> columns;
    private final long epoch;

    private KeyShelf(List<SortedKey> keys, List<BitmapKey> bitmaps, List<ColumnCopy> columns, long epoch) {
        this.keys = keys.toArray(new SortedKey[0]);
        this.bitmaps = List.copyOf(bitmaps);
        this.columns = List.copyOf(columns);
        this.epoch = epoch;
    }

    /** Under which farmers know these keys by their places. */
    long epoch() {
        return epoch;
    }

    KeyShelf inEpoch(long keyEpoch) {
        return new KeyShelf(keys(), bitmaps, columns, keyEpoch);
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
        return new KeyShelf(with(keys(), key), bitmaps, columns, NO_EPOCH);
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
        return new KeyShelf(keys(), with(bitmaps, key), columns, NO_EPOCH);
    }

    List<ColumnCopy> columns() {
        return columns;
    }

    /** The column copy of this field; null if there is none. */
    @Nullable
    ColumnCopy findColumn(KeySpec spec) {
        for (final ColumnCopy column : columns) {
            if (column.spec().equals(spec)) {
                return column;
            }
        }
        return null;
    }

    KeyShelf with(ColumnCopy column) {
        return new KeyShelf(keys(), bitmaps, with(columns, column), NO_EPOCH);
    }

    /** Of whatever kind it is. */
    KeyShelf without(AutoCloseable key) {
        return new KeyShelf(without(keys(), key), without(bitmaps, key), without(columns, key), NO_EPOCH);
    }

    private static <T> List<T> with(List<T> some, T one) {
        final List<T> more = new ArrayList<>(some);
        more.add(one);
        return more;
    }

    private static <T> List<T> without(List<T> some, Object one) {
        final List<T> fewer = new ArrayList<>(some);
        fewer.removeIf(it -> it == one);
        return fewer;
    }
}
