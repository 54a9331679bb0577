package io.keyfarm.farmer;

import io.keyfarm.rows.BadValueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a query may take and do. Each word answers new settings; what was never said is left to whoever is asked next: an
 * alias before the query itself, the query before its farmer.
 *
 * @param timeoutNs how long a run may take; 0: not said
 * @param maxRows a run whose answer has more rows fails, instead of answering some of them; 0: not said
 * @param memoryBytes what a run may take on a slave, and here for its replies, but never more than these allow by
 *     themselves; 0: not said
 * @param priority 1 to {@value #MAX_PRIORITY}, the higher the sooner; 0: not said. It is kept and told, and nothing
 *     goes by it yet: a query runs on the thread that asks
 */
public record QuerySettings(long timeoutNs, long maxRows, long memoryBytes, int priority) {
    public static final int MAX_PRIORITY = 9;
    private static final QuerySettings NONE = new QuerySettings(0, 0, 0, 0);

    public QuerySettings {
        requireNotNegative("a timeout", timeoutNs);
        requireNotNegative("a number of rows", maxRows);
        requireNotNegative("a number of bytes", memoryBytes);
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new BadValueException("a priority is 1 to " + MAX_PRIORITY + ", not " + priority);
        }
    }

    /** Nothing is said. */
    public static QuerySettings none() {
        return NONE;
    }

    public QuerySettings timeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new BadValueException("a timeout is above zero, not " + timeout);
        }
        return new QuerySettings(ns(timeout), maxRows, memoryBytes, priority);
    }

    public QuerySettings maxRows(long rows) {
        return new QuerySettings(timeoutNs, requirePositive("maxRows", rows), memoryBytes, priority);
    }

    public QuerySettings memoryBytes(long bytes) {
        return new QuerySettings(timeoutNs, maxRows, requirePositive("memoryBytes", bytes), priority);
    }

    public QuerySettings priority(int level) {
        return new QuerySettings(timeoutNs, maxRows, memoryBytes, (int) requirePositive("priority", level));
    }

    /** These settings, and where they say nothing the others. */
    public QuerySettings over(QuerySettings others) {
        return new QuerySettings(
                timeoutNs == 0 ? others.timeoutNs : timeoutNs,
                maxRows == 0 ? others.maxRows : maxRows,
                memoryBytes == 0 ? others.memoryBytes : memoryBytes,
                priority == 0 ? others.priority : priority);
    }

    /** A timeout beyond the clock's reach, 292 years, is one of 292 years. */
    private static long ns(Duration timeout) {
        return timeout.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE / 2 : timeout.toNanos();
    }

    private static long requirePositive(String what, long value) {
        if (value <= 0) {
            throw new BadValueException(what + " is above zero, not " + value);
        }
        return value;
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw new BadValueException(what + " is not below zero, but " + value + " is");
        }
    }

    /** {@code timeout 5s, at most 1,000 rows}; {@code as asked} where nothing is said. */
    @Override
    public String toString() {
        final List<String> words = new ArrayList<>();
        if (timeoutNs > 0) {
            words.add("timeout "
                    + Duration.ofNanos(timeoutNs).toString().substring(2).toLowerCase(Locale.ROOT));
        }
        if (maxRows > 0) {
            words.add(String.format(Locale.ROOT, "at most %,d rows", maxRows));
        }
        if (memoryBytes > 0) {
            words.add(String.format(Locale.ROOT, "at most %,d bytes", memoryBytes));
        }
        if (priority > 0) {
            words.add("priority " + priority);
        }
        return words.isEmpty() ? "as asked" : String.join(", ", words);
    }
}
