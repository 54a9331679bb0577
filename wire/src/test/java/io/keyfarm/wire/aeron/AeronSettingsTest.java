package io.keyfarm.wire.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AeronSettingsTest {
    @TempDir
    private Path base;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:40123", "localhost:1", "[::1]:65535", "ipc:0", "slave-3.farm_a.example:9000"})
    void shouldReadBackEndpoints(String text) {
        assertEquals(text, Endpoint.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "9000",
                ":9000",
                "host:",
                "host:0",
                "host:65536",
                "host:-1",
                "host:9000|linger=0",
                "a|b:9000",
                "*:9000",
                "::1:9000",
                "ipc:",
                "ipc:-1",
                "ipc:99999999",
                "host:99999999999"
            })
    void shouldRefuseWhatIsNoEndpoint(String text) {
        final IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> AeronSettings.of(text, 1));
        assertTrue(thrown.toString().contains(text), thrown::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:40123, every address",
        "[::]:40123, every address",
        "192.0.2.1:40123, not open to the network",
        "nobody.invalid:40123, nobody knows"
    })
    void shouldNotHearBeyondTheMachineUnlessToldSo(String endpoint, String reason) throws IOException {
        final AeronSettings settings = AeronSettings.of(endpoint, 1).withDirectoriesUnder(base);
        assertRefused(reason, settings);
        if (!reason.contains("open")) {
            assertRefused(reason, settings.withOpenToNetwork(true));
        }
        try (Stream<Path> left = Files.list(base)) {
            assertEquals(0, left.count());
        }
    }

    private static void assertRefused(String reason, AeronSettings settings) {
        final IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> AeronNode.open(settings));
        assertTrue(thrown.toString().contains(reason), thrown::toString);
    }

    @Test
    void shouldNotSendBeyondTheMachineUnlessToldSo() {
        try (AeronNode node =
                AeronNode.open(AeronSettings.of(Rigs.freeEndpoint(), 1).withDirectoriesUnder(base))) {
            for (final String to : new String[] {"192.0.2.1:40123", "0.0.0.0:40123", "ipc:1"}) {
                assertThrows(IllegalArgumentException.class, () -> node.link(to, FrameStream.CONTROL), to);
            }
        }
    }

    @Test
    void shouldSayHowLongFramesMayBe() {
        final AeronSettings settings = AeronSettings.of("ipc:1", 1);
        assertEquals(128 << 10, settings.maxFrameBytes(FrameStream.CONTROL));
        assertEquals(2 << 20, settings.maxFrameBytes(FrameStream.QUERIES));
        assertEquals(
                16 << 20,
                settings.withTermBytes(1 << 20, AeronSettings.MAX_TERM_BYTES).maxFrameBytes(FrameStream.REPLIES));
        assertThrows(IllegalArgumentException.class, () -> settings.withTermBytes(1 << 15, 1 << 20));
        assertThrows(IllegalArgumentException.class, () -> settings.withTermBytes(1 << 20, 3 << 20));
        assertThrows(IllegalArgumentException.class, () -> settings.withTermBytes(1 << 20, 1 << 28));
        assertThrows(IllegalArgumentException.class, () -> settings.withMtuBytes(1400));
        assertThrows(IllegalArgumentException.class, () -> settings.withTimeoutsNs(-1, 1_000_000_000));
    }
}
