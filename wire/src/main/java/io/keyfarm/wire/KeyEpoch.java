package io.keyfarm.wire;

/** What a slave says of the epoch in force where no epoch is. */
public final class KeyEpoch {
    /** There are no keys, and no farmer was told of any. */
    public static final long NONE = -1;

    /** Keys are being changed by hand, and the next epoch is not told yet. */
    public static final long UNSETTLED = -2;

    private KeyEpoch() {}
}
