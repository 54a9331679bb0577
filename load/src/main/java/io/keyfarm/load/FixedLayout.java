package io.keyfarm.load;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a fixed-length file's records look like, read from a layout as {@link FixedLength} describes it.
 *
 * @param table the table's name; null if the layout has none
 */
record FixedLayout(@Nullable String table, int recordBytes, long headerBytes, List<FixedField> fields) {
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int MAX_LAYOUT_BYTES = 1 << 20;
    private static final Pattern SIZED = Pattern.compile("(varchar|bytes)\\((\\d{1,7})\\)");

    static FixedLayout read(Path path) throws IOException {
        try {
            if (Files.size(path) > MAX_LAYOUT_BYTES) {
                throw LoadException.ofFile(path.toString(), "is longer than a layout ever is", null);
            }
            return parse(path.toString(), Files.readString(path));
        } catch (NoSuchFileException e) {
            throw LoadException.ofFile(path.toString(), "there is no such file", e);
        }
    }

    static FixedLayout parse(String file, String text) {
        final Parser parser = new Parser();
        int number = 0;
        for (final String line : text.lines().toList()) {
            number++;
            try {
                parser.readLine(line);
            } catch (BadValueException e) {
                throw LoadException.ofLine(file, number, String.valueOf(e.getMessage()), e);
            }
        }
        try {
            return parser.layout();
        } catch (BadValueException e) {
            throw LoadException.ofFile(file, String.valueOf(e.getMessage()), e);
        }
    }

    TableSchema schema(String fallbackName) {
        return new TableSchema(
                table == null ? fallbackName : table,
                fields.stream().map(FixedField::field).toList());
    }

    /** Reads a layout line by line. */
    private static final class Parser {
        private final List<FixedField> fields = new ArrayList<>();
        private @Nullable String table;
        private int givenRecordBytes;
        private long headerBytes;
        private boolean bigEndian;
        private int nextOffset;
        private int endOffset;

        void readLine(String line) {
            final int comment = line.indexOf('#');
            final String said = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (said.isEmpty()) {
                return;
            }
            final String[] words = said.split("\\s+");
            if (words.length < 2) {
                throw new BadValueException(
                        "a line reads 'name type [offset] [le|be] [null [value]]', not '" + said + "'");
            }
            if (words.length > 2 || !readSetting(words[0], words[1])) {
                readField(words);
            }
        }

        /** Whether the two words are about the whole file, and no field. */
        private boolean readSetting(String word, String value) {
            if (word.equals("endian") && (value.equals("le") || value.equals("be"))) {
                bigEndian = value.equals("be");
            } else if (word.equals("record") && isNumber(value)) {
                givenRecordBytes = number(value);
            } else if (word.equals("header") && isNumber(value)) {
                headerBytes = number(value);
            } else if (word.equals("table") && !isType(value)) {
                table = value;
            } else {
                return false;
            }
            return true;
        }

        private static boolean isType(String text) {
            try {
                parseType(text);
                return true;
            } catch (BadValueException e) {
                return false;
            }
        }

        private void readField(String[] words) {
            final Sized type = parseType(words[1]);
            int offset = nextOffset;
            boolean big = bigEndian;
            int next = 2;
            if (next < words.length && isNumber(words[next])) {
                offset = number(words[next++]);
            }
            if (next < words.length && (words[next].equals("le") || words[next].equals("be"))) {
                big = words[next++].equals("be");
            }
            boolean nullable = false;
            Long nullSortable = null;
            if (next < words.length && words[next].equals("null")) {
                nullable = true;
                next++;
                if (type.type.isText() == next < words.length) {
                    throw new BadValueException(
                            type.type.isText()
                                    ? "text takes no value for null: blanks are null"
                                    : words[0] + " needs the value that stands for null: 'null -1'");
                }
                nullSortable = type.type.isText() ? null : (Long) Values.parseSortable(type.type, words[next++]);
            }
            if (next < words.length) {
                throw new BadValueException("'" + words[next] + "' is no offset, le, be or null");
            }
            nextOffset = offset + type.bytes;
            endOffset = Math.max(endOffset, nextOffset);
            if (endOffset > MAX_RECORD_BYTES) {
                throw new BadValueException("%s ends at %,d, but a record has at most %,d bytes"
                        .formatted(words[0], endOffset, MAX_RECORD_BYTES));
            }
            fields.add(new FixedField(new Field(words[0], type.type, nullable), offset, type.bytes, big, nullSortable));
        }

        /** A type with the bytes it takes in the record. */
        private record Sized(FieldType type, int bytes) {}

        private static Sized parseType(String text) {
            final Matcher sized = SIZED.matcher(text);
            if (sized.matches()) {
                final int bytes = Integer.parseInt(sized.group(2));
                if (bytes == 0) {
                    throw new BadValueException(text + " takes no byte");
                }
                return new Sized(sized.group(1).equals("bytes") ? FieldType.BYTES : FieldType.VARCHAR, bytes);
            }
            final FieldType type = FieldType.parse(text);
            if (type.kind() == FieldKind.VARCHAR || type.kind() == FieldKind.BYTES) {
                throw new BadValueException(type + " needs its bytes in the record: " + type + "(10)");
            }
            return new Sized(type, type.widthBytes());
        }

        FixedLayout layout() {
            if (fields.isEmpty()) {
                throw new BadValueException("has no fields");
            }
            if (givenRecordBytes != 0 && givenRecordBytes < endOffset) {
                throw new BadValueException(
                        "a record has %d bytes, but its fields end at %d".formatted(givenRecordBytes, endOffset));
            }
            final int recordBytes = givenRecordBytes == 0 ? endOffset : givenRecordBytes;
            if (recordBytes > MAX_RECORD_BYTES) {
                throw new BadValueException(
                        "a record has at most %,d bytes, not %,d".formatted(MAX_RECORD_BYTES, recordBytes));
            }
            final FixedLayout layout = new FixedLayout(table, recordBytes, headerBytes, List.copyOf(fields));
            // Two fields of one name, and too many of them, are refused here.
            assert layout.schema("t").fieldCount() == fields.size();
            return layout;
        }

        private static boolean isNumber(String text) {
            return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        }

        private static int number(String text) {
            if (text.length() > 9) {
                throw new BadValueException(text + " is too large");
            }
            return Integer.parseInt(text);
        }
    }
}
