package io.keyfarm.query.eval.compute;

import java.time.temporal.ChronoUnit;

/**
 * Days since 1970-01-01 as years, months and days, and back, in the proleptic Gregorian calendar, without an object (after
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). A year begins in March here, so that a leap day is its last.
 */
final class Calendar {
    static final long DAY_MICROS = 86_400_000_000L;
    /** From 0000-03-01, on which an era begins, to 1970-01-01. */
    private static final long EPOCH_DAYS = 719_468;

    private static final long ERA_DAYS = 146_097;

    private Calendar() {}

    /** year × 12 + month, the month from 0. */
    static long months(long day) {
        final long ofEra = Math.floorMod(day + EPOCH_DAYS, ERA_DAYS);
        final long yearOfEra = yearOfEra(ofEra);
        final long month = monthFromMarch(dayOfYear(ofEra, yearOfEra));
        final long year = Math.floorDiv(day + EPOCH_DAYS, ERA_DAYS) * 400 + yearOfEra;
        return year * 12 + month + 2;
    }

    /** 1 to 31. */
    static long dayOfMonth(long day) {
        final long ofEra = Math.floorMod(day + EPOCH_DAYS, ERA_DAYS);
        final long ofYear = dayOfYear(ofEra, yearOfEra(ofEra));
        return ofYear - (153 * monthFromMarch(ofYear) + 2) / 5 + 1;
    }

    private static long yearOfEra(long dayOfEra) {
        return (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    }

    private static long dayOfYear(long dayOfEra, long yearOfEra) {
        return dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    }

    private static long monthFromMarch(long dayOfYear) {
        return (5 * dayOfYear + 2) / 153;
    }

    /** The first day of the month that {@link #months} answers. */
    static long firstDay(long months) {
        final long fromMarch = months - 2;
        final long year = Math.floorDiv(fromMarch, 12L);
        final long yearOfEra = Math.floorMod(year, 400L);
        final long ofYear = (153 * Math.floorMod(fromMarch, 12L) + 2) / 5;
        final long ofEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear;
        return Math.floorDiv(year, 400L) * ERA_DAYS + ofEra - EPOCH_DAYS;
    }

    /** So many months on; a day that the month has not becomes its last. */
    static long plusMonths(long day, long months) {
        final long to = months(day) + months;
        final long last = firstDay(to + 1) - firstDay(to);
        return firstDay(to) + Math.min(dayOfMonth(day), last) - 1;
    }

    /** The first day of the week, month or year. */
    static long truncated(long day, ChronoUnit unit) {
        return switch (unit) {
            // 1970-01-01 was a Thursday.
            case WEEKS -> day - Math.floorMod(day + 3, 7L);
            case MONTHS -> firstDay(months(day));
            case YEARS -> firstDay(Math.floorDiv(months(day), 12L) * 12);
            default -> day;
        };
    }
}
