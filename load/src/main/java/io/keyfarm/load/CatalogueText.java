package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A catalogue as text, one line a thing; the last line is the checksum of all before it.
 *
 * <pre>
 *   keyfarm catalogue 1
 *   number 17 after 16
 *   current 17 orders: id int64, state char(2), note varchar null
 *   part orders.17.0.0123456789abcdef.part id 00112233445566770123456789abcdef rows 1000 bytes 61440 crc 89abcdef
 *   key state.id HOT 1
 *   previous 12 orders: id int64, state char(2)
 *   part …
 *   crc32c 01234567
 * </pre>
 *
 * Where rows were appended, the parts of a generation stand behind a line {@code segment 12} for each generation that
 * they came with.
 *
 * There is one text for a catalogue, and no other is taken.
 */
final class CatalogueText {
    static final int MAX_BYTES = 64 << 20;

    private static final String FIRST = "keyfarm catalogue 1";
    /** Of catalogues in which generations share files. */
    private static final String FIRST_SHARED = "keyfarm catalogue 2";

    private static final String FIRST_WORDS = "keyfarm catalogue ";
    private static final String LAST_WORD = "crc32c ";
    private static final int LAST_BYTES = LAST_WORD.length() + 8 + 1;

    private CatalogueText() {}

    static byte[] print(Catalogue catalogue) {
        final StringBuilder text = new StringBuilder(isShared(catalogue) ? FIRST_SHARED : FIRST).append('\n');
        text.append("number %d after %d\n".formatted(catalogue.number(), catalogue.previousNumber()));
        for (final TableFiles table : catalogue.tables().values()) {
            print(text, "current", table.current());
            if (table.previous() != null) {
                print(text, "previous", table.previous());
            }
        }
        final int crc = crc(text.toString().getBytes(StandardCharsets.UTF_8));
        text.append(LAST_WORD).append("%08x\n".formatted(crc));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isShared(Catalogue catalogue) {
        return catalogue.generations().stream().anyMatch(generation -> !generation.isWhole());
    }

    private static void print(StringBuilder text, String word, GenerationFiles generation) {
        text.append("%s %d %s\n".formatted(word, generation.number(), generation.schema()));
        for (final SegmentFiles segment : generation.segments()) {
            if (!generation.isWhole()) {
                text.append("segment %d\n".formatted(segment.number()));
            }
            for (final PartFile part : segment.parts()) {
                text.append("part %s id %s rows %d bytes %d crc %08x\n"
                        .formatted(part.name(), part.id(), part.rowCount(), part.fileBytes(), part.crc()));
            }
        }
        for (final KeyEntry key : generation.keys()) {
            text.append("key %s %s %d\n".formatted(key.key(), key.tier(), key.hashedFields()));
        }
    }

    /**
     * Finds out by the last line whether this is all that was written, whatever it says.
     *
     * @throws LoadException if it is not
     */
    static void requireWhole(String file, byte[] bytes) {
        final String text = new String(bytes, StandardCharsets.UTF_8);
        if (bytes.length < LAST_BYTES || !text.startsWith(FIRST_WORDS)) {
            throw LoadException.ofFile(file, "this is no whole catalogue: " + bytes.length + " bytes", null);
        }
        final String expected = LAST_WORD + "%08x\n".formatted(crc(Arrays.copyOf(bytes, bytes.length - LAST_BYTES)));
        final String last = new String(bytes, bytes.length - LAST_BYTES, LAST_BYTES, StandardCharsets.UTF_8);
        if (!last.equals(expected)) {
            throw LoadException.ofFile(
                    file,
                    "it is damaged: its last line should be " + LoadException.quote(expected.strip()) + ", but is "
                            + LoadException.quote(last.strip()),
                    null);
        }
    }

    /**
     * Reads what {@link #print} printed, once it is known to be whole.
     *
     * @throws LoadException naming the line that this version does not print so
     */
    static Catalogue parse(String file, byte[] bytes) {
        final String text = new String(bytes, 0, bytes.length - LAST_BYTES, StandardCharsets.UTF_8);
        if (!text.startsWith(FIRST + "\n") && !text.startsWith(FIRST_SHARED + "\n")) {
            throw LoadException.ofFile(
                    file,
                    "it begins " + LoadException.quote(text.lines().findFirst().orElse(""))
                            + ", and this Keyfarm reads '" + FIRST + "' and '" + FIRST_SHARED + "'",
                    null);
        }
        final Catalogue catalogue = new Reader(file, text).read();
        if (!Arrays.equals(bytes, print(catalogue))) {
            throw LoadException.ofFile(file, "nobody prints a catalogue so", null);
        }
        return catalogue;
    }

    private static int crc(byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Walks over the lines. */
    private static final class Reader {
        private final String file;
        private final String[] lines;
        private int line = 1;

        Reader(String file, String text) {
            this.file = file;
            lines = text.split("\n");
        }

        Catalogue read() {
            final String[] number = words("number", 4);
            final long own = number(number[1], 1, Long.MAX_VALUE);
            final long before = number(number[3], 0, own - 1);
            final SortedMap<String, TableFiles> tables = new TreeMap<>();
            final Set<String> names = new HashSet<>();
            while (line < lines.length) {
                final GenerationFiles current = generation("current", own, Set.of(), names);
                final GenerationFiles previous = isAt("previous")
                        ? generation("previous", current.number() - 1, Set.copyOf(current.parts()), names)
                        : null;
                if (previous != null && !previous.table().equals(current.table())) {
                    throw bad("the generation before " + current.table() + " is of " + previous.table());
                }
                if (tables.put(current.table(), new TableFiles(current, previous)) != null) {
                    throw bad("there is a second table " + current.table());
                }
            }
            return new Catalogue(own, before, tables);
        }

        /** @param shared files of the table that may be named a second time */
        private GenerationFiles generation(String word, long maxNumber, Set<PartFile> shared, Set<String> names) {
            final String text = next(word);
            final int space = text.indexOf(' ');
            if (space < 0) {
                throw bad("a generation has a number and a schema");
            }
            final long number = number(text.substring(0, space), 1, maxNumber);
            final TableSchema schema = value(text.substring(space + 1), SchemaText::parse);
            final List<SegmentFiles> segments = new ArrayList<>();
            if (isAt("segment")) {
                while (isAt("segment")) {
                    segments.add(segment(number, segments, shared, names));
                }
                if (segments.get(segments.size() - 1).number() != number) {
                    throw bad("the last segment of generation " + number + " came with it");
                }
            } else {
                segments.add(new SegmentFiles(number, parts(shared, names)));
            }
            final List<KeyEntry> keys = new ArrayList<>();
            while (isAt("key")) {
                final String[] words = words("key", 4);
                final int hashed = (int) number(words[3], 0, Integer.MAX_VALUE);
                keys.add(value(words[1], key -> new KeyEntry(key, words[2], hashed)));
            }
            return new GenerationFiles(number, schema, segments, keys);
        }

        private SegmentFiles segment(
                long generation, List<SegmentFiles> before, Set<PartFile> shared, Set<String> names) {
            final long least =
                    before.isEmpty() ? 1 : before.get(before.size() - 1).number() + 1;
            final long number = number(next("segment"), least, generation);
            final List<PartFile> parts = parts(shared, names);
            if (!before.isEmpty() && before.get(0).parts().size() != parts.size()) {
                throw bad("segment %d has %d parts, and the one before it has %d"
                        .formatted(number, parts.size(), before.get(0).parts().size()));
            }
            return new SegmentFiles(number, parts);
        }

        private List<PartFile> parts(Set<PartFile> shared, Set<String> names) {
            final List<PartFile> parts = new ArrayList<>();
            while (isAt("part")) {
                final PartFile part = part();
                parts.add(part);
                if (!names.add(part.name()) && !shared.contains(part)) {
                    throw bad("a file is named twice");
                }
            }
            if (parts.isEmpty()) {
                throw bad("there is no part");
            }
            return parts;
        }

        private PartFile part() {
            final String[] words = words("part", 10);
            if (!PartFile.NAME.matcher(words[1]).matches()) {
                throw bad("no part file has the name " + LoadException.quote(words[1]));
            }
            return new PartFile(
                    words[1],
                    value(words[3], PartId::parse),
                    (int) number(words[5], 0, Slab.MAX_ROWS),
                    number(words[7], 1, Long.MAX_VALUE),
                    value(words[9], digits -> Integer.parseUnsignedInt(digits, 16)));
        }

        private boolean isAt(String word) {
            return line < lines.length && lines[line].startsWith(word + " ");
        }

        /** What stands behind the word on this line. */
        private @Nullable String rest(String word) {
            return isAt(word) ? lines[line].substring(word.length() + 1) : null;
        }

        private String next(String word) {
            final String rest = rest(word);
            if (rest == null) {
                throw bad("a line that begins with '" + word + "' should stand here");
            }
            line++;
            return rest;
        }

        private String[] words(String first, int count) {
            final String[] words = (first + " " + next(first)).split(" ");
            if (words.length != count) {
                throw bad("'" + first + "' takes " + count + " words");
            }
            return words;
        }

        private long number(String text, long min, long max) {
            final long number = value(text, Long::parseLong);
            if (number < min || number > max) {
                throw bad("'%d' should be %d to %d".formatted(number, min, max));
            }
            return number;
        }

        private <T> T value(String text, Function<String, T> parser) {
            try {
                return parser.apply(text);
            } catch (NumberFormatException | BadValueException e) {
                throw bad(String.valueOf(e.getMessage()));
            }
        }

        /** About the line that was read last. */
        private LoadException bad(String reason) {
            return LoadException.ofLine(file, Math.min(line, lines.length), reason, null);
        }
    }
}
