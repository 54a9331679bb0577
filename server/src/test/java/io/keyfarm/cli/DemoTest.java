package io.keyfarm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.Keyfarm;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.Tpch;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DemoTest {
    private static final double SCALE = 0.002;
    private static final long TICK_NS = 20_000_000;

    private final StringWriter out = new StringWriter();
    private final AtomicLong nowNs = new AtomicLong();

    /** A clock that runs fast, so that measuring is over soon. */
    private Demo demo(Keyfarm farm) {
        return new Demo(farm, new PrintWriter(out), () -> nowNs.addAndGet(TICK_NS));
    }

    @Test
    void shouldFindNoDifferenceBetweenAScanAndAKey() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Demo demo = demo(farm);
            demo.load(SCALE, LoadProgress.NONE);
            demo.scan();
            demo.grow();
            assertEquals(0, demo.compare(), out::toString);
            assertEquals(0, DemoCommand.exitCode(0));
        }
    }

    @Test
    void shouldTellOfADifferenceAndFail() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded()) {
            final Demo demo = demo(farm);
            demo.load(SCALE, LoadProgress.NONE);
            demo.scan();
            farm.load(Tpch.table("customer", 2 * SCALE)); // Other rows than those that were scanned.
            demo.grow();
            final int differences = demo.compare();
            assertTrue(differences > 0, out::toString);
            assertTrue(out.toString().contains("DIFFERS: the full scan found"), out::toString);
            assertTrue(
                    out.toString()
                            .strip()
                            .endsWith(
                                    "checked 24 queries against the full scan: %d differences".formatted(differences)),
                    out::toString);
            assertEquals(1, DemoCommand.exitCode(differences));
        }
    }

    @Test
    void shouldPrintTheSameNumbersInEveryLocale() throws Exception {
        final Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try (Keyfarm farm = Keyfarm.embedded()) {
            demo(farm).load(SCALE, LoadProgress.NONE);
            assertTrue(out.toString().startsWith("loaded 15,"), out::toString);
        } finally {
            Locale.setDefault(before);
        }
    }
}
