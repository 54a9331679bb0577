package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A workload as a file: candidate keys with their bytes, and for each query its weight and what it costs without and with
 * keys.
 *
 * <pre>
 *   budget 48M
 *   key state.zip 17600000
 *   key name 17600000 forbidden       # or pinned
 *   query state_zip 190 8000000
 *     with state.zip 10
 *     with by_state + by_zip 60
 * </pre>
 *
 * @param budget what the file's {@code budget} and {@code keys} lines say, and its pinned and forbidden keys
 */
public record WorkloadFile(WorkloadCost costs, KeyBudget budget) {
    public static final int MAX_LINES = 4_000_000;
    public static final int MAX_LINE_CHARS = 4_096;
    public static final int MAX_NAME_CHARS = 256;

    private static final String UNITS = "KMGT";

    /**
     * @throws BadValueException naming the file, the line, and what is wrong there
     * @throws IOException if the file cannot be read
     */
    public static WorkloadFile read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return read(reader, file.toString());
        } catch (CharacterCodingException e) {
            throw new BadValueException(file + " is no UTF-8 text");
        }
    }

    /** @param name what errors call it */
    public static WorkloadFile read(Reader reader, String name) throws IOException {
        final Parsing parsing = new Parsing();
        final StringBuilder line = new StringBuilder();
        int lineNumber = 1;
        try {
            for (int it = reader.read(); it >= 0; it = reader.read()) {
                if (it != '\n') {
                    require(line.length() < MAX_LINE_CHARS, "a line has up to " + MAX_LINE_CHARS + " letters");
                    line.append((char) it);
                    continue;
                }
                parsing.onLine(line.toString());
                line.setLength(0);
                require(lineNumber++ < MAX_LINES, "a workload has up to " + MAX_LINES + " lines");
            }
            parsing.onLine(line.toString());
            return new WorkloadFile(parsing.costs.build(), parsing.budget);
        } catch (BadValueException e) {
            throw new BadValueException(name + ":" + lineNumber + ": " + e.getMessage());
        }
    }

    /**
     * A number of bytes: {@code 17600000}, or with K, M, G or T for 1,024 of the one before.
     *
     * @throws BadValueException if the text is none
     */
    public static long parseBytes(String text) {
        final int unit = text.isEmpty() ? -1 : UNITS.indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
        final String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
        require(
                digits.matches("[0-9]{1,16}"),
                "bytes read '17600000' or '16M', units K, M, G and T, not '%s'".formatted(text));
        final int shift = 10 * (unit + 1);
        final long count = Long.parseLong(digits);
        require(count <= Long.MAX_VALUE >>> shift, "%s is more bytes than can be counted".formatted(text));
        return count << shift;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BadValueException(otherwise);
        }
    }

    private static final class Parsing {
        private final WorkloadCost.Builder costs = WorkloadCost.builder();
        private KeyBudget budget = KeyBudget.unlimited();
        private int query = -1;

        void onLine(String line) {
            final int comment = line.indexOf('#');
            final String text = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (text.isEmpty()) {
                return;
            }
            final String[] words = text.split("\\s+");
            switch (words[0]) {
                case "budget" -> {
                    requireWords(words, 2, 2, "budget BYTES");
                    require(budget.maxBytes() == Long.MAX_VALUE, "there is a budget before");
                    budget = budget.bytes(parseBytes(words[1]));
                }
                case "keys" -> {
                    requireWords(words, 2, 2, "keys NUMBER");
                    require(budget.maxKeys() == Integer.MAX_VALUE, "there is a number of keys before");
                    require(words[1].matches("[0-9]{1,9}"), "keys NUMBER: '%s' is no number".formatted(words[1]));
                    budget = budget.keys(Integer.parseInt(words[1]));
                }
                case "key" -> onKey(words);
                case "query" -> onQuery(words);
                case "with" -> onWay(words);
                default ->
                    throw new BadValueException(
                            "a line begins with budget, keys, key, query or with, not '" + words[0] + "'");
            }
        }

        private void onKey(String[] words) {
            requireWords(words, 3, 4, "key NAME BYTES, perhaps with pinned or forbidden");
            costs.key(name(words[1]), parseBytes(words[2]));
            if (words.length == 4) {
                budget = switch (words[3]) {
                    case "pinned" -> budget.pin(words[1]);
                    case "forbidden" -> budget.forbid(words[1]);
                    default -> throw new BadValueException("a key is pinned or forbidden, not '" + words[3] + "'");
                };
            }
        }

        private void onQuery(String[] words) {
            requireWords(words, 4, 4, "query NAME WEIGHT COST");
            query = costs.query(name(words[1]), number("weight", words[2]), number("cost", words[3]));
        }

        private void onWay(String[] words) {
            require(query >= 0, "'with' belongs to a query, and there is none before");
            require(
                    words.length >= 3 && words.length % 2 == 1 && isSum(words),
                    "reads 'with KEY COST' or 'with KEY + KEY COST'");
            final int[] keys = new int[(words.length - 1) / 2];
            Arrays.setAll(keys, i -> costs.key(words[1 + 2 * i]));
            costs.way(query, number("cost", words[words.length - 1]), keys);
        }

        private static boolean isSum(String[] words) {
            for (int i = 2; i < words.length - 1; i += 2) {
                if (!words[i].equals("+")) {
                    return false;
                }
            }
            return true;
        }

        private static String name(String word) {
            require(
                    word.length() <= MAX_NAME_CHARS && !word.contains("+"),
                    "a name has up to " + MAX_NAME_CHARS + " letters and no +");
            return word;
        }

        private static double number(String what, String word) {
            require(
                    word.matches("[0-9]{1,18}(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?"),
                    "%s reads '12', '0.5' or '1e6', not '%s'".formatted(what, word));
            return Double.parseDouble(word);
        }

        private static void requireWords(String[] words, int least, int most, String form) {
            require(words.length >= least && words.length <= most, "reads '" + form + "'");
        }
    }
}
