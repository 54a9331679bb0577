package io.keyfarm.load;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The words that stand for null, as they stand in a file. */
final class NullWords {
    /** Their UTF-8 bytes, each as one char. */
    private final char[][] words;

    private final boolean hasEmpty;

    private NullWords(char[][] words, boolean hasEmpty) {
        this.words = words;
        this.hasEmpty = hasEmpty;
    }

    static NullWords of(String... words) {
        final List<String> given = List.of(words);
        return new NullWords(
                given.stream()
                        .filter(word -> !word.isEmpty())
                        .map(word -> new String(word.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                                .toCharArray())
                        .toArray(char[][]::new),
                given.contains(""));
    }

    boolean contains(char[] word) {
        return contains(word, 0, word.length);
    }

    boolean contains(char[] buffer, int offset, int length) {
        if (length == 0) {
            return hasEmpty;
        }
        for (final char[] word : words) {
            if (word.length == length && isAt(word, buffer, offset)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(char[] word, char[] buffer, int offset) {
        for (int i = 0; i < word.length; i++) {
            if (buffer[offset + i] != word[i]) {
                return false;
            }
        }
        return true;
    }
}
