package io.keyfarm.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Any bytes, as they may arrive on a port. Replays the inputs in {@code FramesFuzzTestInputs}; with {@code
 * JAZZER_FUZZ=1}, as {@code mvn verify -Pfull} sets it, looks for new ones for a minute.
 */
class FramesFuzzTest {
    private final HostileReader reader = new HostileReader();

    @FuzzTest(maxDuration = "1m")
    void shouldReadAnyBytesWithoutCrashOrSurpriseMemory(byte[] bytes) {
        reader.read(bytes);
        reader.readRepaired(bytes);
    }
}
