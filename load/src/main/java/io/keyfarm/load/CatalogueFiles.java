package io.keyfarm.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The catalogues of a data directory, each in a file that has its number and is never written again. The highest number is
 * in force; if its file is damaged, the one before it is.
 */
final class CatalogueFiles {
    static final Pattern NAME = Pattern.compile("catalogue\\.[1-9]\\d{0,17}");

    private static final String PREFIX = "catalogue.";

    private CatalogueFiles() {}

    /**
     * @param current the one in force
     * @param previous the one before, if it is there and whole
     * @param highestNumber of all that have a file
     * @param isNewestDamaged whether an older one is in force because a newer one cannot be read
     */
    record Found(Catalogue current, @Nullable Catalogue previous, long highestNumber, boolean isNewestDamaged) {}

    static String name(long number) {
        return PREFIX + number;
    }

    /**
     * Finds the catalogue in force; null if there is none at all.
     *
     * @throws LoadException if there are some, but the last two are damaged
     * @throws IOException if one is whole, but this Keyfarm does not understand it
     */
    static @Nullable Found find(Path directory, List<String> names, Consumer<String> notices) throws IOException {
        final List<Long> numbers = names.stream()
                .filter(NAME.asMatchPredicate())
                .map(name -> Long.valueOf(name.substring(PREFIX.length())))
                .sorted(Comparator.reverseOrder())
                .toList();
        if (numbers.isEmpty()) {
            return null;
        }
        final long highest = numbers.get(0);
        try {
            final Catalogue current = read(directory, highest);
            return new Found(current, previous(directory, numbers, current, notices), highest, false);
        } catch (LoadException e) {
            if (numbers.size() == 1) {
                throw e;
            }
            final Catalogue older = older(directory, numbers.get(1), e);
            notices.accept("%s; the catalogue before it, %s, is in force: what was changed since is not there"
                    .formatted(e.getMessage(), name(older.number())));
            return new Found(older, null, highest, true);
        }
    }

    private static Catalogue older(Path directory, long number, LoadException newer) throws IOException {
        try {
            return read(directory, number);
        } catch (LoadException e) {
            e.addSuppressed(newer);
            throw LoadException.ofFile(
                    directory.toString(),
                    "neither catalogue can be read: " + newer.getMessage() + "; " + e.getMessage(),
                    e);
        }
    }

    private static @Nullable Catalogue previous(
            Path directory, List<Long> numbers, Catalogue current, Consumer<String> notices) throws IOException {
        if (!numbers.contains(current.previousNumber())) {
            return null;
        }
        try {
            return read(directory, current.previousNumber());
        } catch (LoadException e) {
            notices.accept(e.getMessage() + "; it came before the one in force, and is not needed");
            return null;
        }
    }

    /**
     * @throws LoadException if the file is damaged
     * @throws IOException if it is not, and still says what this Keyfarm does not understand: going back would lose it
     */
    private static Catalogue read(Path directory, long number) throws IOException {
        final String name = name(number);
        final byte[] bytes = bytes(directory.resolve(name), name);
        CatalogueText.requireWhole(name, bytes);
        final Catalogue catalogue;
        try {
            catalogue = CatalogueText.parse(name, bytes);
        } catch (LoadException e) {
            throw new IOException(
                    "%s; it is not damaged, so another version of Keyfarm must have written it"
                            .formatted(e.getMessage()),
                    e);
        }
        if (catalogue.number() != number) {
            throw LoadException.ofFile(
                    name, "it says that it is catalogue " + catalogue.number() + ": files were swapped", null);
        }
        return catalogue;
    }

    private static byte[] bytes(Path file, String name) {
        try {
            final long bytes = Files.size(file);
            if (bytes > CatalogueText.MAX_BYTES) {
                throw LoadException.ofFile(name, "it has %,d bytes, which no catalogue has".formatted(bytes), null);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw LoadException.ofFile(name, "it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Writes the text of a catalogue beside, where it is not yet in force. */
    static void write(Disk disk, Path beside, byte[] text) throws IOException {
        try (Disk.File file = disk.create(beside)) {
            file.write(ByteBuffer.wrap(text));
            file.sync();
        }
    }
}
