package io.keyfarm.query.plan;

import org.jspecify.annotations.Nullable;

/** What a {@link Node} does; {@link #code} is its number in plan bytes, which never changes. */
public enum Op {
    AND(1, "and"),
    OR(2, "or"),
    NOT(3, "not"),
    IS(4, "is"),
    IS_NOT(5, "is not"),
    LESS_THAN(6, "<"),
    AT_MOST(7, "<="),
    GREATER_THAN(8, ">"),
    AT_LEAST(9, ">="),
    IN(10, "in"),
    NOT_IN(11, "not in"),
    IS_NULL(12, "is null"),
    IS_NOT_NULL(13, "is not null"),
    STARTS_WITH(14, "starts with"),
    CONTAINS(15, "contains"),
    LIKE(16, "like"),
    IS_ABSENT(17, "is absent"),

    FIELD(18, "field"),
    CONSTANT(19, "constant"),
    PARAMETER(20, "parameter"),
    PLUS(21, "+"),
    MINUS(22, "-"),
    TIMES(23, "*"),
    DIVIDED_BY(24, "/"),
    QUOTIENT(25, "quotient"),
    REMAINDER(26, "remainder"),
    NEGATED(27, "negated"),
    ABS(28, "abs"),
    ROUND(29, "round"),
    FLOOR(30, "floor"),
    CEIL(31, "ceil"),
    CONCAT(32, "concat"),
    UPPER(33, "upper"),
    LOWER(34, "lower"),
    TRIM(35, "trim"),
    SUBSTRING(36, "substring"),
    LENGTH(37, "length"),
    REPLACE(38, "replace"),
    POSITION(39, "position"),
    YEAR(40, "year"),
    MONTH(41, "month"),
    DAY(42, "day"),
    PLUS_DAYS(43, "plusDays"),
    PLUS_MONTHS(44, "plusMonths"),
    DAYS_UNTIL(45, "daysUntil"),
    TRUNCATED_TO(46, "truncatedTo"),
    PLUS_SECONDS(47, "plusSeconds"),
    PLUS_MICROS(48, "plusMicros"),
    COALESCE(49, "coalesce"),
    TO(50, "to"),
    CASE(51, "case"),

    MATCHES(52, "matches"),
    SOUNDS_LIKE(53, "sounds like"),
    WITHIN_EDITS(54, "within edits of");

    private static final Op[] BY_CODE = values();

    private final int code;
    private final String word;

    Op(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    public String word() {
        return word;
    }

    static @Nullable Op ofCode(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }

    /** Whether it combines other nodes rather than asking something of a row. */
    public boolean isCombining() {
        return this == AND || this == OR || this == NOT;
    }

    /** Whether it compares a field with one value or with another field. */
    public boolean isComparison() {
        return code >= IS.code && code <= AT_LEAST.code;
    }

    /** Whether it computes a value, which other nodes ask of or compute with. */
    public boolean isValue() {
        return code >= FIELD.code && code <= CASE.code;
    }

    /** Whether it asks something of values only, never of a field by itself. */
    public boolean isOfValuesOnly() {
        return code >= MATCHES.code;
    }

    /** Whether its words stand between two operands that are computed with. */
    boolean isInfix() {
        return code >= PLUS.code && code <= DIVIDED_BY.code;
    }

    /** Whether it looks for a piece of text, which is a varchar or bytes even where the field is a {@code char(n)}. */
    public boolean isPattern() {
        return this == STARTS_WITH || this == CONTAINS || this == LIKE;
    }
}
