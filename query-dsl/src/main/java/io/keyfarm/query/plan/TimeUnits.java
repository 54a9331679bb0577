package io.keyfarm.query.plan;

import java.time.temporal.ChronoUnit;
import java.util.List;

/** The units that dates and timestamps are truncated to, by their number in plans. */
public final class TimeUnits {
    private static final List<ChronoUnit> UNITS = List.of(
            ChronoUnit.SECONDS,
            ChronoUnit.MINUTES,
            ChronoUnit.HOURS,
            ChronoUnit.DAYS,
            ChronoUnit.WEEKS,
            ChronoUnit.MONTHS,
            ChronoUnit.YEARS);

    private TimeUnits() {}

    /** {@link Node#NONE} if nothing is truncated to it. */
    public static int code(ChronoUnit unit) {
        final int place = UNITS.indexOf(unit);
        return place < 0 ? Node.NONE : place + 1;
    }

    static boolean isCode(int code) {
        return code >= 1 && code <= UNITS.size();
    }

    public static ChronoUnit ofCode(int code) {
        return UNITS.get(code - 1);
    }
}
