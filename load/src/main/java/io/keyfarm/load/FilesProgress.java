package io.keyfarm.load;

/** Counts what is done of some part files, and tells it after each block. */
final class FilesProgress {
    private final LoadProgress listener;
    private final String what;
    private final long bytesTotal;
    private long rowsDone;
    private long bytesDone;

    FilesProgress(LoadProgress listener, String what, long bytesTotal) {
        this.listener = listener;
        this.what = what;
        this.bytesTotal = bytesTotal;
        listener.onBegin(what);
    }

    void onRows(long rowCount) {
        rowsDone += rowCount;
    }

    void onBytes(long bytes) {
        bytesDone += bytes;
        listener.onRows(rowsDone, bytesDone, bytesTotal);
    }

    void end() {
        listener.onEnd(LoadReport.clean(what, rowsDone, bytesDone));
    }
}
