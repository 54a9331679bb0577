package io.keyfarm.wire;

/** What a request's {@code keyHint} says when it is not the place of a key in the epoch's list. */
public final class KeyHint {
    /** The slave picks. */
    public static final int NONE = -1;

    /** The farmer expects a full scan to be best. */
    public static final int SCAN = -2;

    private KeyHint() {}
}
