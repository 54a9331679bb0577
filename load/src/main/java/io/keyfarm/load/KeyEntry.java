package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import java.util.regex.Pattern;

/**
 * A key that a table had, to be built again; what the words mean is for the builder of keys to know.
 *
 * @param key the fields in order, as {@code state.zip}
 * @param tier how much memory it was given, in one word
 * @param hashedFields how many of its first fields have a hash directory, 0 for none
 */
public record KeyEntry(String key, String tier, int hashedFields) {
    /** More than sixteen of the longest field names would take. */
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_.]{1,4096}");

    public KeyEntry {
        if (!WORD.matcher(key).matches() || !WORD.matcher(tier).matches() || hashedFields < 0) {
            throw new BadValueException("a key to be kept reads 'field.field', a tier, and how many fields are hashed;"
                    + " not '%s', '%s', %d".formatted(key, tier, hashedFields));
        }
    }
}
