package io.keyfarm.query.plan;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class ParametersTest {
    private static final Table TABLE = Table.of("t: a int8, b char(3), c varchar null");
    private static final QueryPlan PLAN = from(TABLE)
            .where(TABLE.field("a").is(param("a")))
            .where(TABLE.field("b").in(param("b").optional()))
            .where(TABLE.field("c").is(param("c").optional()))
            .compile();

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final Parameters parameters = new Parameters(PLAN);
    private final ParameterBlock block = new ParameterBlock(PLAN);

    @Test
    void shouldArriveAsTheyWereSet() {
        parameters.set("a", -5).set("b", List.of("FL", "GAA")).set("c", "long enough");
        assertEquals("a = -5, b in 2 values, c = \"long enough\"", parameters.toString());
        final int length = parameters.encode(buffer, 3);
        assertEquals(parameters.encodedLength(), length);
        block.wrap(buffer, 3, length);
        assertEquals(-5, block.sortable(0));
        assertEquals(2, block.valueCount(1));
        final int first = block.firstText(1);
        assertEquals("FL ", block.buffer().getStringWithoutLengthAscii(first, block.textLength(first)));
        final int second = block.nextText(first);
        assertEquals("GAA", block.buffer().getStringWithoutLengthAscii(second, block.textLength(second)));
        assertEquals(11, block.textLength(block.firstText(2)));

        parameters.clear().setLong(0, 7).setNull(2);
        block.wrap(buffer, 0, parameters.encode(buffer, 0));
        assertEquals(7, block.sortable(0));
        assertTrue(block.isAbsent(1));
        assertTrue(block.isNull(2));
        assertFalse(block.isAbsent(2));
    }

    @Test
    void shouldNameTheParameterInItsError() {
        refuses(":a is not set, and is not optional", () -> parameters.encode(buffer, 0));
        refuses("the query has no parameter :d; it has [:a, :b?, :c?]", () -> parameters.set("d", 1));
        refuses("a is int8 and holds -128 to 127, but not 200", () -> parameters.set("a", 200));
        refuses("a is int8 and holds -128 to 127, but not 200", () -> parameters.setLong(0, 200));
        refuses(":a is int8, not text", () -> parameters.setText(0, new byte[1]));
        refuses(":c is varchar, not a number", () -> parameters.setLong(2, 1));
        refuses(":b is a set", () -> parameters.setText(1, new byte[1]));
        refuses(":b is a set, and takes an Iterable or an array", () -> parameters.set("b", "FL"));
        refuses("b holds 3 bytes, but 'FLAX' needs 4", () -> parameters.set("b", List.of("FL", "FLAX")));
        refuses(":a is one value, not a set", () -> parameters.beginSet(0));
    }

    @Test
    void shouldRefuseBlocksThatAreNone() {
        final int length =
                parameters.set("a", 1).set("b", List.of("FL")).set("c", "x").encode(buffer, 0);
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        for (int cut = 0; cut < length; cut++) {
            final int most = cut;
            assertThrows(BadPlanException.class, () -> block.wrap(new UnsafeBuffer(bytes), 0, most));
        }
        refuses(":a is in state 9, which is nothing known", changed(bytes, 0, 9));
        refuses(":a is not set, and is not optional", changed(bytes, 0, 0));
        refuses(":a is one value, but was given a set", changed(bytes, 0, 3));
        refuses("a is int8 and holds -128 to 127, but not 257", changed(bytes, 2, 1));
        refuses(":b has 0 to 1048576 values, but is said to have -2147483647", changed(bytes, 13, 0x80));
        refuses("b is char(3) and holds 3 bytes, but this text has 2", changed(bytes, 14, 2));
        refuses(":c is cut off after 27 bytes", changed(bytes, 22, 2));
        final UnsafeBuffer longer = new UnsafeBuffer(Arrays.copyOf(bytes, length + 1));
        refuses("the parameters end after 27 bytes of 28", () -> block.wrap(longer, 0, length + 1));
    }

    @Test
    void shouldRefuseOrTakeWhateverComes() {
        final Random random = new Random(5);
        final int length = parameters
                .set("a", 1)
                .set("b", List.of("FL", "GA"))
                .set("c", "xyz")
                .encode(buffer, 0);
        for (int i = 0; i < 20_000; i++) {
            final byte[] bytes = new byte[length];
            buffer.getBytes(0, bytes);
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(length)] = (byte) random.nextInt();
            }
            try {
                block.wrap(new UnsafeBuffer(bytes), 0, length);
                assertTrue(block.sortable(0) >= -128 && block.sortable(0) <= 127);
            } catch (BadPlanException e) {
                assertFalse(String.valueOf(e.getMessage()).isEmpty());
            }
        }
    }

    private Executable changed(byte[] bytes, int at, int value) {
        final byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return () -> block.wrap(new UnsafeBuffer(changed), 0, changed.length);
    }

    private static void refuses(String message, Executable words) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, words).getMessage());
    }
}
