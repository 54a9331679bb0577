package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.TimeUnits;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.time.temporal.ChronoUnit;

/** What is computed of dates and timestamps, the latter in UTC. */
final class Times {
    /** More months than lie between any two timestamps. */
    private static final long MOST_MONTHS = 1L << 31;

    private Times() {}

    /** Year, month, day, and the start of a unit. */
    static final class OfOne extends Step {
        private final Origin origin;
        private final Op op;
        private final Vector out;
        private final Operand operand;
        private final boolean isTimestamp;
        private final ChronoUnit unit;

        OfOne(Origin origin, Op op, Vector out, Operand operand, int unit) {
            this.origin = origin;
            this.op = op;
            this.out = out;
            this.operand = operand;
            isTimestamp = operand.type().kind() == FieldKind.TIMESTAMP;
            this.unit = op == Op.TRUNCATED_TO ? TimeUnits.ofCode(unit) : ChronoUnit.DAYS;
        }

        @Override
        void run(Run run) {
            final Vector in = operand.vector();
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = in.nulls[place];
                if (!in.nulls[place]) {
                    final long value = in.values[place];
                    out.values[place] = op == Op.TRUNCATED_TO ? truncated(value, place) : part(value);
                }
            }
        }

        private long part(long value) {
            final long day = isTimestamp ? Math.floorDiv(value, Calendar.DAY_MICROS) : value;
            return switch (op) {
                case YEAR -> Math.floorDiv(Calendar.months(day), 12L);
                case MONTH -> Math.floorMod(Calendar.months(day), 12L) + 1;
                default -> Calendar.dayOfMonth(day);
            };
        }

        private long truncated(long value, int place) {
            if (!isTimestamp) {
                final long day = Calendar.truncated(value, unit);
                if (day < Integer.MIN_VALUE) {
                    throw origin.fails("is no date", place, operand);
                }
                return day;
            }
            final long unitMicros = unit.isDateBased()
                    ? Calendar.DAY_MICROS
                    : unit.getDuration().toSeconds() * 1_000_000;
            final long units = Math.floorDiv(value, unitMicros);
            final long start = unit.isDateBased() ? Calendar.truncated(units, unit) : units;
            if (Math.multiplyHigh(start, unitMicros) != (start * unitMicros) >> 63) {
                throw origin.fails("is no timestamp", place, operand);
            }
            return start * unitMicros;
        }
    }

    /** So many days, months, seconds or microseconds on. */
    static final class Plus extends Step {
        private final Origin origin;
        private final Op op;
        private final Vector out;
        private final FieldType type;
        private final Operand operand;
        private final Operand amount;

        Plus(Origin origin, Op op, Vector out, FieldType type, Operand operand, Operand amount) {
            this.origin = origin;
            this.op = op;
            this.out = out;
            this.type = type;
            this.operand = operand;
            this.amount = amount;
        }

        @Override
        void run(Run run) {
            final Vector in = operand.vector();
            final Vector by = amount.vector();
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = in.nulls[place] || by.nulls[place];
                if (!out.nulls[place]) {
                    out.values[place] = op == Op.PLUS_MONTHS
                            ? plusMonths(in.values[place], by.values[place], place)
                            : plus(in.values[place], by.values[place], unit(), place);
                }
            }
        }

        private long unit() {
            return switch (op) {
                case PLUS_SECONDS -> 1_000_000;
                case PLUS_DAYS -> type.kind() == FieldKind.TIMESTAMP ? Calendar.DAY_MICROS : 1;
                default -> 1;
            };
        }

        private long plus(long value, long amountBy, long unit, int place) {
            final long by = amountBy * unit;
            final long sum = value + by;
            final boolean isBeyond = Math.multiplyHigh(amountBy, unit) != by >> 63 || ((value ^ sum) & (by ^ sum)) < 0;
            if (isBeyond || sum < type.minSortable() || sum > type.maxSortable()) {
                throw misfit(place);
            }
            return sum;
        }

        private long plusMonths(long value, long months, int place) {
            if (months > MOST_MONTHS || months < -MOST_MONTHS) {
                throw misfit(place);
            }
            if (type.kind() == FieldKind.DATE) {
                return plus(Calendar.plusMonths(value, months), 0, 1, place);
            }
            final long day = Math.floorDiv(value, Calendar.DAY_MICROS);
            return plus(value, Calendar.plusMonths(day, months) - day, Calendar.DAY_MICROS, place);
        }

        private ComputeException misfit(int place) {
            return origin.fails("is no " + type, place, operand, amount);
        }
    }
}
