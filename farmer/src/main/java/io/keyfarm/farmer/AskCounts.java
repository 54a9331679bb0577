package io.keyfarm.farmer;

/** What asking for many bindings has taken so far in a run. */
final class AskCounts {
    private long seeks;
    private long rowsExamined;
    private long slaveNs;
    private long asked;

    void clear() {
        seeks = 0;
        rowsExamined = 0;
        slaveNs = 0;
        asked = 0;
    }

    /** An answer came, with the rows of so many bindings. */
    void add(BatchAnswer answer, int answeredCount) {
        seeks += answer.seeks();
        rowsExamined += answer.rowsExamined();
        slaveNs += answer.elapsedNs();
        asked += answeredCount;
    }

    long asked() {
        return asked;
    }

    RunReport report(String path) {
        return new RunReport(path, seeks, rowsExamined, 0, slaveNs, asked);
    }
}
