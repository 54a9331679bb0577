package io.keyfarm.load;

import java.util.List;

/**
 * What a load did.
 *
 * @param what the file or table
 * @param rowCount rows that were loaded
 * @param skippedRows rows that were left out, because {@link OnError} said so
 * @param nulledValues values that became null, because {@link OnError} said so
 * @param troubles the messages of the first {@value #MAX_TROUBLES} of them
 * @param bytes of input read, or of memory where there was no input
 */
public record LoadReport(
        String what, long rowCount, long skippedRows, long nulledValues, List<String> troubles, long bytes) {
    public static final int MAX_TROUBLES = 10;

    public LoadReport {
        troubles = List.copyOf(troubles);
    }

    static LoadReport clean(String what, long rowCount, long bytes) {
        return new LoadReport(what, rowCount, 0, 0, List.of(), bytes);
    }

    public boolean isClean() {
        return skippedRows == 0 && nulledValues == 0;
    }
}
