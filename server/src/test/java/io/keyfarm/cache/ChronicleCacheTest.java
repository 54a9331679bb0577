package io.keyfarm.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.openhft.chronicle.hash.impl.util.BuildVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChronicleCacheTest {
    private static final int SPOILT = 30 * Integer.getInteger("keyfarm.test.scale", 1);

    private final List<String> notices = new ArrayList<>();

    @TempDir
    private Path folder;

    private ChronicleCache open() {
        return ChronicleCache.in(folder, notices::add);
    }

    private Path file() {
        return folder.resolve(CacheFile.NAME);
    }

    @Test
    void shouldHaveWhatWasPutWhenTheProcessComesBack() {
        final byte[] large = bytes(1, ChronicleCache.MAX_VALUE_BYTES);
        try (ChronicleCache cache = open()) {
            cache.put("growth/wishes", text("budget 5"));
            cache.put("growth/asked/orders", large);
            cache.put("growth/wishes", text("budget 6"));
            assertArrayEquals(text("budget 6"), cache.get("growth/wishes"));
        }
        try (ChronicleCache cache = open()) {
            assertArrayEquals(text("budget 6"), cache.get("growth/wishes"));
            assertArrayEquals(large, cache.get("growth/asked/orders"));
            assertNull(cache.get("growth/history"));
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldTouchNothingBeforeItIsUsed() {
        try (ChronicleCache cache = open()) {
            assertFalse(Files.exists(file()));
            assertNull(cache.get("a"));
            assertFalse(Files.exists(file()));
            assertFalse(cache.isOpen());
            cache.put("a", text("b"));
            assertTrue(cache.isOpen());
        }
        try (ChronicleCache cache = open()) {
            assertFalse(cache.isOpen());
            assertArrayEquals(text("b"), cache.get("a"));
        }
    }

    @Test
    void shouldHaveOneSizeHoweverMuchIsPut() throws IOException {
        try (ChronicleCache cache = open()) {
            cache.put("a", text("b"));
            final long bytes = Files.size(file());
            for (int i = 0; i < 5; i++) {
                cache.put("a", bytes(i, 900_000));
            }
            assertEquals(bytes, Files.size(file()));
            assertTrue(bytes < 10_000_000, () -> bytes + " bytes");
        }
    }

    @Test
    void shouldRefuseWhatIsTooLargeAndSaySo() {
        try (ChronicleCache cache = open()) {
            cache.put("a", text("before"));
            cache.put("a", new byte[ChronicleCache.MAX_VALUE_BYTES + 1]);
            assertArrayEquals(text("before"), cache.get("a"));
            assertEquals(1, notices.size());
            assertTrue(
                    notices.get(0).startsWith("a is not kept: a value has up to 1,048,576 bytes"), notices::toString);
            cache.put("n".repeat(ChronicleCache.MAX_NAME_CHARS + 1), text("b"));
            assertEquals(2, notices.size());
        }
    }

    @Test
    void shouldRefuseWhatItHasNoRoomForAndKeepTheRest() {
        try (ChronicleCache cache = open()) {
            for (int i = 0; i < 12; i++) {
                cache.put("table" + i, bytes(i, ChronicleCache.MAX_VALUE_BYTES));
            }
            assertTrue(notices.get(0).contains("has no room for another 1,048,576 bytes"), notices::toString);
            for (int i = 0; i < 7; i++) {
                assertArrayEquals(bytes(i, ChronicleCache.MAX_VALUE_BYTES), cache.get("table" + i));
            }
            assertEquals(5, notices.size(), notices::toString);
        }
    }

    @Test
    void shouldHoldAsManyValuesOfLongNamesAsItSays() {
        final String name = "n".repeat(ChronicleCache.MAX_NAME_CHARS - 4);
        try (ChronicleCache cache = open()) {
            for (int i = 0; i < CacheFile.MAX_BLOCKS - 1; i++) {
                cache.put(name + i, text("v" + i));
            }
            assertEquals(List.of(), notices);
            assertArrayEquals(text("v2046"), cache.get(name + 2046));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 12, 500, 3_000, 100_000})
    void shouldBeginAnewWhereAForeignFileStands(int length) throws IOException {
        Files.write(file(), bytes(7, length));
        try (ChronicleCache cache = open()) {
            assertNull(cache.get("a"));
            cache.put("a", text("b"));
        }
        assertEquals(1, notices.size());
        assertTrue(notices.get(0).contains("cache.map is begun anew: there is no "), notices::toString);
        try (ChronicleCache cache = open()) {
            assertArrayEquals(text("b"), cache.get("a"));
        }
        assertEquals(1, notices.size());
    }

    @Test
    void shouldBeginAnewAfterAnotherVersionOfItsFile() throws IOException {
        try (ChronicleCache cache = open()) {
            cache.put("a", text("b"));
        }
        final Path seal = CacheSeal.path(file());
        Files.writeString(seal, Files.readString(seal).replaceFirst("chronicle map .*", "chronicle map 3.27"));
        try (ChronicleCache cache = open()) {
            assertNull(cache.get("a"));
        }
        assertTrue(notices.get(0).endsWith("begun anew: it was not written by this version"), notices::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "keyfarm cache 1\nchronicle map 2026.1\n", "\u0000\u0000"})
    void shouldBeginAnewWhereItsSealIsSpoilt(String text) throws IOException {
        try (ChronicleCache cache = open()) {
            cache.put("a", text("b"));
        }
        Files.writeString(CacheSeal.path(file()), text);
        try (ChronicleCache cache = open()) {
            assertNull(cache.get("a"));
        }
        assertEquals(1, notices.size(), notices::toString);
    }

    @Test
    void shouldDoWithoutAFileThatCannotBe() throws IOException {
        Files.createDirectory(file());
        Files.createFile(file().resolve("something"));
        try (ChronicleCache cache = open()) {
            cache.put("a", text("b"));
            assertNull(cache.get("a"));
        }
        assertTrue(notices.get(notices.size() - 1).contains("nothing is remembered"), notices::toString);
    }

    /** Bytes anywhere are spoilt, or the end is missing: Chronicle would end the JVM. It is told before, and can be used again. */
    @Test
    void shouldBeginAnewHoweverItsFileIsSpoilt() throws IOException {
        try (ChronicleCache cache = open()) {
            for (int i = 0; i < 30; i++) {
                cache.put("table" + i, bytes(i, 1 + i * 2_000));
            }
        }
        final byte[] sound = Files.readAllBytes(file());
        for (int seed = 0; seed < SPOILT; seed++) {
            final byte[] spoilt = spoilt(sound, new Random(seed * 0x9E3779B97F4A7C15L));
            Files.write(file(), spoilt);
            Files.writeString(CacheSeal.path(file()), sealOf(sound));
            final String message = "seed " + seed;
            try (ChronicleCache cache = open()) {
                final boolean isSound = Arrays.equals(sound, spoilt);
                assertArrayEquals(isSound ? bytes(7, 14_001) : null, cache.get("table7"), message);
                cache.put("after", text(message));
            }
            try (ChronicleCache cache = open()) {
                assertArrayEquals(text(message), cache.get("after"), message);
            }
        }
        assertTrue(notices.size() > SPOILT / 2, notices::toString);
    }

    private static String sealOf(byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes);
        return "keyfarm cache 1\nchronicle map %s\nbytes %d crc32c %08x\n"
                .formatted(BuildVersion.version(), bytes.length, crc.getValue());
    }

    private static byte[] spoilt(byte[] sound, Random random) {
        if (random.nextInt(6) == 0) {
            return Arrays.copyOf(sound, random.nextInt(sound.length));
        }
        final byte[] bytes = sound.clone();
        // The front, the map's own tables, or anything.
        final int bound = new int[] {2_000, 60_000, bytes.length}[random.nextInt(3)];
        final int count = random.nextInt(3) == 0 ? 2_000 : 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            bytes[random.nextInt(bound)] = (byte) random.nextInt();
        }
        return bytes;
    }

    @Test
    void shouldKeepNothingOnceItIsClosed() {
        final ChronicleCache cache = open();
        cache.put("a", text("b"));
        cache.close();
        cache.close();
        cache.put("a", text("c"));
        assertNull(cache.get("a"));
        try (ChronicleCache next = open()) {
            assertArrayEquals(text("b"), next.get("a"));
        }
    }

    @Test
    void shouldLoseNothingWhenItsProcessIsKilled() throws Exception {
        final ChildJvm child = ChildJvm.start(List.of(), ChronicleCacheTest.class, folder.toString());
        assertEquals(9, child.exitCode(), child::output);
        try (ChronicleCache cache = open()) {
            for (int i = 0; i < 20; i++) {
                assertArrayEquals(bytes(i, i * 1_000), cache.get("table" + i));
            }
        }
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldNameTheFlagsThatAreMissing() throws Exception {
        final ChildJvm child = ChildJvm.bare(ChronicleCacheTest.class, folder.toString());
        assertEquals(9, child.exitCode(), child::output);
        assertTrue(
                child.output()
                        .contains("this JVM must be started with --add-opens=java.base/java.lang=ALL-UNNAMED"
                                + " --add-opens=java.base/java.lang.reflect=ALL-UNNAMED"),
                child::output);
        assertFalse(Files.exists(file()));
    }

    /** What the child that is killed does: it puts, and is gone without closing anything. */
    public static void main(String[] arguments) {
        final ChronicleCache cache = ChronicleCache.in(Path.of(arguments[0]), System.out::println);
        for (int i = 0; i < 20; i++) {
            cache.put("table" + i, bytes(i + 1, 20_000 - i * 1_000));
            cache.put("table" + i, bytes(i, i * 1_000));
        }
        Runtime.getRuntime().halt(9);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int seed, int length) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
