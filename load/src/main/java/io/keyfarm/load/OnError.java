package io.keyfarm.load;

/** What to do with a value that its field cannot hold, or a line with too few or too many fields. */
public enum OnError {
    /** End the load with a {@link LoadException}. */
    FAIL,
    /** Leave the row out, count it, go on. */
    SKIP,
    /** Make the value null, count it, go on; leave out a row whose field is never null, or which has no such field. */
    NULL
}
