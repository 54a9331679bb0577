package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Values;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands beside an expression in a word: another one, a parameter, or a Java value, made an expression. */
final class Operands {
    private Operands() {}

    static Object require(String word, @Nullable Object value) {
        // Whoever calls from code that knows no @Nullable gets the better message.
        if (value == null) {
            throw new BadQueryException(word + " null finds nothing; null is found by isNull()");
        }
        if (value instanceof Condition condition) {
            throw new BadQueryException(
                    "'" + condition + "' is a condition, and no value; caseWhen(condition, value) makes one of it");
        }
        if (value instanceof Column column) {
            throw new BadQueryException("'" + column + "' has its name already; compute with it before as(...)");
        }
        return value;
    }

    /** With the type of its own; a parameter without one is of this type. */
    static Expr of(Object value, FieldType ofParam, String what) {
        if (value instanceof Expr expr) {
            return expr;
        }
        return value instanceof Param param ? parameter(param, ofParam, what) : constant(value);
    }

    /** As compared with a value of this type: text that reads as one is one. */
    static Expr compared(Object value, FieldType type, String what) {
        final FieldType computed = ValueTypes.computed(type);
        if (value instanceof Expr || value instanceof Param) {
            return of(value, computed, what);
        }
        final boolean isOfItsOwn = value instanceof Number && ValueTypes.isNumber(type);
        return isOfItsOwn ? constant(value) : constant(value, computed, what);
    }

    private static Expr parameter(Param param, FieldType type, String what) {
        if (param.isSet()) {
            throw new BadQueryException(what + " takes one value, but :" + param.name() + " is a set");
        }
        final FieldType own = param.type() == null ? type : param.type();
        return new Computed(Body.of(Node.parameter(Op.PARAMETER, 0), List.of(param.typed(own, what))), own);
    }

    /** A Java value by itself: whole numbers are int64, a BigDecimal has the scale it has. */
    static Expr constant(Object value) {
        return constant(value, typeOf(value), "a value");
    }

    private static Expr constant(Object value, FieldType type, String what) {
        final Field field = new Field("it", type, false);
        try {
            final Node node = type.isText()
                    ? Node.constant(type, Values.toText(field, value))
                    : Node.constant(type, Values.toSortable(field, value));
            return new Computed(Body.of(node, List.of()), type);
        } catch (BadValueException e) {
            throw new BadQueryException("beside '" + what + "' stands what is no " + type + ": " + e.getMessage());
        }
    }

    private static FieldType typeOf(Object value) {
        if (value instanceof String) {
            return FieldType.VARCHAR;
        }
        if (value instanceof Double || value instanceof Float) {
            return FieldType.FLOAT64;
        }
        if (value instanceof BigDecimal decimal) {
            if (decimal.scale() > FieldType.MAX_PRECISION) {
                throw new BadQueryException(
                        decimal + " has " + decimal.scale() + " digits behind the point; a decimal has at most 18");
            }
            return FieldType.decimal(FieldType.MAX_PRECISION, Math.max(0, decimal.scale()));
        }
        if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger) {
            return FieldType.INT64;
        }
        if (value instanceof LocalDate) {
            return FieldType.DATE;
        }
        if (value instanceof Instant
                || value instanceof LocalDateTime
                || value instanceof OffsetDateTime
                || value instanceof ZonedDateTime) {
            return FieldType.TIMESTAMP;
        }
        if (value instanceof Boolean) {
            return FieldType.BOOL;
        }
        if (value instanceof byte[]) {
            return FieldType.BYTES;
        }
        throw new BadQueryException(
                "nothing is computed with a " + value.getClass().getSimpleName());
    }

    /** A parameter without a type gets that of the first of them that has one. */
    static List<Expr> ofOneType(String what, List<Object> values) {
        FieldType type = null;
        for (final Object value : values) {
            if (type == null && value instanceof Param param) {
                type = param.type();
            } else if (type == null) {
                type = ValueTypes.computed(of(value, FieldType.BOOL, what).type());
            }
        }
        if (type == null) {
            throw new BadQueryException(
                    what + " of parameters alone: give them a type, as in param(\"name\", FieldType.INT64)");
        }
        final FieldType ofParams = type;
        return values.stream().map(value -> of(value, ofParams, what)).toList();
    }
}
