package io.keyfarm.slave;

import io.keyfarm.key.OrderedWalk;
import io.keyfarm.key.RowCursor;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import org.jspecify.annotations.Nullable;

/** The way through one sorted key: by its walk, or from one of its ends. */
final class KeyPath implements RowWay {
    private final SortedKey key;
    private final SeekLoop loop;
    private final Asked asked;
    private final int[] fields;
    private final byte[] name;
    /** Where the key is read in a plan's order. */
    private @Nullable OrderedWalk walk;

    /**
     * @param loop through the key, which whoever chooses a way opens
     * @param fields of the key, as places in the table
     */
    KeyPath(SortedKey key, SeekLoop loop, Asked asked, int[] fields, byte[] name) {
        this.key = key;
        this.loop = loop;
        this.asked = asked;
        this.fields = fields;
        this.name = name;
    }

    @Override
    public RowCursor open(LeftFields left) {
        walk = null;
        left.beginWithAllBut(fields);
        return loop;
    }

    /** Once it is open: the rows come by this walk, in a plan's order. */
    RowCursor walk(OrderedWalk opened) {
        walk = opened;
        return opened;
    }

    @Override
    public void rewind() {
        loop.open(asked.monitors);
    }

    /** Whether its fields are all that is asked of. */
    boolean isWhole() {
        return asked.isServedBy(fields);
    }

    @Override
    public boolean hasCount() {
        return true;
    }

    @Override
    public long count() {
        return loop.count();
    }

    @Override
    public boolean exists() {
        return loop.exists();
    }

    @Override
    public long seeks() {
        return walk == null ? loop.seeks() : walk.seeks();
    }

    @Override
    public long rowsExamined() {
        return walk == null ? loop.rowsExamined() : walk.rowsExamined();
    }

    @Override
    public byte[] name() {
        return name;
    }

    @Override
    public void countUse(SessionTally tally, long reads, long rows) {
        tally.onUse(key, reads, rows);
    }
}
