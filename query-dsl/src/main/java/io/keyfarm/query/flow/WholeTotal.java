package io.keyfarm.query.flow;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Sortable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Sum or average of whole numbers or decimals.
 *
 * <pre>
 *   | count 8 | sum 8, signed | upper 8 |      the sum is upper · 2⁶⁴ + sum
 * </pre>
 *
 * The sum is exact however large it is on the way, so whether it overflows does not hang on the order of the rows. The
 * upper part is touched only where the lower overflows.
 */
final class WholeTotal extends Aggregate {
    private static final long EXACT_DOUBLE = 1L << 53;

    private final Place place;
    private final boolean isAverage;
    private final FieldReader input;
    private final FieldReader output;
    private final String name;
    private final long unit;
    private final int countOffset;
    private final int sumOffset;
    private final int upperOffset;
    private final int[] places = new int[RowBatch.SIZE];
    private final long[] values = new long[RowBatch.SIZE];

    WholeTotal(Place place, FieldType type, String name, boolean isAverage) {
        this.place = place;
        this.isAverage = isAverage;
        this.name = name;
        input = place.input();
        output = place.output();
        unit = FieldType.powerOfTen(type.scale());
        countOffset = place.state(0).offset();
        sumOffset = place.state(1).offset();
        upperOffset = place.state(2).offset();
    }

    @Override
    void update(RowBatch rows, long[] groups) {
        input.values(rows.rows(), rows.count(), values);
        if (!input.isNullable()) {
            for (int i = 0; i < rows.count(); i++) {
                add(groups[i], 1, values[i]);
            }
            return;
        }
        final int count = input.places(rows.rows(), rows.count(), places);
        for (int i = 0; i < count; i++) {
            add(groups[places[i]], 1, values[places[i]]);
        }
    }

    @Override
    void merge(RowBatch states, long[] groups) {
        for (int i = 0; i < states.count(); i++) {
            final long state = states.row(i);
            add(groups[i], Memory.getLong(state + countOffset), Memory.getLong(state + sumOffset));
            carry(groups[i], Memory.getLong(state + upperOffset));
        }
    }

    private void add(long group, long count, long value) {
        Memory.putLong(group + countOffset, Memory.getLong(group + countOffset) + count);
        final long before = Memory.getLong(group + sumOffset);
        final long sum = before + value;
        Memory.putLong(group + sumOffset, sum);
        if (((before ^ sum) & (value ^ sum)) < 0) {
            carry(group, value < 0 ? -1 : 1);
        }
    }

    private void carry(long group, long carried) {
        Memory.putLong(group + upperOffset, Memory.getLong(group + upperOffset) + carried);
    }

    @Override
    void finish(RowBatch states, long[] results) {
        for (int i = 0; i < states.count(); i++) {
            final long state = states.row(i);
            final long count = Memory.getLong(state + countOffset);
            if (count == 0) {
                place.setNullResult(results[i]);
                continue;
            }
            final long sum = Memory.getLong(state + sumOffset);
            final long upper = Memory.getLong(state + upperOffset);
            output.write(results[i], isAverage ? Sortable.of(average(upper, sum, count)) : total(upper, sum));
        }
    }

    private long total(long upper, long sum) {
        final FieldType type = output.type();
        if (upper != 0 || sum < type.minSortable() || sum > type.maxSortable()) {
            throw new BadValueException("%s is a sum of %s, which %s does not hold"
                    .formatted(name, new BigDecimal(exact(upper, sum), type.scale()), type));
        }
        return sum;
    }

    private double average(long upper, long sum, long count) {
        if (upper == 0 && -EXACT_DOUBLE <= sum && sum <= EXACT_DOUBLE && count <= EXACT_DOUBLE / unit) {
            // Both are doubles to the last bit, so what is rounded is the quotient alone.
            return (double) sum / (count * unit);
        }
        return new BigDecimal(exact(upper, sum))
                .divide(BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(unit)), MathContext.DECIMAL128)
                .doubleValue();
    }

    private static BigInteger exact(long upper, long sum) {
        return BigInteger.valueOf(upper).shiftLeft(Long.SIZE).add(BigInteger.valueOf(sum));
    }
}
