package io.keyfarm.query.plan;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The types of values that are computed: the one table behind the words, plan bytes from anywhere and evaluation.
 *
 * <pre>
 *   whole with whole         int64
 *   decimal with decimal     decimal(18,s): + and - at the larger scale, * at the sum of both
 *   whole with decimal       decimal: a whole number is one of scale 0
 *   floating with any        float64
 *   char with varchar        varchar: the padding of a char is no text
 * </pre>
 *
 * A field has the type it has; whatever is computed of it has one of int64, decimal(18,s), float64, varchar, bytes, date,
 * timestamp and bool, but for {@code to}, which says its type itself.
 */
public final class ValueTypes {
    /** Of {@code concat}, {@code coalesce} and {@code case}. */
    public static final int MAX_OPERANDS = 200;

    private ValueTypes() {}

    public static boolean isWhole(FieldType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> true;
            default -> false;
        };
    }

    public static boolean isNumber(FieldType type) {
        return isWhole(type) || type.kind() == FieldKind.DECIMAL || type.kind().isFloating();
    }

    /** Whether it is characters: char or varchar. */
    public static boolean isCharacters(FieldType type) {
        return type.kind() == FieldKind.CHAR || type.kind() == FieldKind.VARCHAR;
    }

    private static boolean isTime(FieldType type) {
        return type.kind() == FieldKind.DATE || type.kind() == FieldKind.TIMESTAMP;
    }

    /** What a value of this type is computed as, alone. */
    public static FieldType computed(FieldType type) {
        if (isWhole(type)) {
            return FieldType.INT64;
        }
        return switch (type.kind()) {
            case FLOAT32, FLOAT64 -> FieldType.FLOAT64;
            case DECIMAL -> FieldType.decimal(FieldType.MAX_PRECISION, type.scale());
            case CHAR -> FieldType.VARCHAR;
            default -> type;
        };
    }

    /** What both are computed as together, or null if they have nothing in common. */
    public static @Nullable FieldType common(FieldType one, FieldType other) {
        final FieldType left = computed(one);
        final FieldType right = computed(other);
        if (left.equals(right)) {
            return left;
        }
        if (!isNumber(left) || !isNumber(right)) {
            return null;
        }
        return left.kind().isFloating() || right.kind().isFloating()
                ? FieldType.FLOAT64
                : FieldType.decimal(FieldType.MAX_PRECISION, Math.max(left.scale(), right.scale()));
    }

    /** How many operands the operation takes. */
    public static boolean takes(Op op, int operands) {
        return switch (op) {
            case FIELD, CONSTANT, PARAMETER -> operands == 0;
            case NEGATED, ABS, ROUND, FLOOR, CEIL, UPPER, LOWER, TRIM, LENGTH, YEAR, MONTH, DAY, TRUNCATED_TO, TO ->
                operands == 1;
            case SUBSTRING, REPLACE -> operands == 3;
            case CONCAT, COALESCE, CASE -> operands >= 2 && operands <= MAX_OPERANDS;
            case IN, NOT_IN, IS_NULL, IS_NOT_NULL -> operands == 1;
            default -> operands == 2;
        };
    }

    /** The type of what the operation makes of values of these types, or null if it takes none such. */
    public static @Nullable FieldType result(Op op, List<FieldType> types, int argument, @Nullable FieldType named) {
        final FieldType first = types.get(0);
        return switch (op) {
            case PLUS, MINUS, TIMES, DIVIDED_BY, QUOTIENT, REMAINDER -> arithmetic(op, first, types.get(1));
            case NEGATED, ABS -> isNumber(first) ? computed(first) : null;
            case ROUND -> isNumber(first) ? rounded(first, argument) : null;
            case FLOOR, CEIL ->
                !isNumber(first) ? null : first.kind().isFloating() ? FieldType.FLOAT64 : FieldType.INT64;
            case CONCAT, REPLACE, UPPER, LOWER, TRIM ->
                types.stream().allMatch(ValueTypes::isCharacters) ? FieldType.VARCHAR : null;
            case SUBSTRING ->
                isCharacters(first) && isWhole(types.get(1)) && isWhole(types.get(2)) ? FieldType.VARCHAR : null;
            case LENGTH, POSITION -> types.stream().allMatch(ValueTypes::isCharacters) ? FieldType.INT64 : null;
            case YEAR, MONTH, DAY -> isTime(first) ? FieldType.INT64 : null;
            case PLUS_DAYS, PLUS_MONTHS -> isTime(first) && isWhole(types.get(1)) ? first : null;
            case PLUS_SECONDS, PLUS_MICROS ->
                first.kind() == FieldKind.TIMESTAMP && isWhole(types.get(1)) ? first : null;
            case DAYS_UNTIL ->
                first.kind() == FieldKind.DATE && types.get(1).kind() == FieldKind.DATE ? FieldType.INT64 : null;
            case TRUNCATED_TO -> isTime(first) && isFor(first, argument) ? first : null;
            case COALESCE -> common(types);
            case TO -> named != null && isCast(first, named) ? named : null;
            default -> null;
        };
    }

    private static @Nullable FieldType arithmetic(Op op, FieldType left, FieldType right) {
        if (op == Op.MINUS && isTime(left) && left.equals(right)) {
            return FieldType.INT64;
        }
        if (!isNumber(left) || !isNumber(right)) {
            return null;
        }
        final FieldType common = common(left, right);
        return switch (op) {
            case DIVIDED_BY -> FieldType.FLOAT64;
            case QUOTIENT, REMAINDER -> isWhole(left) && isWhole(right) ? FieldType.INT64 : null;
            case TIMES -> {
                final int scale = left.scale() + right.scale();
                if (common == null || common.kind() != FieldKind.DECIMAL) {
                    yield common;
                }
                yield scale > FieldType.MAX_PRECISION ? null : FieldType.decimal(FieldType.MAX_PRECISION, scale);
            }
            default -> common;
        };
    }

    private static @Nullable FieldType rounded(FieldType type, int digits) {
        if (digits < 0 || digits > FieldType.MAX_PRECISION) {
            return null;
        }
        return type.kind() == FieldKind.DECIMAL
                ? FieldType.decimal(FieldType.MAX_PRECISION, Math.min(type.scale(), digits))
                : computed(type);
    }

    private static boolean isFor(FieldType type, int unit) {
        return TimeUnits.isCode(unit)
                && (type.kind() == FieldKind.TIMESTAMP || TimeUnits.ofCode(unit).isDateBased());
    }

    /** What all of them are computed as together, or null. */
    public static @Nullable FieldType common(List<FieldType> types) {
        FieldType all = computed(types.get(0));
        for (final FieldType type : types) {
            final FieldType next = common(all, type);
            if (next == null) {
                return null;
            }
            all = next;
        }
        return all;
    }

    private static boolean isCast(FieldType from, FieldType to) {
        if (from.kind() == FieldKind.BYTES || to.kind() == FieldKind.BYTES) {
            return from.equals(to);
        }
        return isCharacters(from)
                || isCharacters(to)
                || (isNumber(from) && isNumber(to))
                || (isTime(from) && isTime(to))
                || (from.kind() == FieldKind.BOOL && (isWhole(to) || to.kind() == FieldKind.BOOL));
    }

    /** Whether a condition of this kind may be asked of values of these types. */
    public static boolean isAsked(Op op, List<FieldType> types, int argument) {
        final FieldType first = types.get(0);
        return switch (op) {
            case IS, IS_NOT, LESS_THAN, AT_MOST, GREATER_THAN, AT_LEAST -> common(first, types.get(1)) != null;
            case IN, NOT_IN, IS_NULL, IS_NOT_NULL -> true;
            case STARTS_WITH, CONTAINS -> first.isText() && computed(first).equals(computed(types.get(1)));
            case LIKE, MATCHES, SOUNDS_LIKE -> types.stream().allMatch(ValueTypes::isCharacters);
            case WITHIN_EDITS ->
                types.stream().allMatch(ValueTypes::isCharacters) && argument >= 0 && argument <= PlanCheck.MAX_EDITS;
            default -> false;
        };
    }

    /** What the operation takes, for errors. */
    public static String wanted(Op op) {
        return switch (op) {
            case PLUS, DIVIDED_BY, NEGATED, ABS, FLOOR, CEIL -> "numbers";
            case MINUS -> "numbers, two dates, or two timestamps";
            case TIMES -> "numbers whose scales add up to 18 at most";
            case QUOTIENT, REMAINDER -> "whole numbers";
            case ROUND -> "a number, and 0 to 18 digits to keep";
            case CONCAT, REPLACE, UPPER, LOWER, TRIM, LENGTH, POSITION, LIKE, MATCHES, SOUNDS_LIKE -> "text";
            case SUBSTRING -> "text and two whole numbers";
            case YEAR, MONTH, DAY -> "a date or timestamp";
            case PLUS_DAYS, PLUS_MONTHS -> "a date or timestamp, and a whole number";
            case PLUS_SECONDS, PLUS_MICROS -> "a timestamp and a whole number";
            case DAYS_UNTIL -> "two dates";
            case TRUNCATED_TO -> "a timestamp, and seconds to years; or a date, and days to years";
            case COALESCE, CASE, IS, IS_NOT, LESS_THAN, AT_MOST, GREATER_THAN, AT_LEAST -> "values of one family";
            case TO -> "what that type can be made of";
            case STARTS_WITH, CONTAINS -> "two texts, or two of type bytes";
            case WITHIN_EDITS -> "text, and 0 to " + PlanCheck.MAX_EDITS + " edits";
            default -> "nothing of the kind";
        };
    }
}
