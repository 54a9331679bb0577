package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.MemoryLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power goes after every step of some changes, and every kind of loss is tried: the old state or the new one. */
final class CrashTest {
    @TempDir
    private Path temporary;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private final CrashingDisk disk = new CrashingDisk();
    /** How many steps had been taken when so many changes were done; the first is the opening. */
    private final List<Integer> stepsDone = new ArrayList<>();

    private int shownCount;

    @Test
    void shouldOpenWithTheOldStateOrTheNewWhereverThePowerGoes() throws IOException {
        final Path original = temporary.resolve("original");
        try (DataDirectory data =
                DataDirectory.open(original, ledger, disk, new Random(1), PartHeader.MIN_BLOCK_BYTES, notice -> {})) {
            stepsDone.add(disk.stepCount());
            for (final Changes.Change change : Changes.ALL) {
                change.doing().to(data);
                stepsDone.add(disk.stepCount());
                assertEquals(change.after(), Changes.state(data));
            }
        }
        final Random random = new Random(2);
        for (int steps = 0; steps <= disk.stepCount(); steps++) {
            for (final long choice : CrashingDisk.choices(disk.unsyncedNames(steps), random)) {
                for (final CrashingDisk.Kept kept : CrashingDisk.Kept.values()) {
                    assertOpens(steps, choice, kept);
                    if (!disk.hasUnsyncedBytes(steps)) {
                        break;
                    }
                }
            }
        }
        assertTrue(shownCount > 1000, "crashes " + shownCount);
        assertEquals(0, ledger.mappedBytes());
    }

    private void assertOpens(int steps, long choice, CrashingDisk.Kept kept) throws IOException {
        final String which = "after %d of %d steps, choice %x, %s".formatted(steps, disk.stepCount(), choice, kept);
        final Path crashed = Files.createDirectory(temporary.resolve("crash" + shownCount++));
        disk.show(steps, choice, kept, crashed);
        final Set<String> before = names(crashed);
        final List<String> notices = new ArrayList<>();
        final int done =
                (int) stepsDone.stream().filter(count -> count <= steps).count() - 1;
        try (DataDirectory data = DataDirectory.open(
                crashed, ledger, new CrashingDisk(), new Random(1), PartHeader.MIN_BLOCK_BYTES, notices::add)) {
            final String state = Changes.state(data);
            final boolean isBetween = done < 0 || stepsDone.get(done) < steps;
            if (!state.equals(Changes.after(Math.max(0, done)))) {
                assertTrue(isBetween, () -> which + ": was done, but there is\n" + state);
                assertEquals(Changes.after(done + 1), state, which);
            }
            // It says what it dropped, each file of it.
            before.removeAll(names(crashed));
            assertEquals(before.size(), notices.size(), () -> which + ": " + notices);
            for (final String gone : before) {
                assertTrue(notices.stream().anyMatch(notice -> notice.startsWith("dropped " + gone + ", ")), which);
            }
            if (shownCount % 32 == 0) {
                Changes.ALL.get(0).doing().to(data);
                assertTrue(Changes.state(data).contains(Changes.after(1)), which);
            }
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(which, e);
        }
        delete(crashed);
    }

    private static Set<String> names(Path directory) throws IOException {
        return new HashSet<>(RealDisk.INSTANCE.list(directory));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
