package io.keyfarm.load;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the catalogue says of a part file.
 *
 * @param name in its directory
 * @param crc the checksum at its end, which stands for all of it
 */
record PartFile(String name, PartId id, int rowCount, long fileBytes, int crc) {
    static final String SUFFIX = ".part";
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,32}\\.\\d{1,19}\\.\\d{1,10}\\.[0-9a-f]{16}\\.part");

    private static final int MAX_TABLE_CHARS = 32;

    PartFile {
        assert NAME.matcher(name).matches() : name;
    }

    /** A name that any file system takes and tells from all others, whatever the table is called. */
    static String name(String table, long generation, int partIndex, PartId id) {
        final String plain = table.replaceAll("[^A-Za-z0-9_]", "_");
        return String.format(
                Locale.ROOT,
                "%s.%d.%d.%016x%s",
                plain.substring(0, Math.min(MAX_TABLE_CHARS, plain.length())),
                generation,
                partIndex,
                id.low(),
                SUFFIX);
    }
}
