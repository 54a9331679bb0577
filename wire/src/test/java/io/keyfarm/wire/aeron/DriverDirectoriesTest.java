package io.keyfarm.wire.aeron;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.CncFileDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriverDirectoriesTest {
    private static final long OLD_MS = DriverDirectories.HEARTBEAT_TIMEOUT_MS + 5_000;

    @TempDir
    private Path base;

    @Test
    void shouldLeaveNothingWhenClosed() throws IOException {
        final Path directory;
        try (TwoNodes nodes = TwoNodes.overUdp(FrameStream.CONTROL, base)) {
            final UnsafeBuffer frame = new UnsafeBuffer(new byte[100]);
            nodes.send(frame, Rigs.request(frame, 0, 1), (replyTo, buffer, offset, length) -> {});
            directory = around(nodes.here.directory());
            assertEquals(2, list().size());
            assertTrue(directory.getFileName().toString().matches("keyfarm-[^-]+-[0-9]+-[0-9a-f]{16}"));
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        }
        assertEquals(List.of(), list());
    }

    @Test
    void shouldSweepWhatAKilledProcessLeftAndNothingThatLives() throws Exception {
        final Process killed = OtherNode.start(base, Rigs.freeEndpoint());
        final Process living = OtherNode.start(base, Rigs.freeEndpoint());
        try {
            final Path left = directoryOf(killed);
            final Path stays = directoryOf(living);
            assertEquals(List.of(), DriverDirectories.sweep(base, -1), "both processes live");
            killed.destroyForcibly().waitFor();
            assertTrue(Files.isDirectory(left.resolve("driver")));
            assertEquals(List.of(), DriverDirectories.sweep(base, DriverDirectories.HEARTBEAT_TIMEOUT_MS), "its heart");

            age(left);
            openAndClose();
            assertFalse(Files.exists(left), "opening a node sweeps");
            assertEquals(List.of(stays), list());

            living.getOutputStream().close();
            assertEquals(0, living.waitFor());
            assertEquals(List.of(), list());
        } finally {
            killed.destroyForcibly();
            living.destroyForcibly();
        }
    }

    @Test
    void shouldNotTakeAnotherProcessOfTheSameNumberForTheOneThatIsGone() throws IOException {
        final Path mine = DriverDirectories.fresh(base);
        Files.setLastModifiedTime(mine, FileTime.fromMillis(System.currentTimeMillis() - OLD_MS));
        final long startedMs =
                ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
        final long beforeStartMs = startedMs - OLD_MS;
        assertEquals(
                System.currentTimeMillis() - OLD_MS < startedMs - 2_000 ? List.of(mine) : List.of(),
                DriverDirectories.sweep(base, DriverDirectories.HEARTBEAT_TIMEOUT_MS));

        final Path before = DriverDirectories.fresh(base);
        Files.setLastModifiedTime(before, FileTime.fromMillis(beforeStartMs));
        assertTrue(DriverDirectories.sweep(base, DriverDirectories.HEARTBEAT_TIMEOUT_MS)
                .contains(before));
    }

    @Test
    void shouldTouchNothingElse() throws IOException {
        final Path precious = Files.createDirectory(base.resolve("precious"));
        Files.writeString(precious.resolve("cnc.dat"), "not ours");
        final Path dead = Files.createDirectory(DriverDirectories.fresh(base).resolveSibling(deadName()));
        Files.createSymbolicLink(dead.resolve("driver"), precious);
        Files.createSymbolicLink(base.resolve(deadName().replace("dead", "beef")), precious);
        final Path foreign = Files.createDirectory(base.resolve(deadName().replace("keyfarm-", "keyfarm-nobody_")));
        final Path data = Files.createDirectory(base.resolve("keyfarm-data"));
        for (final Path old : List.of(dead, foreign, data, precious)) {
            Files.setLastModifiedTime(old, FileTime.fromMillis(1_000));
        }

        assertEquals(List.of(dead), DriverDirectories.sweep(base, DriverDirectories.HEARTBEAT_TIMEOUT_MS));
        assertFalse(Files.exists(dead));
        assertEquals("not ours", Files.readString(precious.resolve("cnc.dat")));
        assertEquals(5, list().size(), () -> list().toString());
    }

    /** A directory's name of a process that cannot be. */
    private static String deadName() {
        return "keyfarm-" + System.getProperty("user.name") + "-999999999999-000000000000dead";
    }

    private void openAndClose() {
        AeronNode.open(AeronSettings.of(Rigs.freeEndpoint(), Rigs.CLUSTER).withDirectoriesUnder(base))
                .close();
    }

    /** Turns the directory's clock back, and its heart's. */
    private static void age(Path directory) throws IOException {
        final long longAgoMs = System.currentTimeMillis() - TimeUnit.MINUTES.toMillis(1);
        final MappedByteBuffer cnc = IoUtil.mapExistingFile(
                directory.resolve("driver").resolve(CncFileDescriptor.CNC_FILE).toFile(), "CnC file");
        new ManyToOneRingBuffer(
                        CncFileDescriptor.createToDriverBuffer(cnc, CncFileDescriptor.createMetaDataBuffer(cnc)))
                .consumerHeartbeatTime(longAgoMs);
        BufferUtil.free(cnc);
        Files.setLastModifiedTime(directory, FileTime.fromMillis(longAgoMs));
    }

    /** The directory that holds Aeron's. */
    private static Path around(Path driver) {
        return Objects.requireNonNull(driver.getParent());
    }

    private static Path directoryOf(Process process) throws IOException {
        final String line = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
        return around(Path.of(line));
    }

    private List<Path> list() {
        try (Stream<Path> paths = Files.list(base)) {
            return paths.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
