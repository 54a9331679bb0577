package io.keyfarm.slave;

/** What a read has taken to find its rows, and what that took so far. Asked once a query. */
interface Way {
    /** Searches since it was opened. */
    long seeks();

    /** Rows and codes looked at since it was opened. */
    long rowsExamined();

    /** What a report says was taken, in ASCII. */
    byte[] name();

    /** Counts for the keys taken that so many reads took them, which looked at so many rows in all. */
    void countUse(SessionTally tally, long reads, long rows);
}
