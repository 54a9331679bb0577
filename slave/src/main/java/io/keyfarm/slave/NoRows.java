package io.keyfarm.slave;

import java.nio.charset.StandardCharsets;

/** What is taken where no row can match: none is looked at. */
final class NoRows implements Way {
    static final NoRows NOTHING = new NoRows();

    private static final byte[] NAME = "nothing".getBytes(StandardCharsets.US_ASCII);

    private NoRows() {}

    @Override
    public long seeks() {
        return 0;
    }

    @Override
    public long rowsExamined() {
        return 0;
    }

    @Override
    public byte[] name() {
        return NAME;
    }

    @Override
    public void countUse(SessionTally tally, long reads, long rows) {}
}
