package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class QueryTallyTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);
    private static final TableSchema SCHEMA =
            TableSchema.parse("t: a int32, b int32, c varchar, d int32, e int32 null");
    private static final int[] ALL = {0, 1, 2, 3, 4};

    private final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[5];

    private static QueryTally tally() {
        return new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(1));
    }

    @Test
    void shouldOrderAKeyByTheFieldsMostOftenAskedFor() {
        final QueryTally tally = QueryTally.parse("""
                state          100
                state zip       90
                name            40
                city             1
                """);
        assertEquals("""
                state.zip    serves 190
                name         serves 40
                """, KeyAdvisor.advise(tally, 2).toString());
        assertEquals(tally.toString(), QueryTally.parse(tally.toString()).toString());
        assertThrows(BadValueException.class, () -> QueryTally.parse("state many"));
        assertThrows(BadValueException.class, () -> QueryTally.parse("90"));
    }

    @Test
    void shouldCountWhatAStripeSawAndKeepWhatWasAsked() {
        final TallyStripe stripe = new TallyStripe(SCHEMA, 7);
        final QueryTally tally = tally();
        for (int i = 0; i < 100; i++) {
            monitors[0] = bound(0, ValueSet.of(SCHEMA.field(0).type(), i));
            monitors[2] = i % 4 == 0 ? bound(2, ValueSet.of(SCHEMA.field(2).type(), "x" + i, "y")) : null;
            stripe.count(ALL, 5, monitors);
        }
        assertTrue(stripe.drain(tally));
        assertEquals("a    75\na c{2}    25\n", tally.toString());
        final Shape both = Shape.parse("a c{2}");
        assertEquals(8, tally.predicates(both).size());
        for (final ValueSet[] predicate : tally.predicates(both)) {
            final String number = predicate[0].toString().replaceAll("[^0-9]", "");
            assertEquals(0, Integer.parseInt(number) % 4);
            assertTrue(predicate[1].toString().contains("x" + number), predicate[1]::toString);
        }
        assertTrue(stripe.drain(tally));
        assertEquals(100, tally.count(Shape.parse("a")) + tally.count(both));
    }

    private static SegmentMonitor bound(int field, ValueSet set) {
        final SegmentMonitor monitor = new SegmentMonitor(SCHEMA.field(field).type());
        monitor.bind(set);
        return monitor;
    }

    @Test
    void shouldNeverCountAFrequentShapeTooLowNorTooHighByMoreThanItOwes() {
        for (long seed = 0; seed < 5L * SCALE; seed++) {
            final Random random = new Random(seed);
            final QueryTally tally = tally();
            final QueryTally other = tally();
            final Map<Shape, Double> truth = new HashMap<>();
            for (int i = 0; i < 20_000; i++) {
                final int rank = (int) Math.exp(random.nextDouble() * Math.log(2000));
                final Shape shape = Shape.parse("f" + rank);
                truth.merge(shape, 1.0, Double::sum);
                (random.nextInt(3) == 0 ? other : tally).count(shape, 1);
            }
            tally.merge(other);
            assertEquals(QueryTally.MAX_SHAPES, tally.shapes().size());
            for (final Shape shape : tally.shapes()) {
                final double count = truth.getOrDefault(shape, 0.0);
                assertTrue(tally.count(shape) >= count - 1e-9, "seed " + seed + " " + shape);
                assertTrue(tally.count(shape) - tally.owed(shape) <= count + 1e-9, "seed " + seed + " " + shape);
            }
            truth.forEach((shape, count) ->
                    assertTrue(count < 200 || tally.count(shape) > 0, () -> shape + " was asked " + count + " times"));
        }
    }

    @Test
    void shouldOweWhatAStripeOfManyShapesMayHaveCountedTwice() {
        final TallyStripe stripe = new TallyStripe(SCHEMA, 7);
        final Map<Shape, Double> truth = new HashMap<>();
        final Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            for (int field = 0; field < 5; field++) {
                final int values = 1 << random.nextInt(4);
                final boolean isAsked = field != 2 && random.nextInt(3) > 0;
                final Object[] some = new Object[values];
                Arrays.setAll(some, at -> at * 10);
                monitors[field] =
                        isAsked ? bound(field, ValueSet.of(SCHEMA.field(field).type(), some)) : null;
            }
            stripe.count(ALL, 5, monitors);
            truth.merge(shape(), 1.0, Double::sum);
        }
        final QueryTally tally = tally();
        assertTrue(stripe.drain(tally));
        assertTrue(truth.size() > StripeHalf.SHAPES);
        assertEquals(StripeHalf.SHAPES, tally.shapes().size());
        for (final Shape shape : tally.shapes()) {
            final double count = truth.getOrDefault(shape, 0.0);
            assertTrue(tally.count(shape) >= count, shape::toString);
            assertTrue(tally.count(shape) - tally.owed(shape) <= count, shape::toString);
        }
    }

    private Shape shape() {
        final Map<String, FieldUse> uses = new HashMap<>();
        for (int field = 0; field < 5; field++) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null && FieldUse.code(monitor) != FieldUse.NONE) {
                uses.put(SCHEMA.field(field).name(), FieldUse.of(FieldUse.code(monitor)));
            }
        }
        return Shape.of(uses);
    }

    @Test
    void shouldFadeByTheClockItIsGiven() {
        final QueryTally tally = new QueryTally(100, new SplittableRandom(1));
        tally.count(Shape.parse("a"), 80);
        tally.advance(200);
        tally.count(Shape.parse("b"), 20);
        assertEquals("a    20\nb    20\n", tally.toString());
        tally.advance(150);
        assertEquals(20, tally.count(Shape.parse("a")));
        tally.advance(2000);
        assertEquals("", tally.toString());
    }

    @Test
    void shouldKeepAFairSampleOfPredicates() {
        final int[] kept = new int[10];
        for (long seed = 0; seed < 200; seed++) {
            final TallyStripe stripe = new TallyStripe(SCHEMA, seed * 77);
            for (int i = 0; i < 1000; i++) {
                monitors[0] = bound(0, ValueSet.of(SCHEMA.field(0).type(), i));
                stripe.count(ALL, 5, monitors);
            }
            final QueryTally tally = tally();
            stripe.drain(tally);
            for (final ValueSet[] predicate : tally.predicates(Shape.parse("a"))) {
                kept[Integer.parseInt(predicate[0].toString().replaceAll("[^0-9]", "")) / 100]++;
            }
        }
        for (final int tenth : kept) {
            assertTrue(tenth > 95 && tenth < 230, Arrays.toString(kept));
        }
    }

    @Test
    void shouldKeepPredicatesByTheWeightOfTheirQueries() {
        final int[] kept = new int[2];
        for (long seed = 0; seed < 400; seed++) {
            final TallyStripe stripe = new TallyStripe(SCHEMA, seed * 77);
            final Random random = new Random(seed);
            long sum = 0;
            for (int i = 0; i < 400; i++) {
                final int isHeavy = random.nextInt(2);
                monitors[0] = bound(0, ValueSet.of(SCHEMA.field(0).type(), isHeavy));
                stripe.count(ALL, 5, monitors, isHeavy == 1 ? 3 : 1);
                sum += isHeavy == 1 ? 3 : 1;
            }
            final QueryTally tally = tally();
            stripe.drain(tally);
            assertEquals((double) sum, tally.count(Shape.parse("a")));
            assertEquals(8, tally.predicates(Shape.parse("a")).size());
            for (final ValueSet[] predicate : tally.predicates(Shape.parse("a"))) {
                kept[Integer.parseInt(predicate[0].toString().replaceAll("[^0-9]", ""))]++;
            }
        }
        assertEquals(0.75, kept[1] / (double) (kept[0] + kept[1]), 0.05, Arrays.toString(kept));
    }

    @Test
    void shouldComeBackFromItsBytesAndRefuseOthers() {
        final TallyStripe stripe = new TallyStripe(SCHEMA, 7);
        for (int i = 0; i < 500; i++) {
            monitors[1] = bound(1, ValueSet.between(SCHEMA.field(1).type(), i, 9000));
            monitors[2] = i % 3 == 0 ? bound(2, ValueSet.of(SCHEMA.field(2).type(), "text" + i)) : null;
            stripe.count(ALL, 5, monitors);
        }
        final QueryTally tally = new QueryTally(5000, new SplittableRandom(1));
        tally.advance(77);
        stripe.drain(tally);
        final byte[] bytes = tally.encode();
        final QueryTally back = QueryTally.decode(bytes, SCHEMA, new SplittableRandom(1));
        assertEquals(tally.toString(), back.toString());
        assertTrue(Arrays.equals(bytes, back.encode()));
        final Random random = new Random(5);
        for (int i = 0; i < 5000; i++) {
            final byte[] spoilt = Arrays.copyOf(bytes, i % 3 == 0 ? random.nextInt(bytes.length) : bytes.length);
            for (int j = 0; j <= i % 4 && spoilt.length > 0; j++) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
            }
            try {
                QueryTally.decode(spoilt, SCHEMA, new SplittableRandom(1)).encode();
            } catch (BadValueException e) {
                assertTrue(String.valueOf(e.getMessage()).length() > 5);
            }
        }
    }

    @Test
    void shouldAllocateNothingForAQuery() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final TallyStripe stripe = new TallyStripe(SCHEMA, 7);
        monitors[0] = bound(0, ValueSet.of(SCHEMA.field(0).type(), 1));
        monitors[2] = bound(2, ValueSet.of(SCHEMA.field(2).type(), "some text"));
        final long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20 && least > 0; round++) {
            final long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 20_000; i++) {
                stripe.count(ALL, 5, monitors);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        assertTrue(least < 500, least + " bytes for 20,000 queries");
    }

    @Test
    void shouldLoseNoQueryWhileAnotherThreadDrains() throws InterruptedException {
        final TallyStripe stripe = new TallyStripe(SCHEMA, 7);
        final int queries = 300_000 * SCALE;
        final AtomicBoolean isDone = new AtomicBoolean();
        monitors[0] = bound(0, ValueSet.of(SCHEMA.field(0).type(), 1));
        final Thread reader = new Thread(() -> {
            for (int i = 0; i < queries; i++) {
                stripe.count(ALL, 5, monitors);
            }
            isDone.set(true);
        });
        reader.start();
        final QueryTally tally = tally();
        int drained = 0;
        while (!isDone.get()) {
            drained += stripe.drain(tally) ? 1 : 0;
            Thread.onSpinWait();
        }
        reader.join();
        // Once for what a turn had to leave, and once for each half.
        for (int i = 0; i < 3; i++) {
            stripe.drain(tally);
        }
        assertEquals(queries, tally.count(Shape.parse("a")), drained + " drains");
    }
}
