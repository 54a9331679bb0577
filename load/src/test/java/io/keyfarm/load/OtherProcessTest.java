package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keyfarm.rows.MemoryLedger;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a second process, or a second disk, can show. */
final class OtherProcessTest {
    /** Mounts a small disk that nobody else sees, there, and runs the rest of the words. */
    private static final String ON_A_SMALL_DISK = "mount -t tmpfs -o size=2m none \"$0\" && exec \"$@\"";

    @TempDir
    private Path directory;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldBeOpenInOneProcessAtATime() throws Exception {
        try (DataDirectory data = open()) {
            DataDirectoryTest.write(data, "orders", 1, 1);
            final IOException again = assertThrows(IOException.class, this::open);
            assertEquals(directory + " is open already, in this process", again.getMessage());
            // A second look from here must not have let go of it.
            assertEquals(
                    "%s is open in another process, pid %d; only one at a time may use it\n"
                            .formatted(directory, ProcessHandle.current().pid()),
                    run(OtherProcess.command("open", directory.toString())));
        }
        final Process process = new ProcessBuilder(OtherProcess.command("open", directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("open 1", told.readLine());
            final String message = assertThrows(IOException.class, this::open).toString();
            assertTrue(message.contains("is open in another process, pid " + process.pid() + ";"), message);
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        open().close();
    }

    @Test
    void shouldKeepTheOldGenerationOnAFullDisk() throws Exception {
        final List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK));
        command.add(directory.toString());
        final List<String> probe = new ArrayList<>(command);
        probe.addAll(List.of("echo", "mounted"));
        final String mounted = canRun("unshare") ? run(probe) : "there is no unshare";
        if (!mounted.equals("mounted\n")) {
            System.err.println("NOT TESTED on a disk that is really full, as none can be mounted: " + mounted);
        }
        assumeTrue(mounted.equals("mounted\n"), () -> "no small disk can be mounted here: " + mounted);

        command.addAll(OtherProcess.command("fill", directory.toString()));
        assertEquals("9 times full, 9 times refused, generation 31\n", run(command));
    }

    private DataDirectory open() throws IOException {
        return DataDirectory.open(directory, ledger, notice -> {});
    }

    private static boolean canRun(String program) {
        try {
            return run(List.of(program, "--version")) != null;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return told;
    }
}
