package io.keyfarm.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The catalogue that a directory has now, the steps by which it changes, and the files that none names any more. */
final class CatalogueInForce {
    private static final Pattern OURS = Pattern.compile("(" + CatalogueFiles.NAME.pattern() + "|"
            + PartFile.NAME.pattern() + ")(\\" + GenerationWriter.BESIDE + ")?");

    private final Path directory;
    private final Disk disk;
    private final Consumer<String> notices;
    /** Files that may be all that is left of what a damaged catalogue named: they stay until the next change. */
    private final Set<String> heldBack = new HashSet<>();

    private Catalogue current = Catalogue.EMPTY;
    private @Nullable Catalogue previous;
    private long highestNumber;
    private @Nullable String unknownOutcome;

    private CatalogueInForce(Path directory, Disk disk, Consumer<String> notices) {
        this.directory = directory;
        this.disk = disk;
        this.notices = notices;
    }

    /** Finds the catalogue in force, or makes the first, and drops the files that unfinished changes left. */
    static CatalogueInForce find(Path directory, Disk disk, Consumer<String> notices) throws IOException {
        final CatalogueInForce it = new CatalogueInForce(directory, disk, notices);
        final List<String> names = disk.list(directory);
        final CatalogueFiles.Found found = CatalogueFiles.find(directory, names, notices);
        if (found == null) {
            it.makeFirst(names);
        } else {
            it.begin(found);
        }
        return it;
    }

    private void makeFirst(List<String> names) throws IOException {
        // It is there before any other file, so parts without one have lost it.
        if (names.stream().anyMatch(PartFile.NAME.asMatchPredicate())) {
            throw LoadException.ofFile(
                    directory.toString(), "it has part files, but no catalogue that says what they are", null);
        }
        sweep(true);
        commit(Catalogue.EMPTY);
    }

    private void begin(CatalogueFiles.Found found) throws IOException {
        current = found.current();
        previous = found.previous();
        highestNumber = found.highestNumber();
        if (found.isNewestDamaged()) {
            final Set<String> unnamed = leftovers();
            unnamed.removeIf(name -> name.endsWith(GenerationWriter.BESIDE));
            heldBack.addAll(unnamed);
            notices.accept(
                    "%d files that %s does not name stay until the next change, for whoever can mend the newer one"
                            .formatted(unnamed.size(), CatalogueFiles.name(current.number())));
        }
        sweep(true);
    }

    Catalogue current() {
        return current;
    }

    /** A number that no catalogue has had. */
    long nextNumber() {
        return ++highestNumber;
    }

    /**
     * Puts the catalogue in force, and drops the files that no catalogue names any more.
     *
     * @throws IOException if it could not; {@link #outcome} says what that means
     */
    void commit(Catalogue next) throws IOException {
        highestNumber = Math.max(highestNumber, next.number());
        final String name = CatalogueFiles.name(next.number());
        final Path beside = directory.resolve(name + GenerationWriter.BESIDE);
        CatalogueFiles.write(disk, beside, CatalogueText.print(next));
        // A rename that fails may have been done, and one that was done may be undone by a power cut.
        unknownOutcome = "it is not known whether " + name + " is in force";
        disk.rename(beside, directory.resolve(name));
        disk.syncDirectory(directory);
        unknownOutcome = null;
        previous = next.previousNumber() == 0 ? null : current;
        current = next;
        heldBack.clear();
        sweep(false);
    }

    /** Deletes what a change that failed has left. */
    void sweep() {
        sweep(false);
    }

    /** What holds after a change failed. */
    String outcome() {
        return unknownOutcome == null
                ? CatalogueFiles.name(current.number()) + " stays in force"
                : unknownOutcome + ": close " + directory + " and open it again";
    }

    void requireKnown() throws IOException {
        if (unknownOutcome != null) {
            throw new IOException(outcome());
        }
    }

    /** That it fails is worth a notice, and no more: the next time may do it. */
    private void sweep(boolean isTold) {
        if (unknownOutcome != null) {
            return;
        }
        try {
            for (final String name : leftovers()) {
                final long bytes = Files.size(directory.resolve(name));
                disk.delete(directory.resolve(name));
                if (isTold) {
                    notices.accept(String.format(
                            Locale.ROOT, "dropped %s, %,d bytes: no catalogue in force names it", name, bytes));
                }
            }
        } catch (IOException e) {
            notices.accept(directory + ": a file that is no longer needed could not be deleted: " + e);
        }
    }

    private Set<String> leftovers() throws IOException {
        final Set<String> names = new TreeSet<>(disk.list(directory));
        names.removeIf(name -> !OURS.matcher(name).matches());
        names.remove(CatalogueFiles.name(current.number()));
        names.remove(CatalogueFiles.name(current.previousNumber()));
        names.removeAll(current.files());
        if (previous != null) {
            // Only what it would serve: with the generations before those, there would be three of a table.
            names.removeAll(previous.currentFiles());
        }
        names.removeAll(heldBack);
        return names;
    }
}
