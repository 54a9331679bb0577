package io.keyfarm.query.plan;

import org.jspecify.annotations.Nullable;

/** How rows of several inputs become those of one; {@link #code} is its number in plan bytes, which never changes. */
public enum CombineOp {
    UNION_ALL(1, "unionAll"),
    UNION(2, "union"),
    INTERSECT(3, "intersect"),
    EXCEPT(4, "except"),
    /** All of them, each input in the step's order and the whole too. */
    MERGE(5, "merge");

    private static final CombineOp[] BY_CODE = values();

    private final int code;
    private final String word;

    CombineOp(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    public String word() {
        return word;
    }

    static @Nullable CombineOp ofCode(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }
}
