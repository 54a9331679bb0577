package io.keyfarm.segmonitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.FieldType;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SegmentMonitorTest {
    static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    static List<FieldType> types() {
        return Domain.TYPES;
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldAdmitWhatTheModelHolds(FieldType type) {
        final Domain domain = Domain.of(type);
        final long seed = seed();
        for (int i = 0; i < 400 * SCALE; i++) {
            final long one = seed + i;
            final SplittableRandom random = new SplittableRandom(one);
            final Scenario a = Scenario.random(domain, random);
            final Scenario b = Scenario.random(domain, random);
            assertEquals(a.model, a.bits(), () -> type + " seed " + one);
            assertCanonical(a, one);
            switch (random.nextInt(3)) {
                case 0 -> {
                    a.monitor.intersect(b.monitor);
                    a.model.and(b.model);
                }
                case 1 -> {
                    a.monitor.union(b.monitor);
                    a.model.or(b.model);
                }
                default -> a.complement();
            }
            assertEquals(a.model, a.bits(), () -> type + " seed " + one);
            assertCanonical(a, one);
        }
    }

    private static void assertCanonical(Scenario scenario, long seed) {
        final SegmentMonitor monitor = scenario.monitor;
        final Domain domain = scenario.domain;
        for (int i = 1; i < monitor.rangeCount() && !domain.type.isText(); i++) {
            assertTrue(monitor.low(i) - 1 > monitor.high(i - 1), () -> "seed " + seed);
        }
        if (domain.isWhole) {
            final BitSet bits = scenario.model;
            assertEquals(bits.cardinality(), monitor.valueCount(), () -> "seed " + seed);
            assertEquals(bits.cardinality() == domain.size + 1, monitor.isWild(), () -> "seed " + seed);
            assertEquals(bits.cardinality() == 1 && !bits.get(domain.size), monitor.isPoint(), () -> "seed " + seed);
            int runs = bits.get(0) ? 1 : 0;
            for (int i = 1; i < domain.size; i++) {
                runs += bits.get(i) && !bits.get(i - 1) ? 1 : 0;
            }
            assertEquals(runs, monitor.rangeCount(), () -> "seed " + seed);
        }
        assertEquals(monitor.valueCount() == 0, monitor.isNothing());
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldFindTheFirstRangeAtOrAfterAValueFromAnyFinger(FieldType type) {
        final Domain domain = Domain.of(type);
        final long seed = seed();
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 100 * SCALE; i++) {
            final SegmentMonitor monitor = Scenario.random(domain, random).monitor;
            for (int value = 0; value < domain.size; value++) {
                final int from = random.nextInt(monitor.rangeCount() + 2);
                int expected = Math.min(from, monitor.rangeCount());
                while (expected < monitor.rangeCount() && !domain.reaches(monitor, expected, value)) {
                    expected++;
                }
                assertEquals(expected, domain.rangeAtOrAfter(monitor, value, from), type + " seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldAllocateNothingWhenBoundAgain(FieldType type) {
        final Domain domain = Domain.of(type);
        final SegmentMonitor monitor = new SegmentMonitor(type);
        final SegmentMonitor other = new SegmentMonitor(type);
        final BitSet model = new BitSet(1024);
        final UnsafeBuffer text = new UnsafeBuffer(new byte[] {'a'});
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int round = 0; round < 50; round++) {
                bindSome(domain, monitor, text, round);
                bindSome(domain, other, text, round + 3);
                monitor.intersect(other);
                monitor.complement();
                monitor.union(other);
                monitor.complement();
                model.set(0, domain.matches(monitor, round % domain.size));
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }

    private static void bindSome(Domain domain, SegmentMonitor monitor, UnsafeBuffer text, int round) {
        monitor.begin();
        for (int i = 20; i > 0; i--) {
            final int value = (i * 7 + round) % domain.size;
            if (domain.type.isText()) {
                text.putByte(0, (byte) value);
                monitor.addText(text, 0, 1);
                monitor.addTextPrefix(text, 0, 1);
            } else {
                monitor.addPoint(domain.number(value));
            }
        }
        monitor.end();
    }

    @Test
    void shouldBindWholeSets() {
        final SegmentMonitor monitor = new SegmentMonitor(FieldType.UINT8);
        assertTrue(monitor.isWild());
        monitor.bindRange(-5, 3);
        assertEquals(0, monitor.low(0));
        assertEquals(4, monitor.valueCount());
        monitor.bindPoint(256);
        assertTrue(monitor.isNothing());
        monitor.bindPoint(255);
        assertTrue(monitor.isPoint() && monitor.isPointRange(0));
        monitor.bindNotNull();
        assertFalse(monitor.isWild() || monitor.admitsNull());
        assertTrue(monitor.admitsAllValues());
        monitor.bindOnlyNull();
        assertFalse(monitor.isNothing());
        assertEquals(1, monitor.valueCount());
        monitor.bindNothing();
        assertTrue(monitor.isNothing());
        monitor.complement();
        assertEquals(256, monitor.valueCount());
    }

    @Test
    void shouldCompareTextLongerThanItsFieldWithThePadding() {
        final SegmentMonitor monitor = new SegmentMonitor(FieldType.character(2));
        bindAtLeast(monitor, "FLA");
        assertEquals(
                "FM",
                text(monitor.arena(), monitor.lowOffset(0), monitor.lowLength(0))
                        .replace('\0', '?'));
        bindAtLeast(monitor, "FL\u0001");
        assertEquals("FL", text(monitor.arena(), monitor.lowOffset(0), monitor.lowLength(0)));
        monitor.bindText(buffer("FL   "), 0, 5);
        assertTrue(monitor.isPoint());
        monitor.bindText(buffer("FLA"), 0, 3);
        assertTrue(monitor.isNothing());
    }

    private static void bindAtLeast(SegmentMonitor monitor, String text) {
        monitor.begin();
        monitor.addTextRange(buffer(text), 0, text.length(), true, null, 0, 0, false);
        monitor.end();
    }

    private static UnsafeBuffer buffer(String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] arena, int offset, int length) {
        return new String(arena, offset, length, StandardCharsets.UTF_8);
    }

    static long seed() {
        return Long.getLong("keyfarm.test.seed", System.nanoTime());
    }
}
