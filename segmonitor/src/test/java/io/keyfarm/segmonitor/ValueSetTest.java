package io.keyfarm.segmonitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ValueSetTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    static List<FieldType> types() {
        return Domain.TYPES;
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldObeyTheLawsOfSets(FieldType type) {
        final Domain domain = Domain.of(type);
        final long seed = SegmentMonitorTest.seed();
        for (int i = 0; i < 300 * SCALE; i++) {
            final long one = seed + i;
            final String message = type + " seed " + one;
            final SplittableRandom random = new SplittableRandom(one);
            final Scenario x = Scenario.random(domain, random);
            final Scenario y = Scenario.random(domain, random);
            final ValueSet a = ValueSet.of(x.monitor);
            final ValueSet b = ValueSet.of(y.monitor);
            assertHolds(or(x.model, y.model), a.union(b), domain, message);
            assertHolds(and(x.model, y.model), a.intersect(b), domain, message);
            assertHolds(andNot(x.model, y.model), a.minus(b), domain, message);

            assertSame(a.union(b), b.union(a), message);
            assertSame(a.intersect(b), b.intersect(a), message);
            assertSame(a.union(b).complement(), a.complement().intersect(b.complement()), message);
            assertSame(a.intersect(b).complement(), a.complement().union(b.complement()), message);
            assertSame(a, a.minus(b).union(a.intersect(b)), message);
            assertSame(a, a.union(a.intersect(b)), message);
            assertSame(a.minus(ValueSet.onlyNull(type)), a.complement().complement(), message);
            assertSame(ValueSet.notNull(type), a.minus(ValueSet.onlyNull(type)).union(a.complement()), message);
            assertTrue(a.intersect(a.complement()).isEmpty(), message);
            if (domain.isWhole) {
                assertEquals(x.model.equals(y.model), a.equals(b), message);
            }
        }
    }

    private static void assertHolds(BitSet model, ValueSet set, Domain domain, String message) {
        for (int i = 0; i < domain.size; i++) {
            assertEquals(model.get(i), set.contains(domain.value(i)), message);
        }
        assertEquals(model.get(domain.size), set.contains(null), message);
    }

    private static void assertSame(ValueSet expected, ValueSet actual, String message) {
        assertEquals(expected, actual, message);
        assertEquals(expected.hashCode(), actual.hashCode(), message);
        assertEquals(expected.toString(), actual.toString(), message);
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldReadBackWhatItPrintsAndEncodes(FieldType type) {
        final Domain domain = Domain.of(type);
        final long seed = SegmentMonitorTest.seed();
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        for (int i = 0; i < 300 * SCALE; i++) {
            final long one = seed + i;
            final ValueSet set = ValueSet.of(Scenario.random(domain, new SplittableRandom(one)).monitor);
            assertEquals(set, ValueSet.parse(type, set.toString()), () -> type + " " + set + " seed " + one);
            final int length = set.encode(buffer, 3);
            assertEquals(set.encodedBytes(), length, () -> type + " seed " + one);
            assertEquals(set, ValueSet.decode(type, buffer, 3, length), () -> type + " seed " + one);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldTakeBytesOnlyAsItWouldWriteThem(FieldType type) {
        final Domain domain = Domain.of(type);
        final long seed = SegmentMonitorTest.seed();
        for (int i = 0; i < 500 * SCALE; i++) {
            final long one = seed + i;
            final SplittableRandom random = new SplittableRandom(one);
            final ValueSet set = ValueSet.of(Scenario.random(domain, random).monitor);
            final byte[] bytes = new byte[set.encodedBytes()];
            set.encode(new UnsafeBuffer(bytes), 0);
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] += (byte) random.nextInt(-2, 3);
            }
            final byte[] given = Arrays.copyOf(bytes, Math.max(0, bytes.length + random.nextInt(-2, 2)));
            try {
                final ValueSet decoded = ValueSet.decode(type, new UnsafeBuffer(given), 0, given.length);
                final byte[] again = new byte[decoded.encodedBytes()];
                decoded.encode(new UnsafeBuffer(again), 0);
                assertEquals(Arrays.toString(given), Arrays.toString(again), () -> type + " seed " + one);
            } catch (BadValueException e) {
                assertTrue(e.toString().contains(": an encoded value set "), e::toString);
            }
        }
    }

    @Test
    void shouldPrintAsItIsReadAtAWhiteboard() {
        final FieldType text = FieldType.VARCHAR;
        assertPrints("[1,5],[9],null", ValueSet.of(FieldType.INT32, 3, 9, 1, 2, 5, 4, null));
        assertPrints("(,5]", ValueSet.lessThan(FieldType.INT32, 6));
        assertPrints("[-128]", ValueSet.of(FieldType.INT8, -128));
        assertPrints("*", ValueSet.wild(FieldType.DATE));
        assertPrints("(,)", ValueSet.notNull(FieldType.DATE));
        assertPrints("null", ValueSet.onlyNull(text));
        assertPrints("[]", ValueSet.empty(text));
        assertPrints("[2024-01-31,)", ValueSet.atLeast(FieldType.DATE, LocalDate.of(2024, 1, 31)));
        assertPrints("[1.50]", ValueSet.of(FieldType.decimal(5, 2), new BigDecimal("1.5")));
        assertPrints("(,)", ValueSet.of(FieldType.BOOL, true, false));
        assertPrints("[0.0]", ValueSet.of(FieldType.FLOAT64, -0.0));
        assertPrints("[1.5,)", ValueSet.atLeast(FieldType.FLOAT64, 1.5));
        assertTrue(ValueSet.greaterThan(FieldType.FLOAT64, Double.POSITIVE_INFINITY)
                .contains(Double.NaN));
        assertPrints("[FL],[GA]", ValueSet.of(FieldType.character(2), "GA", "FL"));
        assertPrints("(a,b)", ValueSet.range(text, "a", false, "b", false));
        assertPrints("[a,b]", ValueSet.between(text, "a", "b"));
        assertPrints("[ab,ac)", ValueSet.prefix(text, "ab"));
        assertPrints("[\\xff,)", ValueSet.prefix(FieldType.BYTES, new byte[] {-1}));
        assertPrints("['']", ValueSet.of(text, ""));
        assertPrints("('',)", ValueSet.greaterThan(text, ""));
        assertPrints("['it\\'s a \\\\, \\x0a']", ValueSet.of(text, "it's a \\, \n"));
        assertPrints("['*'],[null],null", ValueSet.of(text, "null", "*", null));
        assertPrints("['é']", ValueSet.of(text, "é"));
        assertPrints("(,a),(a,)", ValueSet.of(text, "a").complement());
    }

    private static void assertPrints(String expected, ValueSet set) {
        assertEquals(expected, set.toString());
        assertEquals(set, ValueSet.parse(set.type(), expected));
    }

    @Test
    void shouldSayWhatIsWrongWithAText() {
        assertRefused("a set of int32 has ',' at character 2, not its end", "[5");
        assertRefused("a set of int32 has a value at character 1, not '?]'", "[?]");
        assertRefused("a set of int32 has an end at character 3, not '[6]'", "[5][6]");
        assertRefused("int32 holds -2147483648 to 2147483647, but not 99999999999", "[99999999999]");
        assertRefused("'5x' is no int32", "[5x]");
        assertRefused("a set of int32 has '(' at character 0, not its end", "");
        assertEquals(
                "char(2) holds 2 bytes, but 'FLA' needs 3",
                assertThrows(BadValueException.class, () -> ValueSet.parse(FieldType.character(2), "[FLA]"))
                        .getMessage());
        assertEquals(
                "char(2) holds 2 bytes, but 'FLA' needs 3",
                assertThrows(BadValueException.class, () -> ValueSet.of(FieldType.character(2), "FLA"))
                        .getMessage());
        assertEquals(ValueSet.of(FieldType.INT32, 5, null), ValueSet.parse(FieldType.INT32, " [ 5 ] , null "));
        assertFalse(ValueSet.parse(FieldType.INT32, "(5,6)").contains(5));
        assertTrue(ValueSet.parse(FieldType.INT32, "(5,6)").isEmpty());
    }

    private static void assertRefused(String message, String text) {
        final Executable parse = () -> ValueSet.parse(FieldType.INT32, text);
        assertEquals(message, assertThrows(BadValueException.class, parse).getMessage());
    }

    private static BitSet or(BitSet a, BitSet b) {
        final BitSet result = (BitSet) a.clone();
        result.or(b);
        return result;
    }

    private static BitSet and(BitSet a, BitSet b) {
        final BitSet result = (BitSet) a.clone();
        result.and(b);
        return result;
    }

    private static BitSet andNot(BitSet a, BitSet b) {
        final BitSet result = (BitSet) a.clone();
        result.andNot(b);
        return result;
    }
}
