package io.keyfarm.query.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ConditionsAgainstTheJudgeTest {
    private static final int TABLES = 60 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 120;

    static LongStream seeds() {
        return LongStream.range(0, TABLES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepTheRowsThatTheJudgeKeeps(long seed) {
        final Random random = new Random(seed);
        try (RandomTable table = new RandomTable(random, random.nextInt(random.nextInt(4) == 0 ? 700 : 80))) {
            for (int i = 0; i < QUERIES; i++) {
                checkOne(table, random, "seed " + seed + ", query " + i);
            }
        }
    }

    private static void checkOne(RandomTable table, Random random, String where) {
        final Ask.Maker maker = new Ask.Maker(random, table.schema);
        final Ask ask = maker.condition(random.nextInt(5));
        final Table words = Table.of(table.schema);
        final Query query = Query.from(words).where(ask.words(words));
        final QueryPlan plan = QueryPlan.decode(query.compile().bytes());
        final BoundConditions bound = new BoundConditions(plan, table.slab.layout());
        final Parameters parameters = new Parameters(plan);
        final ExpandableArrayBuffer block = new ExpandableArrayBuffer();
        // The same conditions bound again and again: nothing of the last run may stay.
        for (int run = 0; run < (maker.uses.isEmpty() ? 1 : 6); run++) {
            final Map<String, @Nullable Object> given = maker.given();
            parameters.clear();
            given.forEach(parameters::set);
            final int length = parameters.encode(block, 7);
            bound.bind(block, 7, length);
            final List<Integer> expected = new ArrayList<>();
            for (int row = 0; row < table.rows.size(); row++) {
                if (Boolean.TRUE.equals(ask.judge(table.rows.get(row), given, false))) {
                    expected.add(row);
                }
            }
            final String why = where + ", run " + run + ": " + query + " with " + given;
            assertEquals(expected, found(table, bound), why);
            assertFalse(bound.isNothing() && !expected.isEmpty(), why);
        }
    }

    private static List<Integer> found(RandomTable table, BoundConditions bound) {
        final int[] rows = new int[table.slab.rowCount()];
        Arrays.setAll(rows, i -> i);
        int count = rows.length;
        final @Nullable SegmentMonitor[] monitors = bound.monitors();
        for (int field = 0; field < monitors.length; field++) {
            final SegmentMonitor monitor = monitors[field];
            if (monitor != null) {
                count = new RowFilter(table.slab.layout(), field).confirm(table.slab, monitor, rows, count);
            }
        }
        if (bound.hasRest()) {
            count = bound.confirmRest(table.slab, rows, count);
        }
        return Arrays.stream(rows, 0, count).boxed().toList();
    }
}
