package io.keyfarm.load;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Input that cannot be taken. The message says where, what, and why, in a form that editors can jump to:
 *
 * <pre>
 *   airports.csv:17: column 'altitude' (field 9): 'abc' is no int32
 *   airports.csv:18: 13 fields, but this file has 14 columns
 *   vehicles.dat: record 3 (offset 96): field 'price': …
 * </pre>
 */
public final class LoadException extends RuntimeException {
    /** Of a value that the message quotes. */
    static final int MAX_QUOTED = 60;

    private final String file;
    private final long line;
    private final @Nullable String column;
    private final @Nullable String value;
    private final String reason;

    private LoadException(
            String message,
            String file,
            long line,
            @Nullable String column,
            @Nullable String value,
            String reason,
            @Nullable Throwable cause) {
        super(printable(message), cause);
        this.file = file;
        this.line = line;
        this.column = column;
        this.value = value;
        this.reason = reason;
    }

    /** A file as a whole. */
    static LoadException ofFile(String file, String reason, @Nullable Throwable cause) {
        return new LoadException(file + ": " + reason, file, -1, null, null, reason, cause);
    }

    static LoadException ofLine(String file, long line, String reason, @Nullable Throwable cause) {
        return new LoadException(file + ":" + line + ": " + reason, file, line, null, null, reason, cause);
    }

    /** @param columnNumber the column's place in the file, from 1 */
    static LoadException ofValue(String file, long line, String column, int columnNumber, String value, String reason) {
        return new LoadException(
                "%s:%d: column '%s' (field %d): %s".formatted(file, line, column, columnNumber, reason),
                file,
                line,
                column,
                value,
                reason,
                null);
    }

    static LoadException ofRecord(
            String file, long record, long offsetBytes, String field, String value, String reason) {
        return new LoadException(
                "%s: record %d (offset %d): field '%s': %s".formatted(file, record, offsetBytes, field, reason),
                file,
                record,
                field,
                value,
                reason,
                null);
    }

    /** A Java object, counted from 1. */
    static LoadException ofObject(String what, long number, String reason, Throwable cause) {
        return new LoadException(
                "%s: object %d: %s".formatted(what, number, reason), what, number, null, null, reason, cause);
    }

    /** The value as a message shows it: not too long. */
    static String quote(String value) {
        return value.length() <= MAX_QUOTED ? "'" + value + "'" : "'" + value.substring(0, MAX_QUOTED) + "…'";
    }

    /** Whatever stands in a file, no message moves a terminal's cursor. */
    private static String printable(String message) {
        final StringBuilder printable = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            final char c = message.charAt(i);
            if (Character.isISOControl(c)) {
                printable.append("\\u%04x".formatted((int) c));
            } else {
                printable.append(c);
            }
        }
        return printable.toString();
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public String file() {
        return file;
    }

    /** The line where the row begins, from 1; of what has no lines, the record or object, from 1; −1 for the whole file. */
    public long line() {
        return line;
    }

    /** The column's name; null if the trouble is with the line or the file. */
    public @Nullable String column() {
        return column;
    }

    /** The value as it stands in the file; null if the trouble is with the line or the file. */
    public @Nullable String value() {
        return value;
    }

    public String reason() {
        return reason;
    }
}
