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
    IS_ABSENT(17, "is absent");

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

    /** Whether it looks for a piece of text, which is a varchar or bytes even where the field is a {@code char(n)}. */
    public boolean isPattern() {
        return this == STARTS_WITH || this == CONTAINS || this == LIKE;
    }
}
