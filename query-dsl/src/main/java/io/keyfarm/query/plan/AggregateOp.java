package io.keyfarm.query.plan;

import org.jspecify.annotations.Nullable;

/** What an aggregate computes of a group's rows; {@link #code} is its number in plan bytes, which never changes. */
public enum AggregateOp {
    /** Of rows; of a field, of those where it is not null. */
    COUNT(1, "count"),
    COUNT_DISTINCT(2, "countDistinct"),
    /** Within some 2 %, by HyperLogLog. */
    COUNT_ABOUT(3, "countAbout"),
    SUM(4, "sum"),
    MIN(5, "min"),
    MAX(6, "max"),
    AVG(7, "avg"),
    FIRST(8, "first"),
    LAST(9, "last");

    private static final AggregateOp[] BY_CODE = values();

    private final int code;
    private final String word;

    AggregateOp(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    public String word() {
        return word;
    }

    static @Nullable AggregateOp ofCode(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }
}
