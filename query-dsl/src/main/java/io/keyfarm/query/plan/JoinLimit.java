package io.keyfarm.query.plan;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a left row that has more candidates than a join allows. Candidates are the right rows that satisfy what
 * the join keys by, before any other condition is asked.
 *
 * @param most 0 or more; {@link QueryPlan#UNLIMITED} for no limit
 */
public record JoinLimit(long most, Excess excess) {
    public static final JoinLimit NONE = new JoinLimit(QueryPlan.UNLIMITED, Excess.FAIL);

    /** {@link #code} is its number in plan bytes. */
    public enum Excess {
        /** {@code limit(n)}: the query fails. */
        FAIL(1),
        /** {@code atMost(n)}: the left row counts as unmatched. */
        UNMATCHED(2),
        /** {@code limit(n).skip()}: the left row vanishes, even from a left outer join. */
        SKIP(3),
        /** {@code limit(n).onFail(row)}: one substitute row in place of all its matches. */
        SUBSTITUTE(4);

        private static final Excess[] BY_CODE = values();

        private final int code;

        Excess(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        static @Nullable Excess ofCode(int code) {
            return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
        }
    }

    public boolean isLimited() {
        return most != QueryPlan.UNLIMITED;
    }
}
