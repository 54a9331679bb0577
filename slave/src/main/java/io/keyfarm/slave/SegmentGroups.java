package io.keyfarm.slave;

import io.keyfarm.key.SeekLoop;
import java.util.Arrays;

/**
 * A {@link KeyedGroup} for each segment of a part: the rows of a few bindings, found together in each segment's key and put
 * behind each other, binding by binding.
 *
 * <pre>
 *   segment 0   key ─► | rows of 0 | rows of 1 | … |
 *   segment 1   key ─► | rows of 0 | rows of 1 | … |      row numbers become those of the part
 *                        └───► rows of 0
 * </pre>
 *
 * One thread; allocates nothing while keys stay the same.
 */
final class SegmentGroups {
    private static final int SIZE = KeyedGroup.SIZE;
    private static final int BY_ITSELF = -1;
    private static final int NOTHING = -2;

    private final KeyedGroup[] groups;
    private final SeekLoop[] walks;
    /** By segment, then by binding. */
    private final int[][] places;

    private final boolean[] isUnconfirmed = new boolean[SIZE];
    private final int[] found = new int[ReadPath.FEW_ROWS];
    private int keyHint;

    SegmentGroups(int segmentCount) {
        groups = new KeyedGroup[segmentCount];
        Arrays.setAll(groups, i -> new KeyedGroup());
        walks = new SeekLoop[segmentCount];
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
            groups[i].begin(here.path.key(hint));
        }
        return true;
    }

    /** Adds the binding that the conditions are bound to. */
    void add(BoundPart here, int binding) {
        if (here.conditions.isNothing()) {
            places[0][binding] = NOTHING;
            return;
        }
        isUnconfirmed[binding] = here.conditions.hasRest();
        for (int i = 0; i < groups.length; i++) {
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

    boolean isNothing(int binding) {
        return places[0][binding] == NOTHING;
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

    /** Fills in the binding's rows, those confirmed whose keys leave something to be; answers how many there are. */
    int rows(BoundPart here, int binding, int[] target) {
        int total = 0;
        for (int i = 0; i < groups.length; i++) {
            final int place = places[i][binding];
            int count = groups[i].count(place);
            here.moveTo(i);
            if (isUnconfirmed[binding] && count > 0) {
                groups[i].copy(place, found, 0);
                here.path.take(keyHint);
                count = here.path.confirm(found, count);
                System.arraycopy(found, 0, target, total, count);
            } else {
                groups[i].copy(place, target, total);
            }
            here.toPart(target, total, total + count);
            total += count;
        }
        return total;
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
