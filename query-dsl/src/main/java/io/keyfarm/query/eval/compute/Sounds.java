package io.keyfarm.query.eval.compute;

import io.keyfarm.rows.Memory;
import org.apache.commons.codec.language.Soundex;

/** The Soundex code of a text's letters A to Z. The first letter is the code's own, and tells most texts apart already. */
final class Sounds {
    /** A code is complete long before. */
    private static final int MAX_LETTERS = 256;

    private final StringBuilder letters = new StringBuilder();
    private final StringBuilder last = new StringBuilder();
    private String code = "";

    void read(long text, int length) {
        letters.setLength(0);
        for (int i = 0; i < length && letters.length() < MAX_LETTERS; i++) {
            final int letter = Memory.getByte(text + i) & ~0x20;
            if (letter >= 'A' && letter <= 'Z') {
                letters.append((char) letter);
            }
        }
        code = "";
    }

    /** As {@link #read}, of a text that is likely the same as before. */
    void readAgain(long text, int length) {
        final String before = code;
        read(text, length);
        if (letters.compareTo(last) == 0) {
            code = before;
        }
        last.setLength(0);
        last.append(letters);
    }

    boolean isLike(Sounds other) {
        return letters.length() > 0
                && other.letters.length() > 0
                && letters.charAt(0) == other.letters.charAt(0)
                && code().equals(other.code());
    }

    private String code() {
        if (code.isEmpty()) {
            code = Soundex.US_ENGLISH.soundex(letters.toString());
        }
        return code;
    }
}
