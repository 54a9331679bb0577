package io.keyfarm.query.plan;

import org.jspecify.annotations.Nullable;

/**
 * What is made of the values that a field has in the rows of a group. Nulls count for nothing. {@link #code} is its number in
 * plan bytes, which never changes.
 */
public enum Aggregation {
    COUNT_ROWS(1, "count"),
    COUNT(2, "count"),
    COUNT_DISTINCT(3, "countDistinct"),
    /** Within a few per cent, from at most 4 KiB a group. */
    APPROXIMATE_DISTINCT(4, "countAbout"),
    /** Of whole numbers an int64, of decimals a decimal(18,s), of floats a float64. Null of no values. */
    SUM(5, "sum"),
    MIN(6, "min"),
    MAX(7, "max"),
    /** A float64; whole numbers and decimals are added up exactly before they are divided. Null of no values. */
    AVG(8, "avg"),
    /** The first value in the order of the input. */
    FIRST(9, "first"),
    LAST(10, "last");

    private static final Aggregation[] BY_CODE = values();

    private final int code;
    private final String word;

    Aggregation(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    static @Nullable Aggregation ofCode(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }

    @Override
    public String toString() {
        return word;
    }
}
