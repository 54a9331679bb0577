package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a farmer knows of a key without having it: how its rows fall into groups by each prefix, and a sample of its rows.
 * Immutable, on heap, shippable: about 2 KB for a key of two integers.
 */
public final class KeySummary {
    private final KeySpec spec;
    private final KeyTier tier;
    private final GroupStatistics statistics;
    private final int[] tableFields;
    private final KeySample sample;

    KeySummary(KeySpec spec, KeyTier tier, TableSchema schema, GroupStatistics statistics, KeySample sample) {
        this.spec = spec;
        this.tier = tier;
        this.statistics = statistics;
        this.sample = sample;
        sample.end();
        tableFields = spec.indexes(schema);
    }

    /** Draws the sample: {@code rowNumbers} answers the row number at an index of the key. */
    public static KeySummary of(
            Slab slab,
            KeySpec spec,
            KeyTier tier,
            GroupStatistics statistics,
            int sampleRows,
            IntUnaryOperator rowNumbers) {
        final int[] tableFields = spec.indexes(slab.schema());
        final int rowCount = slab.rowCount();
        final int drawn = Math.min(Math.min(sampleRows, KeySample.MAX_ROWS), rowCount);
        final KeySample sample = new KeySample(types(spec, slab.schema()), drawn);
        final RowView view = slab.newView();
        for (int i = 0; i < drawn; i++) {
            final long index = drawn == 1 ? 0 : (long) i * (rowCount - 1) / (drawn - 1);
            slab.view(rowNumbers.applyAsInt((int) index), view);
            sample.put(i, view, tableFields);
        }
        return new KeySummary(spec, tier, slab.schema(), statistics, sample);
    }

    static FieldType[] types(KeySpec spec, TableSchema schema) {
        return Arrays.stream(spec.indexes(schema))
                .mapToObj(i -> schema.field(i).type())
                .toArray(FieldType[]::new);
    }

    public KeySpec spec() {
        return spec;
    }

    /** Which a farmer must know to tell what reading through it costs. */
    public KeyTier tier() {
        return tier;
    }

    public long rowCount() {
        return statistics.rowCount();
    }

    /** How many different tuples the first {@code fields} fields have. */
    public long distinctGroups(int fields) {
        return statistics.distinctGroups(fields);
    }

    /** How many rows agree with a row drawn at random in its first {@code fields} fields: F2/N. */
    public double expectedRows(int fields) {
        return statistics.expectedRows(fields);
    }

    /** How many rows the sample has; they are its leading field's quantiles. */
    public int sampleRows() {
        return sample.rowCount;
    }

    GroupStatistics statistics() {
        return statistics;
    }

    KeySample sample() {
        return sample;
    }

    /**
     * What a seek loop over the key is expected to find and to take.
     *
     * <p>Fields are taken one after the other. Where the sample has enough rows that match so far, they say how many do;
     * beyond that, each further value divides the rows as it does for a row drawn at random, and a range as it does the
     * sample's. How many groups the walk meets is bounded by the rows that are left, see {@link ExpectedWalk}.
     *
     * @param monitors by field of the table; null or wild where the query asks nothing
     */
    public Estimate estimate(@Nullable SegmentMonitor[] monitors) {
        final int last = lastConstrained(monitors);
        if (rowCount() == 0 || last < 0) {
            return new Estimate(rowCount(), rowCount() == 0 ? 0 : 1);
        }
        for (int i = 0; i <= last; i++) {
            final SegmentMonitor monitor = monitors[tableFields[i]];
            if (monitor != null && monitor.isNothing()) {
                return Estimate.NOTHING;
            }
        }
        final ExpectedWalk walk = new ExpectedWalk(statistics, sample, tier, last);
        for (int i = 0; i <= last; i++) {
            walk.add(i, monitors[tableFields[i]]);
        }
        return walk.estimate();
    }

    private int lastConstrained(@Nullable SegmentMonitor[] monitors) {
        int last = tableFields.length - 1;
        while (last >= 0 && isWild(monitors[tableFields[last]])) {
            last--;
        }
        return last;
    }

    private static boolean isWild(@Nullable SegmentMonitor monitor) {
        return monitor == null || monitor.isWild();
    }

    /** For the wire; about 2 KB for a key of one integer. */
    public byte[] encode() {
        return SummaryCodec.encode(this);
    }

    /**
     * What {@link #encode} wrote, for a key of this table.
     *
     * @throws io.keyfarm.rows.BadValueException if the bytes are none, or the table lacks a field
     */
    public static KeySummary decode(byte[] bytes, TableSchema schema) {
        return SummaryCodec.decode(bytes, schema);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeySummary that
                && spec.equals(that.spec)
                && tier == that.tier
                && Arrays.equals(tableFields, that.tableFields)
                && statistics.equals(that.statistics)
                && sample.equals(that.sample);
    }

    @Override
    public int hashCode() {
        return spec.hashCode() * 31 + statistics.hashCode();
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(spec + ": " + rowCount() + " rows");
        for (int i = 1; i <= tableFields.length; i++) {
            text.append(", %d groups of %.1f".formatted(distinctGroups(i), expectedRows(i)));
        }
        return text.toString();
    }
}
