package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShapeTest {
    @ParameterizedTest
    @CsvSource({
        "zip  state,state zip",
        "*,*",
        "make{3} price..   state,make{4} price.. state",
        "make{1},make",
        "make{2},make{2}",
        "make{9999},make{4096}"
    })
    void shouldBeWrittenInOneWay(String text, String written) {
        final Shape shape = Shape.parse(text);
        assertEquals(written, shape.toString());
        assertEquals(shape, Shape.parse(written));
        assertEquals(shape.hashCode(), Shape.parse(written).hashCode());
    }

    @Test
    void shouldTellShapesApartByHowTheyAsk() {
        assertNotEquals(Shape.parse("state"), Shape.parse("state.."));
        assertNotEquals(Shape.parse("state{2}"), Shape.parse("state{4}"));
        assertNotEquals(Shape.parse("state"), Shape.parse("state zip"));
    }

    @Test
    void shouldKnowWhichFieldsHaveValuesAndWhichRanges() {
        final Shape shape = Shape.parse("make{4} price.. state year..");
        assertEquals(List.of("make", "state"), shape.pointFields());
        assertEquals(List.of("price", "year"), shape.rangeFields());
        assertEquals(4, shape.use(0).values());
        assertEquals(FieldUse.RANGE, shape.use("price"));
    }

    @ParameterizedTest
    @CsvSource({"'',reads", "a a,twice", "a{0},reads", "a{x},reads", "a.,reads", "{4},reads", "a=,reads"})
    void shouldSayWhatIsNoShape(String text, String part) {
        final String message = String.valueOf(
                assertThrows(BadValueException.class, () -> Shape.parse(text)).getMessage());
        assertTrue(message.contains(part), message);
    }

    @Test
    void shouldBoundTheFieldsOfAShape() {
        final String many = "a b c d e f g h i j k l m n o p q";
        assertThrows(BadValueException.class, () -> Shape.parse(many));
        assertEquals(16, Shape.parse(many.substring(0, many.length() - 2)).fieldCount());
    }

    @Test
    void shouldReadTheUseOffABoundMonitor() {
        final FieldType type = FieldType.INT32;
        assertEquals("a", use(ValueSet.of(type, 5)));
        assertEquals("a", use(ValueSet.onlyNull(type)).replace("{1}", ""));
        assertEquals("a{2}", use(ValueSet.of(type, 1, 2)));
        assertEquals("a{4}", use(ValueSet.of(type, 1, 20, null)));
        assertEquals("a..", use(ValueSet.between(type, 1, 50)));
        assertEquals("a..", use(ValueSet.atLeast(type, 7)));
        assertEquals("a{8}", use(ValueSet.of(type, 1, 3, 5, 7, 9)));
        final SegmentMonitor wild = new SegmentMonitor(type);
        assertEquals(FieldUse.NONE, FieldUse.code(wild));
        wild.bindNotNull();
        assertEquals(FieldUse.NONE, FieldUse.code(wild));
    }

    private static String use(ValueSet set) {
        final SegmentMonitor monitor = new SegmentMonitor(set.type());
        monitor.bind(set);
        return "a" + FieldUse.of(FieldUse.code(monitor));
    }
}
