package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.rows.BadValueException;
import java.util.Locale;

/** A key that could be built: its fields, and how. */
public record KeyCandidate(KeySpec spec, Kind kind) {
    private static final double COLD_BYTES = 4.6;
    private static final double HOT_BYTES = 12.6;

    /** What a key is made of. */
    public enum Kind {
        /** Sorted row numbers and their top index. */
        COLD,
        /** The codes as well. */
        HOT,
        /** Of one field: for each of its values, which rows hold it. */
        BITMAP,
        /** Of one field: its values side by side, for scans. */
        COLUMN;

        /** Whether it has an order, of one field or several. */
        public boolean isSorted() {
            return this == COLD || this == HOT;
        }
    }

    public KeyCandidate {
        if (!kind.isSorted() && spec.fields().size() > 1) {
            throw new BadValueException(
                    (kind == Kind.BITMAP ? "a bitmap key" : "a column copy") + " is of one field, not of " + spec);
        }
    }

    /**
     * Reads what {@link #toString} prints.
     *
     * @throws BadValueException if that is no key
     */
    public static KeyCandidate parse(String text) {
        final String[] words = text.strip().split("\\s+");
        final KeySpec spec = KeySpec.parse(words[0]);
        if (words.length == 1) {
            return new KeyCandidate(spec, Kind.COLD);
        }
        for (final Kind kind : Kind.values()) {
            if (words.length == 2 && kind.name().toLowerCase(Locale.ROOT).equals(words[1])) {
                return new KeyCandidate(spec, kind);
            }
        }
        throw new BadValueException(
                "a key reads 'state.zip', 'state.zip hot', 'state bitmap' or 'price column', not '" + text + "'");
    }

    /** What a sorted key over so many rows takes. */
    static long sortedBytes(Kind kind, double rows) {
        return (long) Math.ceil(rows * (kind == Kind.HOT ? HOT_BYTES : COLD_BYTES));
    }

    /** As lists of keys print it: {@code state.zip}, {@code state.zip hot}, {@code state bitmap}, {@code price column}. */
    @Override
    public String toString() {
        return switch (kind) {
            case COLD -> spec.toString();
            case HOT -> spec + " hot";
            case BITMAP -> spec + " bitmap";
            case COLUMN -> spec + " column";
        };
    }
}
