package io.keyfarm.slave;

import io.keyfarm.key.HashDirectory;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.SortedKey;
import io.keyfarm.query.eval.Equalities;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns bindings that ask a key for one number of each of its leading fields into codes, straight out of their blocks.
 *
 * <pre>
 *   key custkey.year.zip     block | 1 | 1234 | 1 | 2020 |     low   | 1234 − min | 2020 − min | 0 … 0 |
 *                                                              high  | 1234 − min | 2020 − min | 1 … 1 |
 * </pre>
 *
 * What a {@link io.keyfarm.key.SeekLoop} would find to be the interval of such a binding, without binding a monitor, which
 * takes as long as a cache miss. Immutable.
 */
final class PointCodes {
    /** The block is not plain: what it asks is for the monitors to say. */
    static final long UNKNOWN = -2;

    /** No row holds a value that is asked for. */
    static final long NOTHING = -1;

    private final Equalities asked;
    private final KeyCode coder;
    private final int fieldCount;
    private final long restMask;
    private final boolean isServedByDirectory;
    private final boolean isServedWhole;

    private PointCodes(Equalities asked, SortedKey key, int fieldCount, boolean isServedWhole) {
        this.asked = asked;
        coder = key.coder();
        this.fieldCount = fieldCount;
        this.isServedWhole = isServedWhole;
        restMask = (1L << coder.bitsBehind(fieldCount)) - 1;
        final HashDirectory directory = key.directory();
        isServedByDirectory = directory != null && directory.fieldCount() == fieldCount;
    }

    /** For bindings of a plan that asks this, and rows by this key; null where they may need more than one interval of codes. */
    static @Nullable PointCodes of(@Nullable Equalities asked, SortedKey key) {
        if (asked == null) {
            return null;
        }
        final KeyCode coder = key.coder();
        int leading = 0;
        while (leading < coder.exactFields() && asked.isAsked(coder.tableField(leading))) {
            leading++;
        }
        for (int i = leading; i < coder.fieldCount(); i++) {
            if (asked.isAsked(coder.tableField(i))) {
                return null;
            }
        }
        return leading == 0 ? null : new PointCodes(asked, key, leading, asked.count() == leading);
    }

    /** The least code of the rows that the block asks for; {@link #NOTHING} or {@link #UNKNOWN}. */
    long low(DirectBuffer block, int offset, int length) {
        if (!asked.isPlain(block, offset, length)) {
            return UNKNOWN;
        }
        long code = 0;
        for (int i = 0; i < fieldCount; i++) {
            code |= coder.part(i, asked.sortable(block, offset, coder.tableField(i)));
        }
        return Math.max(code, NOTHING);
    }

    /** The greatest code of those rows. */
    long high(long low) {
        return low | restMask;
    }

    /** Whether the key's directory is over exactly the fields that are asked for. */
    boolean isServedByDirectory() {
        return isServedByDirectory;
    }

    /** Whether nothing is asked but what the key's fields say. */
    boolean isServedWhole() {
        return isServedWhole;
    }
}
