package io.keyfarm.query.eval;

/** What is known of a condition before any row is seen. */
enum Truth {
    HOLDS,
    FAILS,
    VARIES
}
