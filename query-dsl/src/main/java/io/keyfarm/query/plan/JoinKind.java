package io.keyfarm.query.plan;

import org.jspecify.annotations.Nullable;

/** Which rows a join hands on; {@link #code} is its number in plan bytes, which never changes. */
public enum JoinKind {
    /** A row for every left row and each of its matches. */
    INNER(1, "join"),
    /** The same, and every left row without a match, its right fields null. */
    LEFT_OUTER(2, "leftJoin"),
    /** Left rows without a match, alone. */
    LEFT_ONLY(3, "leftOnly"),
    /** Left rows with a match, each once, alone. */
    SEMI(4, "semiJoin");

    private static final JoinKind[] BY_CODE = values();

    private final int code;
    private final String word;

    JoinKind(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    public String word() {
        return word;
    }

    /** Whether the rows handed on have the fields of the right side. */
    public boolean hasRightFields() {
        return this == INNER || this == LEFT_OUTER;
    }

    static @Nullable JoinKind ofCode(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }
}
