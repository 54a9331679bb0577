package io.keyfarm.query.eval;

import static io.keyfarm.query.Param.param;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.query.Condition;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** That what a monitor can express goes into one, for a key to narrow by, and is not merely confirmed. */
final class MonitorsTest {
    private static final Table TABLE = Table.of("t: a int32, b int32 null, s varchar, c char(3)");
    private static final FieldRef A = TABLE.field("a");
    private static final FieldRef B = TABLE.field("b");
    private static final FieldRef S = TABLE.field("s");
    private static final FieldRef C = TABLE.field("c");

    @Test
    void shouldMakeOneMonitorOfAllThatIsAskedOfAField() {
        assertBound("a [5,5]", A.is(5));
        assertBound("a [1,3] [7,7]", A.between(1, 3).or(A.is(7)));
        assertBound("a [2,3]", A.between(1, 3).and(A.greaterThan(1)));
        assertBound("a [-2147483648,4] [6,2147483647]", A.is(5).not());
        assertBound("a [1,1] [3,3] b [9,9]", A.in(1, 2, 3).and(B.is(9)).and(A.isNot(2)));
        assertBound(
                "a [1,2]", A.atLeast(1).and(A.atMost(5)).and(A.is(1).or(A.is(2)).or(A.is(9))));
        assertBound("b [1,1] null", B.is(1).or(B.isNull()));
        assertBound("b [-2147483648,0] [2,2147483647]", B.is(1).or(B.isNull()).not());
        assertBound("b [-2147483648,2147483647]", B.isNotNull());
        assertBound("b [1,1] a [1,1]", A.isNot(1).or(B.isNot(1)).not());
    }

    @Test
    void shouldSayThatNothingCanMatch() {
        assertBound("nothing", A.in());
        assertBound("nothing", A.is(1).and(A.is(2)));
        assertBound("nothing", A.isNull());
        assertBound("nothing", A.is(1).and(B.is(1).and(B.isNull())));
        assertBound("", A.isNotNull());
        assertBound("", A.isNull().or(A.isNotNull()));
    }

    @Test
    void shouldMakeRangesOfPrefixes() {
        assertBound("s [ab,ac)", S.startsWith("ab"));
        assertBound("s [ab,ac)", S.like("ab%"));
        assertBound("s [a%,a&)", S.like("a!%%", '!'));
        assertBound("s [ab,ab\\0)", S.like("ab"));
        assertBound("", S.like("%"));
        assertBound("b [-2147483648,2147483647]", B.isNull().not());
        assertBound("s [,ab) [ac,)", S.like("ab%").not());
        assertBound("s [ab,ac) rest", S.like("ab%c"));
        assertBound("rest", S.like("%ab"));
        assertBound("rest", S.like("ab%c").not());
        assertBound("rest", S.contains("ab"));
        // What looks like a prefix of the padded text is none of the text.
        assertBound("c [a \\0,a!\\0) rest", C.startsWith("a "));
    }

    @Test
    void shouldLeaveWhatIsAskedOfSeveralFieldsToTheRest() {
        assertBound("rest", A.is(1).or(B.is(2)));
        assertBound("a [1,1] rest", A.is(B).and(A.is(1)));
        assertBound("a [1,1] rest", A.is(1).or(B.is(2)).and(A.is(1)));
    }

    @Test
    void shouldMakeAMonitorWildWhereItsParameterIsAbsent() {
        final Condition optional = A.is(param("a").optional());
        assertBound("", optional);
        assertBound("a [7,7]", optional, "a", 7);
        assertBound("nothing", optional, "a", null);
        final Condition invariant = param("a").isAbsent().or(A.is(param("a")));
        assertBound("", invariant);
        assertBound("a [7,7]", invariant, "a", 7);
        // Also where it leaves one field of two.
        final Condition either = A.is(1).or(param("on").isAbsent().not().and(B.in(param("on"))));
        assertBound("a [1,1]", either);
        assertBound("rest", either, "on", List.of(5));
        final Condition both = param("on").isAbsent().or(A.is(1).and(B.in(param("on"))));
        assertBound("", both);
        assertBound("a [1,1] b [5,5]", both, "on", List.of(5));
    }

    private static void assertBound(String expected, Condition condition) {
        assertBound(expected, condition, Map.of());
    }

    private static void assertBound(String expected, Condition condition, String name, @Nullable Object value) {
        final Map<String, @Nullable Object> given = new HashMap<>();
        given.put(name, value);
        assertBound(expected, condition, given);
    }

    private static void assertBound(String expected, Condition condition, Map<String, @Nullable Object> given) {
        final QueryPlan plan = Query.from(TABLE).where(condition).compile();
        final BoundConditions bound = new BoundConditions(plan, new RecordLayout(TABLE.schema()));
        final Parameters parameters = new Parameters(plan);
        given.forEach(parameters::set);
        final ExpandableArrayBuffer block = new ExpandableArrayBuffer();
        bound.bind(block, 0, parameters.encode(block, 0));
        assertEquals(words(expected), words(print(bound)), condition::toString);
    }

    /** In any order of fields. */
    private static List<String> words(String text) {
        return Arrays.stream(text.split("(?=\\b[abcs] \\[)|(?=\\brest)"))
                .map(String::strip)
                .sorted()
                .toList();
    }

    private static String print(BoundConditions bound) {
        if (bound.isNothing()) {
            return "nothing";
        }
        final StringBuilder text = new StringBuilder();
        for (int field = 0; field < TABLE.schema().fieldCount(); field++) {
            final SegmentMonitor monitor = bound.monitors()[field];
            if (monitor == null || monitor.isWild()) {
                continue;
            }
            text.append(' ').append(TABLE.schema().field(field).name());
            for (int range = 0; range < monitor.rangeCount(); range++) {
                text.append(' ').append(print(monitor, range));
            }
            text.append(monitor.admitsNull() ? " null" : "");
        }
        return text.append(bound.hasRest() ? " rest" : "").toString().strip();
    }

    private static String print(SegmentMonitor monitor, int range) {
        if (!monitor.type().isText()) {
            return "[" + monitor.low(range) + "," + monitor.high(range) + "]";
        }
        final byte[] arena = monitor.arena();
        final String low =
                new String(arena, monitor.lowOffset(range), monitor.lowLength(range), StandardCharsets.UTF_8);
        final String high = monitor.highLength(range) == SegmentMonitor.NO_END
                ? ""
                : new String(arena, monitor.highOffset(range), monitor.highLength(range), StandardCharsets.UTF_8);
        return ("[" + low.stripTrailing() + "," + high.stripTrailing() + ")").replace("\0", "\\0");
    }
}
