package io.keyfarm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chronicle can report its use over the network. Here it does not, and cannot. */
final class NoTelemetryTest {
    @TempDir
    private Path folder;

    @Test
    void shouldNotHaveTheClassesThatReport() throws IOException {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
        int jars = 0;
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                jars++;
                assertFalse(entry.contains("chronicle-analytics"), entry);
                try (ZipFile jar = new ZipFile(entry)) {
                    assertTrue(
                            jar.stream().noneMatch(it -> it.getName().contains("net/openhft/chronicle/analytics/")),
                            entry);
                }
            }
        }
        assertTrue(jars > 10, "the class path has only " + jars + " jars, so this looked at nothing");
    }

    @Test
    void shouldHaveSaidSoBeforeChronicleBegins() {
        try (ChronicleCache cache = ChronicleCache.in(folder)) {
            cache.put("a", new byte[1]);
            assertTrue(cache.isOpen());
        }
        assertEquals("true", System.getProperty("chronicle.analytics.disable"));
        assertEquals("true", System.getProperty("chronicle.announcer.disable"));
    }

    /**
     * Whoever opens a connection in Java, or asks for a host's name, needs {@link InetAddress}. A JVM that puts, comes back and
     * gets never loads that class; and nothing comes to what it is told is its proxy.
     */
    @Test
    void shouldNeverTouchTheNetwork() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String classes = run(proxy, folder.toString());
            assertTrue(classes.contains("net.openhft.chronicle.map.VanillaChronicleMap "), "no map was opened");
            assertFalse(classes.contains("java.net.InetAddress "));
            assertFalse(classes.contains("net.openhft.chronicle.analytics."));
            assertFalse(isAsked(proxy));
        }
    }

    /** The same for one that does ask: the test above could fail. */
    @Test
    void shouldNoticeWhoeverDoes() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String classes = run(proxy, "http://keyfarm.invalid/");
            assertTrue(classes.contains("java.net.InetAddress "));
            assertTrue(isAsked(proxy));
        }
    }

    /** Answers the classes that a child loaded. */
    private String run(ServerSocket proxy, String argument) throws IOException, InterruptedException {
        final Path log = folder.resolve("classes.log");
        final String host = proxy.getInetAddress().getHostAddress();
        final ChildJvm child = ChildJvm.start(
                List.of(
                        "-Xlog:class+load:file=" + log,
                        "-Dhttp.proxyHost=" + host,
                        "-Dhttp.proxyPort=" + proxy.getLocalPort(),
                        "-Dhttps.proxyHost=" + host,
                        "-Dhttps.proxyPort=" + proxy.getLocalPort()),
                NoTelemetryTest.class,
                argument);
        assertEquals(0, child.exitCode(), child::output);
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Whether anyone waits to be served. */
    private static boolean isAsked(ServerSocket proxy) throws IOException {
        proxy.setSoTimeout(1);
        try {
            proxy.accept().close();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** What the child does: it uses the cache of a folder, or asks an address for what nobody will answer. */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].startsWith("http:")) {
            final URLConnection asking = URI.create(arguments[0]).toURL().openConnection();
            asking.setReadTimeout(100);
            assertThrows(SocketTimeoutException.class, asking::getInputStream);
            return;
        }
        for (int i = 0; i < 2; i++) {
            try (ChronicleCache cache = ChronicleCache.in(Path.of(arguments[0]))) {
                cache.put("a" + i, new byte[10_000]);
                assertEquals(10_000, Objects.requireNonNull(cache.get("a0")).length);
            }
        }
    }
}
