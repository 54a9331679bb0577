package io.keyfarm.slave;

import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.jspecify.annotations.Nullable;

/** What a run asks of single fields of a table. The monitors are the same ones from run to run, bound anew for each. */
final class Asked {
    /** By field of the table; null where the plan never asks. */
    final @Nullable SegmentMonitor[] monitors;

    /** The places of those that are not null. */
    private final int[] fields;

    Asked(BoundConditions conditions) {
        monitors = conditions.monitors();
        fields = conditions.askedFields();
    }

    boolean isAsked(int field) {
        final SegmentMonitor monitor = monitors[field];
        return monitor != null && !monitor.isWild();
    }

    /** Whether the field is asked for by one value. */
    boolean isPoint(int field) {
        final SegmentMonitor monitor = monitors[field];
        return monitor != null && monitor.isPoint();
    }

    /** Whether the field is asked for by single values, none of them null. */
    boolean isOfValues(int field) {
        final SegmentMonitor monitor = monitors[field];
        return monitor != null && !monitor.isWild() && monitor.valueCount() == monitor.rangeCount();
    }

    /** How many ranges of values it may be of, if it is asked of. */
    int rangeCount(int field) {
        final SegmentMonitor monitor = monitors[field];
        return monitor == null ? 1 : monitor.rangeCount();
    }

    int count() {
        int count = 0;
        for (final int field : fields) {
            count += isAsked(field) ? 1 : 0;
        }
        return count;
    }

    /** Those that are asked of, as bits: of a table with more than 64 fields some share one. */
    long all() {
        return askedOf(fields);
    }

    /** Those of these that are asked of, as bits. */
    long askedOf(int[] some) {
        long bits = 0;
        for (final int field : some) {
            bits |= isAsked(field) ? 1L << field : 0;
        }
        return bits;
    }

    /** Notes the fields that are asked about but are none of the served ones; answers how many. */
    int left(int[] served, int[] left) {
        int count = 0;
        for (final int field : fields) {
            if (isAsked(field) && !contains(served, field)) {
                left[count++] = field;
            }
        }
        return count;
    }

    /** Whether a key with these fields sees to all that is asked. */
    boolean isServedBy(int[] keyFields) {
        for (final int field : fields) {
            if (isAsked(field) && !contains(keyFields, field)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(int[] fields, int sought) {
        for (final int field : fields) {
            if (field == sought) {
                return true;
            }
        }
        return false;
    }
}
