package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;

/** The types that aggregates have. */
final class AggregateTypes {
    private AggregateTypes() {}

    /** @throws BadPlanException if the field cannot be aggregated so */
    static FieldType typeOf(TableSchema input, Aggregate aggregate) {
        final AggregateOp op = aggregate.op();
        if (aggregate.field() == Node.NONE) {
            if (op != AggregateOp.COUNT) {
                throw new BadPlanException(op.word() + " is of a field; only count is of rows");
            }
            return FieldType.INT64;
        }
        if (aggregate.field() < 0 || aggregate.field() >= input.fieldCount()) {
            throw new BadPlanException(op.word() + " names field " + Integer.toUnsignedString(aggregate.field())
                    + " of " + input.fieldCount());
        }
        final Field field = input.field(aggregate.field());
        return switch (op) {
            case COUNT, COUNT_DISTINCT, COUNT_ABOUT -> FieldType.INT64;
            case MIN, MAX, FIRST, LAST -> field.type();
            case SUM -> sumType(op, field);
            case AVG -> {
                sumType(op, field);
                yield FieldType.FLOAT64;
            }
        };
    }

    private static FieldType sumType(AggregateOp op, Field field) {
        return switch (field.type().kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> FieldType.INT64;
            case FLOAT32, FLOAT64 -> FieldType.FLOAT64;
            case DECIMAL ->
                FieldType.decimal(FieldType.MAX_PRECISION, field.type().scale());
            case BOOL, DATE, TIMESTAMP, CHAR, VARCHAR, BYTES ->
                throw new BadPlanException(op.word() + " is of numbers, and " + field.name() + " is " + field.type());
        };
    }

    /** Of no values there is a count, but no other aggregate. */
    static boolean isNullable(Aggregate aggregate) {
        return switch (aggregate.op()) {
            case COUNT, COUNT_DISTINCT, COUNT_ABOUT -> false;
            case SUM, MIN, MAX, AVG, FIRST, LAST -> true;
        };
    }
}
