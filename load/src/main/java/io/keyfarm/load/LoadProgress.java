package io.keyfarm.load;

/** Hears how far a load has come, on the thread that loads. */
public interface LoadProgress {
    /** How many rows lie between two calls of {@link #onRows}. */
    int INTERVAL_ROWS = 16_384;

    /** Bytes in all, where nobody knows them. */
    long UNKNOWN_BYTES = -1;

    LoadProgress NONE = (rowCount, bytesDone, bytesTotal) -> {};

    /** A load, or the reading that finds the types, begins. */
    default void onBegin(String what) {}

    /** The types are found; a load may follow. */
    default void onPrepared() {}

    /**
     * Called every {@link #INTERVAL_ROWS} rows and after the last one.
     *
     * @param bytesDone of the input (compressed, if the file is); where rows come from no file, of the memory they take
     * @param bytesTotal of the same, or {@link #UNKNOWN_BYTES}
     */
    void onRows(long rowCount, long bytesDone, long bytesTotal);

    /** It has come to its end; not called if an exception ended it. */
    default void onEnd(LoadReport report) {}
}
