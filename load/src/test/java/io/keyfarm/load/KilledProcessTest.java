package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes one generation after another is killed, again and again, in the same directory. */
final class KilledProcessTest {
    @TempDir
    private Path directory;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    /** The newest generation that the directory is known to have. */
    private int newest;

    private int leftoverCount;

    @Test
    void shouldOpenWithTheOldGenerationOrTheNew() throws Exception {
        killTimes(20);
    }

    @Test
    @Tag("full")
    void shouldOpenWithTheOldGenerationOrTheNewAtTwoHundredPoints() throws Exception {
        killTimes(200);
    }

    private void killTimes(int count) throws Exception {
        final long seed = Long.getLong("keyfarm.test.seed", new Random().nextInt(1 << 20));
        final Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            final String which = "kill %d of seed %d".formatted(i, seed);
            final int doneCount = writeAndKill(1 + random.nextInt(i % 4 == 0 ? 20 : 250));
            assertOpens(doneCount, which);
        }
        assertTrue(newest > 0 && leftoverCount > 0, newest + " generations, " + leftoverCount + " leftovers");
        assertEquals(0, ledger.mappedBytes());
    }

    /** Kills a process after so many of its steps; answers how many generations it had finished. */
    private int writeAndKill(int steps) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(
                        OtherProcess.command("write", directory.toString(), String.valueOf(newest + 1)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int doneCount = 0;
        int stepCount = 0;
        try (InputStream told = process.getInputStream()) {
            for (int word = told.read(); word >= 0; word = told.read()) {
                doneCount += word == OtherProcess.DONE ? 1 : 0;
                stepCount += word == OtherProcess.STEP ? 1 : 0;
                if (stepCount == steps) {
                    // Not by the process itself, which would close the stream as well.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        process.waitFor();
        assertTrue(stepCount >= steps, () -> "it ended by itself, with " + process.exitValue());
        return doneCount;
    }

    private void assertOpens(int doneCount, String which) throws IOException {
        final Set<String> before = new HashSet<>(RealDisk.INSTANCE.list(directory));
        final List<String> notices = new ArrayList<>();
        try (DataDirectory data = DataDirectory.open(directory, ledger, notices::add)) {
            before.removeAll(RealDisk.INSTANCE.list(directory));
            assertEquals(before.size(), notices.size(), () -> which + ": " + notices);
            for (final String gone : before) {
                assertTrue(notices.stream().anyMatch(notice -> notice.startsWith("dropped " + gone + ", ")), which);
            }
            leftoverCount += before.size();

            final int done = newest + doneCount;
            final int found = Math.max(number(data, "orders"), number(data, "customers"));
            assertTrue(found == done || found == done + 1, () -> which + ": " + done + " were done, there is " + found);
            for (int number = Math.max(1, found - 1); number <= found; number++) {
                assertServes(data, number, which);
            }
            newest = found;
        }
    }

    /** Which generation the directory has of the table, 0 for none. */
    private static int number(DataDirectory data, String table) {
        return data.tables().stream()
                .filter(it -> it.name().equals(table))
                .mapToInt(it -> it.keys().get(0).hashedFields())
                .findFirst()
                .orElse(0);
    }

    private static void assertServes(DataDirectory data, int number, String which) {
        final String table = OtherProcess.table(number);
        final List<Slab> expected = SomeRows.generation(table, number, OtherProcess.parts(number), OtherProcess.ROWS);
        try (MappedTable mapped = data.map(table, LoadProgress.NONE)) {
            assertEquals(expected.size(), mapped.parts().size(), which);
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(
                        SomeRows.text(expected.get(i)),
                        SomeRows.text(mapped.parts().get(i)),
                        which);
            }
        } finally {
            SomeRows.close(expected);
        }
    }
}
