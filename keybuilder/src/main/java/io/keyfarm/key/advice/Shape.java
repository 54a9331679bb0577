package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which fields a query constrains and how, without the values.
 *
 * <pre>
 *   state zip                 state = and zip =
 *   make{4} price.. state     make one of three or four, price in a range, state =
 *   *                         nothing at all
 * </pre>
 *
 * Fields stand in the order of their names, so that two queries which ask the same are one shape. Immutable; compared by a
 * number made once.
 */
public final class Shape implements Comparable<Shape> {
    /** Of more fields than a key has, the first by name are kept. */
    public static final int MAX_FIELDS = KeySpec.MAX_FIELDS;

    private static final String NOTHING = "*";
    private static final int MAX_TEXT = 4096;

    private final List<String> fields;
    private final byte[] codes;
    private final int hash;

    private Shape(Map<String, FieldUse> uses) {
        fields = uses.keySet().stream().limit(MAX_FIELDS).toList();
        codes = new byte[fields.size()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) uses.getOrDefault(fields.get(i), FieldUse.EQUAL).code();
        }
        hash = fields.hashCode() * 31 + Arrays.hashCode(codes);
    }

    public static Shape of(Map<String, FieldUse> uses) {
        return new Shape(new TreeMap<>(uses));
    }

    /**
     * Reads what {@link #toString} prints, the fields in any order.
     *
     * @throws BadValueException naming the word that is none
     */
    public static Shape parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new BadValueException("a shape has up to " + MAX_TEXT + " letters, not " + text.length());
        }
        final TreeMap<String, FieldUse> uses = new TreeMap<>();
        final String words = text.strip();
        if (words.equals(NOTHING)) {
            return new Shape(uses);
        }
        for (final String word : words.split("\\s+")) {
            final int end = nameEnd(word);
            if (end == 0) {
                throw new BadValueException("a shape reads 'state make{4} price..', not '" + text + "'");
            }
            if (uses.put(word.substring(0, end), use(word, word.substring(end))) != null) {
                throw new BadValueException("shape '" + text + "' names " + word.substring(0, end) + " twice");
            }
        }
        if (uses.size() > MAX_FIELDS) {
            throw new BadValueException("a shape has up to " + MAX_FIELDS + " fields, not " + uses.size());
        }
        return new Shape(uses);
    }

    private static int nameEnd(String word) {
        int end = 0;
        while (end < word.length() && (Character.isLetterOrDigit(word.charAt(end)) || word.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private static FieldUse use(String word, String suffix) {
        if (suffix.isEmpty()) {
            return FieldUse.EQUAL;
        }
        if (suffix.equals("..")) {
            return FieldUse.RANGE;
        }
        if (suffix.matches("\\{[1-9][0-9]{0,6}}")) {
            return FieldUse.set(Integer.parseInt(suffix.substring(1, suffix.length() - 1)));
        }
        throw new BadValueException("a field of a shape reads 'state', 'make{4}' or 'price..', not '" + word + "'");
    }

    public int fieldCount() {
        return codes.length;
    }

    /** By name. */
    public List<String> fields() {
        return fields;
    }

    public FieldUse use(int index) {
        return FieldUse.of(codes[index]);
    }

    /** How the field is constrained, or null. */
    public @Nullable FieldUse use(String field) {
        final int index = fields.indexOf(field);
        return index < 0 ? null : use(index);
    }

    /** The fields with one value or some. */
    public List<String> pointFields() {
        return fieldsOf(false);
    }

    public List<String> rangeFields() {
        return fieldsOf(true);
    }

    private List<String> fieldsOf(boolean isRange) {
        final List<String> some = new ArrayList<>();
        for (int i = 0; i < codes.length; i++) {
            if (use(i).isRange() == isRange) {
                some.add(fields.get(i));
            }
        }
        return some;
    }

    @Override
    public int compareTo(Shape other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that
                && hash == that.hash
                && Arrays.equals(codes, that.codes)
                && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        if (fields.isEmpty()) {
            return NOTHING;
        }
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < codes.length; i++) {
            text.append(i == 0 ? "" : " ").append(fields.get(i)).append(use(i));
        }
        return text.toString();
    }
}
