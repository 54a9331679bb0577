package io.keyfarm.slave;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.JoinedSlabs;
import io.keyfarm.rows.Slab;
import java.util.ArrayList;
import java.util.List;

/**
 * One generation of one table's part: its segments, of which there is one unless rows were appended.
 *
 * <pre>
 *   generation 7    | segment a: 1,000,000 rows, keys |
 *   generation 8    | segment a                       | segment b: 10,000 rows, the same keys |
 * </pre>
 *
 * Every segment has keys by the same fields in the same order, so that a place on one shelf is that place on each. Rows have
 * numbers that say their segment, too ({@link JoinedSlabs}); keys know those of their own segment.
 */
final class TablePart {
    private final Segment[] segments;
    private final JoinedSlabs rows;
    private final long generationDigest;

    /** @param segments at least one, whose slabs can be joined */
    TablePart(List<Segment> segments, long generationDigest) {
        this.segments = segments.toArray(new Segment[0]);
        this.rows = new JoinedSlabs(segments.stream().map(Segment::slab).toList());
        this.generationDigest = generationDigest;
    }

    String table() {
        return slab().schema().name();
    }

    /** All rows, by the numbers they have in the part. */
    Slab slab() {
        return rows.slab();
    }

    /** What is added to a row number of this segment. */
    int firstRow(int segment) {
        return rows.firstRow(segment);
    }

    int segmentCount() {
        return segments.length;
    }

    Segment segment(int index) {
        return segments[index];
    }

    List<Segment> segments() {
        return List.of(segments);
    }

    long generationDigest() {
        return generationDigest;
    }

    /** Takes the key of this place off the shelves; answers it, of each segment that had one. */
    List<AnyKey> drop(KeyCandidate.Kind kind, KeySpec spec) {
        final List<AnyKey> dropped = new ArrayList<>();
        for (final Segment segment : segments) {
            final AnyKey key = segment.drop(kind, spec);
            if (key != null) {
                dropped.add(key);
            }
        }
        return dropped;
    }

    /** The keys there are now are those of this epoch. */
    void enterEpoch(long keyEpoch) {
        for (final Segment segment : segments) {
            if (segment.shelf().epoch() != keyEpoch) {
                segment.putUp(segment.shelf().inEpoch(keyEpoch));
            }
        }
    }
}
