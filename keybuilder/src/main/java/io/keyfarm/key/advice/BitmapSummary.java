package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.Arrays;

/**
 * What a farmer knows of a bitmap key without having it: its values with how many rows hold each. Of more than 1,024 values
 * some, evenly spaced in their order, each standing for its neighbours too. Immutable, on heap.
 */
public final class BitmapSummary {
    private final KeySpec spec;
    private final int tableField;
    private final long rowCount;
    private final int valueCount;
    private final double sumOfSquares;
    private final KeySample values;
    /** By sampled value: the rows that hold it, or one of those it stands for. */
    private final long[] weights;

    BitmapSummary(
            KeySpec spec,
            int tableField,
            long rowCount,
            int valueCount,
            double sumOfSquares,
            KeySample values,
            long[] weights) {
        this.spec = spec;
        this.tableField = tableField;
        this.rowCount = rowCount;
        this.valueCount = valueCount;
        this.sumOfSquares = sumOfSquares;
        this.values = values;
        this.weights = weights;
    }

    /**
     * @param rows for each value, in their order, some row that holds it
     * @param counts for each value, how many rows hold it
     */
    public static BitmapSummary of(Slab slab, KeySpec spec, int[] rows, int[] counts) {
        final int[] tableFields = spec.indexes(slab.schema());
        final int drawn = Math.min(KeySample.MAX_ROWS, rows.length);
        final KeySample values = new KeySample(
                new FieldType[] {slab.schema().field(tableFields[0]).type()}, drawn);
        final long[] weights = new long[drawn];
        final RowView view = slab.newView();
        double sumOfSquares = 0;
        for (int i = 0; i < drawn; i++) {
            final int from = (int) ((long) i * rows.length / drawn);
            final int to = (int) ((i + 1L) * rows.length / drawn);
            slab.view(rows[(from + to) >>> 1], view);
            values.put(i, view, tableFields);
            for (int value = from; value < to; value++) {
                weights[i] += counts[value];
                sumOfSquares += (double) counts[value] * counts[value];
            }
        }
        return new BitmapSummary(spec, tableFields[0], slab.rowCount(), rows.length, sumOfSquares, values, weights);
    }

    /** Of one field. */
    public KeySpec spec() {
        return spec;
    }

    /** The field's place in the table. */
    public int tableField() {
        return tableField;
    }

    public long rowCount() {
        return rowCount;
    }

    /** How many distinct values there are, null among them. */
    public int valueCount() {
        return valueCount;
    }

    /** Whether the counts below are true ones, but for texts that agree in their first 64 bytes. */
    public boolean isExact() {
        return weights.length == valueCount;
    }

    /** How many rows a monitor of the field is expected to admit. */
    public double rows(SegmentMonitor monitor) {
        double rows = 0;
        for (int i = 0; i < weights.length; i++) {
            rows += values.matches(0, i, monitor) ? weights[i] : 0;
        }
        if (isExact() || rowCount == 0) {
            return rows;
        }
        // Of values that are not in the sample, it says no more than what a value drawn from the rows would find.
        final double points = (double) monitor.valueCount();
        return points <= monitor.rangeCount() + 1.0
                ? Math.min((double) rowCount, points * sumOfSquares / rowCount)
                : Math.max(rows, (double) rowCount / weights.length / 2);
    }

    /** How many of the values a monitor of the field is expected to admit. */
    public double values(SegmentMonitor monitor) {
        double matching = 0;
        for (int i = 0; i < weights.length; i++) {
            matching += values.matches(0, i, monitor) ? 1 : 0;
        }
        if (isExact()) {
            return matching;
        }
        return Math.min((double) monitor.valueCount(), Math.max(1, matching * valueCount / weights.length));
    }

    /** For the wire; about 10 bytes for each of a few values. */
    public byte[] encode() {
        return BitmapSummaryCodec.encode(spec, rowCount, valueCount, sumOfSquares, values, weights);
    }

    /**
     * What {@link #encode} wrote, for a key of this table.
     *
     * @throws io.keyfarm.rows.BadValueException if the bytes are none, or the table lacks the field
     */
    public static BitmapSummary decode(byte[] bytes, TableSchema schema) {
        return BitmapSummaryCodec.decode(bytes, schema);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BitmapSummary that
                && spec.equals(that.spec)
                && tableField == that.tableField
                && rowCount == that.rowCount
                && valueCount == that.valueCount
                && sumOfSquares == that.sumOfSquares
                && values.equals(that.values)
                && Arrays.equals(weights, that.weights);
    }

    @Override
    public int hashCode() {
        return spec.hashCode() * 31 + Arrays.hashCode(weights);
    }

    @Override
    public String toString() {
        return "bitmap of %s, %,d values, %,d rows".formatted(spec, valueCount, rowCount);
    }
}
