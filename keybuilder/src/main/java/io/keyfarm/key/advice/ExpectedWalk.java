package io.keyfarm.key.advice;

import io.keyfarm.key.KeyTier;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a seek loop takes, told from a key's statistics and sample, field by field.
 *
 * <pre>
 *   key a.b.c, a = 3, b wild, c = 7
 *
 *   field    rows left    groups of them            jumps
 *   a = 3    100          1                         to the first
 *   b        100          63: not all 100 values    each group may take one to (3, b, 7) and one behind it
 *                         of b are among 100 rows
 *   c = 7    2            2                         rows passed over are 98: so few are walked over, not sought
 * </pre>
 *
 * Groups are expected as by Cardenas (Analysis and performance of inverted data base structures, CACM 1975): r rows of v
 * values have v (1 − (1 − 1/v)^r) different ones. How many values there are to be had below a prefix {@link GroupStatistics#values} says,
 * and of them as many are expected as rows are left: so a field that hangs on those before it has few groups, and one that
 * stands behind fields that are asked for has no more than there are rows. The sample's rows that match bound
 * that from both sides: as they are in key order, nothing but the same group lies between two that agree.
 *
 * <p>A jump is sought, or walked over where the loop finds that shorter, see {@link KeyTier#seekEntries}. Gaps are taken to be
 * log-normal, with the spread that groups have.
 */
final class ExpectedWalk {
    /** Fewer matching rows than this in the sample say little. */
    private static final int ENOUGH = 8;

    /** Gaps between places of chance, that have no spread of their own, are exponential: ln 2. */
    private static final double LEAST_SPREAD = 0.69;

    private final GroupStatistics statistics;
    private final KeySample sample;
    private final int seekEntries;
    private final double rowCount;
    private final double sampledRows;
    private final int last;
    private final boolean[] isMatching;

    /** What matches the fields so far. */
    private double rows;
    /** How many different prefixes it has. */
    private double groups;

    private boolean isWildBefore;
    /** Of values that are stepped through: the chance that the next code is a value. */
    private double density = 1;

    private double seeks = 1;
    private double examined;
    /** Groups that are reached by moves already counted. */
    private double moves;

    ExpectedWalk(GroupStatistics statistics, KeySample sample, KeyTier tier, int last) {
        this.statistics = statistics;
        this.sample = sample;
        this.last = last;
        seekEntries = tier.seekEntries();
        rowCount = (double) statistics.rowCount();
        sampledRows = rowCount / Math.max(1, sample.rowCount);
        isMatching = new boolean[sample.rowCount];
        Arrays.fill(isMatching, true);
        rows = rowCount;
        groups = 1;
    }

    /** The next field of the key. */
    void add(int field, @Nullable SegmentMonitor monitor) {
        final double values = values(field);
        if (monitor == null || monitor.isWild()) {
            groups = bound(field + 1, Math.min(rows, groups * values));
            density = density(field, values);
            isWildBefore = true;
        } else {
            narrow(field, monitor, values);
        }
    }

    /** How many values of the field are below a prefix that is left, about. */
    private double values(int field) {
        return GroupStatistics.different(statistics.values(field), Math.max(1, rows / Math.max(1, groups)));
    }

    private void narrow(int field, SegmentMonitor monitor, double values) {
        final int ranges = monitor.rangeCount() + (monitor.admitsNull() ? 1 : 0);
        final double points = (double) monitor.valueCount();
        final boolean isOfPoints = points <= ranges;
        final int alone = matchAlone(field, monitor);
        final double share = Math.max(0.5, alone) / Math.max(1, sample.rowCount);
        double ratio = share;
        if (isOfPoints) {
            ratio = Math.min(1, points * statistics.expectedRows(field + 1) / statistics.expectedRows(field));
            ratio = isWildBefore ? Math.min(ratio, share) : ratio;
        }
        final double hull = field == 0 ? hullRows(monitor) : rows;
        final double rowsBefore = rows;
        final double groupsBefore = Math.max(1, groups);
        final int matching = match(field, monitor);
        rows = matching >= ENOUGH ? matching * sampledRows : Math.min(rows * ratio, (matching + 2) * sampledRows);
        if (isOfPoints) {
            // Who asks for values mostly asks for such as are there.
            rows = Math.max(rows, Math.min(1, rowsBefore));
        }
        final double admitted = isOfPoints ? Math.min(points, values) : Math.max(1, values * share);
        groups = bound(field + 1, GroupStatistics.different(groupsBefore * admitted, rows));

        final double found = Math.min(ranges, groups / groupsBefore);
        final double jumps = found + between(ranges - found, values - found);
        final double beyond = values / (values + 1);
        final double entry = density * (beyond + (1 - beyond) * beyond) + (1 - density) * 2 * beyond;
        final double all = Math.max(0, (groupsBefore - 1) * entry - moves) + groupsBefore * Math.max(0, jumps - 1);
        // In a single group, what lies before the first value and behind the last is not passed over.
        final double inner = groupsBefore <= 1 && field > 0 ? (ranges - 1.0) / (ranges + 1.0) : 1;
        final boolean isOneRun = groupsBefore <= 1 && ranges == 1;
        final double passed = isOneRun ? 0 : inner * Math.max(0, Math.min(hull, rowsBefore) - rows);
        final double jumped = jump(all, passed, field);
        if (field < last) {
            // What is found here has been moved to already.
            moves = Math.min(jumped, Math.max(0, groupsBefore * found - 1));
            density = isOfPoints ? density : density(field, values);
            return;
        }
        final double runs = Math.max(Math.min(1, rows), Math.min(groupsBefore * found, rows));
        if (runs > 0) {
            examined += runs * (2 + 2 * Math.log(Math.max(1, rows / runs)) / Math.log(2));
        }
    }

    /** Of so many jumps that pass over so many rows together, those that are sought, and what is looked at in place of others. */
    private double jump(double wanted, double passed, int field) {
        final double count = Math.min(wanted, passed);
        if (count <= 0) {
            return 0;
        }
        if (passed <= seekEntries) {
            // No gap is longer than all of them.
            examined += passed;
            return count;
        }
        final double mean = Math.max(1, passed / count);
        final double spread = spread(field);
        final double limit = 2.0 * seekEntries;
        final double deviation = Math.sqrt(spread);
        final double middle = Math.log(mean) - spread / 2;
        final double longer = normal((middle - Math.log(limit)) / deviation);
        final double walked =
                Math.min(limit, mean * normal((Math.log(limit) - middle - spread) / deviation) + limit * longer);
        if (walked + longer * seekEntries < seekEntries) {
            seeks += count * longer;
            examined += count * walked;
        } else {
            seeks += count;
            examined += count;
        }
        return count;
    }

    /** Of the logarithms of group sizes. */
    private double spread(int field) {
        final double average = rowCount / Math.max(1, statistics.distinctGroups(field + 1));
        return Math.max(LEAST_SPREAD, Math.log(Math.max(1, statistics.expectedRows(field + 1) / average)));
    }

    Estimate estimate() {
        return new Estimate(Math.min(rows, rowCount), Math.min(seeks, rowCount), Math.min(examined, 2 * rowCount));
    }

    /** How often one meets one of the others after some of these, where both are dealt out by chance. */
    private static double between(double these, double others) {
        return these <= 0 || others <= 0 ? 0 : these * others / (these + others);
    }

    private double density(int field, double values) {
        return Math.min(1, values / sample.span(field));
    }

    /** Marks what matches this field, too, and answers how many rows of the sample are left. */
    private int match(int field, SegmentMonitor monitor) {
        int matching = 0;
        for (int row = 0; row < sample.rowCount; row++) {
            isMatching[row] &= sample.matches(field, row, monitor);
            matching += isMatching[row] ? 1 : 0;
        }
        return matching;
    }

    private int matchAlone(int field, SegmentMonitor monitor) {
        int matching = 0;
        for (int row = 0; row < sample.rowCount; row++) {
            matching += sample.matches(field, row, monitor) ? 1 : 0;
        }
        return matching;
    }

    /** From the first row that the leading field admits to the last. */
    private double hullRows(SegmentMonitor monitor) {
        int first = 0;
        int end = sample.rowCount;
        while (first < end && !sample.isWithin(0, first, monitor)) {
            first++;
        }
        while (first < end && !sample.isWithin(0, end - 1, monitor)) {
            end--;
        }
        return Math.min(rowCount, (end - first + 1) * sampledRows);
    }

    /** Keeps what was expected within what the rows of the sample show that match so far. */
    private double bound(int fields, double expected) {
        int different = 0;
        int shared = fields;
        for (int row = 0; row < sample.rowCount; row++) {
            shared = Math.min(shared, sample.sharedFields(row));
            if (isMatching[row]) {
                different += different == 0 || shared < fields ? 1 : 0;
                shared = fields;
            }
        }
        final double most = different + (different + 1) * sampledRows;
        return Math.max(different, Math.min(expected, most));
    }

    /** The share of a normal distribution below {@code x} deviations, to a percent: logistic. */
    private static double normal(double x) {
        return 1 / (1 + Math.exp(-1.702 * x));
    }
}
