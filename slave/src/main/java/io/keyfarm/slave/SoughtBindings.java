package io.keyfarm.slave;

import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A few bindings that are sought together in one key, or in that of each segment of a part: a {@link KeyedGroup} for each,
 * whose rows are put behind each other, binding by binding.
 *
 * <pre>
 *   segment 0   key ─► | rows of 0 | rows of 1 | … |
 *   segment 1   key ─► | rows of 0 | rows of 1 | … |      row numbers become those of the part
 *                        └───► rows of 0
 * </pre>
 *
 * A binding's code is read out of its block where that can be (see {@link PointCodes}), otherwise the conditions are bound to
 * it. One thread; allocates nothing while keys stay the same.
 */
final class SoughtBindings {
    static final int SIZE = KeyedGroup.SIZE;
    private static final int BY_ITSELF = -1;

    private final KeyedGroup[] groups;
    private final SeekLoop[] walks;
    private final SortedKey[] keys;
    /** For bindings by these keys; null where they have to be bound. */
    private final @Nullable PointCodes[] points;

    /** By segment, then by binding. */
    private final int[][] places;

    private final boolean[] isUnconfirmed = new boolean[SIZE];
    private int keyHint;

    SoughtBindings(int segmentCount) {
        groups = new KeyedGroup[segmentCount];
        Arrays.setAll(groups, i -> new KeyedGroup());
        walks = new SeekLoop[segmentCount];
        keys = new SortedKey[segmentCount];
        points = new PointCodes[segmentCount];
        places = new int[segmentCount][SIZE];
    }

    int segmentCount() {
        return groups.length;
    }

    /** False if the hint names no key that all segments have: then nothing can be added. */
    boolean begin(BoundPart here, int hint, long hintEpoch) {
        keyHint = hint;
        for (int i = 0; i < groups.length; i++) {
            here.moveTo(i);
            final SeekLoop walk = here.path.hinted(here.shelf(), hint, hintEpoch);
            if (walk == null) {
                return false;
            }
            walks[i] = walk;
            final SortedKey key = here.path.key(hint);
            if (keys[i] != key) {
                keys[i] = key;
                points[i] = PointCodes.of(here.equalities, key);
            }
            groups[i].begin(key);
            here.path.take(hint);
        }
        return true;
    }

    /** Adds the binding with this block. */
    void add(BoundPart here, int binding, DirectBuffer buffer, int offset, int length) {
        if (!addPoint(binding, buffer, offset, length)) {
            here.conditions.bind(buffer, offset, length);
            addBound(here, binding);
        }
    }

    /** Adds a binding whose codes are plain to see; false if it is to be bound. */
    private boolean addPoint(int binding, DirectBuffer buffer, int offset, int length) {
        boolean isUnserved = false;
        for (int i = 0; i < groups.length; i++) {
            final PointCodes codes = points[i];
            final long low = codes == null ? PointCodes.UNKNOWN : codes.low(buffer, offset, length);
            if (codes == null || low == PointCodes.UNKNOWN) {
                // Keys of all segments are of the same fields, but in one the codes may hold less of them.
                removeLast(i);
                return false;
            }
            places[i][binding] = low == PointCodes.NOTHING
                    ? groups[i].add(0, PointCodes.NOTHING, true)
                    : groups[i].add(low, codes.high(low), codes.isServedByDirectory());
            isUnserved |= !codes.isServedWhole();
        }
        isUnconfirmed[binding] = isUnserved;
        return true;
    }

    private void removeLast(int segmentCount) {
        for (int i = 0; i < segmentCount; i++) {
            groups[i].removeLast();
        }
    }

    private void addBound(BoundPart here, int binding) {
        isUnconfirmed[binding] = here.conditions.hasRest();
        for (int i = 0; i < groups.length; i++) {
            if (here.conditions.isNothing()) {
                places[i][binding] = groups[i].add(0, PointCodes.NOTHING, true);
                continue;
            }
            here.moveTo(i);
            walks[i].open(here.conditions.monitors());
            places[i][binding] = groups[i].add(walks[i]);
            here.path.take(keyHint);
            isUnconfirmed[binding] |= !here.path.isServedWhole();
        }
    }

    /** Finds the rows of all bindings. */
    void find() {
        for (final KeyedGroup group : groups) {
            group.find();
        }
    }

    /** Whether the binding is not served here: a key has no one interval for it, or there are more rows than a few. */
    boolean isByItself(int binding) {
        int count = 0;
        for (int i = 0; i < groups.length; i++) {
            final int place = places[i][binding];
            if (place == BY_ITSELF || groups[i].hasMore(place)) {
                return true;
            }
            count += groups[i].count(place);
        }
        return count > ReadPath.FEW_ROWS;
    }

    /** Whether its rows must be confirmed, for which the conditions are bound to it once more. */
    boolean isUnconfirmed(int binding) {
        return isUnconfirmed[binding];
    }

    /** Fills in the binding's rows as they are found; answers how many there are. */
    int copy(BoundPart here, int binding, int[] target, int targetIndex) {
        int at = targetIndex;
        for (int i = 0; i < groups.length; i++) {
            final int place = places[i][binding];
            groups[i].copy(place, target, at);
            final int end = at + groups[i].count(place);
            if (i > 0) {
                here.moveTo(i);
                here.toPart(target, at, end);
            }
            at = end;
        }
        return at - targetIndex;
    }

    /** The same from the target's front, but only those that the conditions, bound to this binding, keep. */
    int confirm(BoundPart here, int binding, int[] target, int[] scratch) {
        int total = 0;
        for (int i = 0; i < groups.length; i++) {
            final int place = places[i][binding];
            here.moveTo(i);
            groups[i].copy(place, scratch, 0);
            here.path.take(keyHint);
            final int count = here.path.confirm(scratch, groups[i].count(place));
            here.toPart(scratch, 0, count);
            System.arraycopy(scratch, 0, target, total, count);
            total += count;
        }
        return here.conditions.confirmRest(here.slab, target, total);
    }

    long seeks() {
        long seeks = 0;
        for (final KeyedGroup group : groups) {
            seeks += group.size();
        }
        return seeks;
    }

    long rowsExamined() {
        long rows = 0;
        for (final KeyedGroup group : groups) {
            rows += group.rowsExamined();
        }
        return rows;
    }
}
