package io.keyfarm;

import java.time.Instant;

/**
 * A key came, went, or could not come.
 *
 * @param what in a word: built, dropped, failed, given up
 * @param key as lists of keys print it
 * @param why in a sentence
 */
public record KeyEvent(Instant at, String table, String what, String key, String why) {
    @Override
    public String toString() {
        return "%s  %s %s of %s: %s".formatted(at, what, key, table, why);
    }
}
