package io.keyfarm.farmer;

import io.keyfarm.wire.sbe.ReplyCode;

/** Why a query ended without an answer. */
public enum FailureCode {
    /** It took longer than it may, here or where it was read, or rows were left unread for so long. */
    DEADLINE_PASSED,
    CANCELLED,
    /** It, or its replies, would take more memory than it may. */
    MEMORY_LIMIT,
    /** The parameters make no sense to a slave. */
    BAD_REQUEST,
    /** The plan makes no sense to a slave, or not for the table it has. */
    BAD_PLAN,
    /** A slave has no such table. */
    UNKNOWN_TABLE,
    /** A slave has other rows of the table than the catalogue says. */
    OTHER_GENERATION,
    /** A slave does not know the query any more, as after its restart. */
    UNKNOWN_QUERY,
    /** A slave is busy or stopping, and there is no other. */
    UNAVAILABLE,
    /** The answer has more rows than it may have, or a row of a join more candidates. */
    LIMIT_PASSED,
    /** A value cannot be computed: it does not fit its type, or something is divided by zero. */
    BAD_VALUE,
    /** The plan failed on slaves so often that it is not run until someone releases it. */
    QUARANTINED,
    /** What nobody foresaw, told in the message. */
    FAILED;

    /** How many of a channel's slaves may say so before the query fails: what one lacks, another may have. */
    static int slavesToAsk(ReplyCode code) {
        return switch (code) {
            case UNKNOWN_TABLE, OTHER_GENERATION, BUSY, STOPPING -> Integer.MAX_VALUE;
            case FAILED -> 2;
            default -> 1;
        };
    }

    static FailureCode of(ReplyCode code) {
        return switch (code) {
            case DEADLINE_PASSED -> DEADLINE_PASSED;
            case CANCELLED -> CANCELLED;
            case MEMORY_LIMIT -> MEMORY_LIMIT;
            case BAD_REQUEST -> BAD_REQUEST;
            case BAD_PLAN, UNKNOWN_PLAN -> BAD_PLAN;
            case UNKNOWN_TABLE -> UNKNOWN_TABLE;
            case OTHER_GENERATION -> OTHER_GENERATION;
            case UNKNOWN_QUERY, OTHER_EPOCH -> UNKNOWN_QUERY;
            case BUSY, STOPPING -> UNAVAILABLE;
            case BAD_VALUE -> BAD_VALUE;
            case FAILED, CHECKSUM_DIFFERS, NULL_VAL -> FAILED;
        };
    }
}
