package io.keyfarm.query.eval;

import static io.keyfarm.query.Param.param;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.query.Condition;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class BindingAllocatesNothingTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Table TABLE =
            Table.of("t: id int64, state char(2), make varchar null, year uint16, built uint16");
    private static final FieldRef ID = TABLE.field("id");
    private static final FieldRef STATE = TABLE.field("state");
    private static final FieldRef MAKE = TABLE.field("make");
    private static final FieldRef YEAR = TABLE.field("year");

    private final UnsafeBuffer block = new UnsafeBuffer(new byte[1024]);
    private final UnsafeBuffer text = new UnsafeBuffer("FORD".getBytes(StandardCharsets.UTF_8));

    @Test
    void shouldBindAPointWithoutAllocating() {
        allocatesNothing(ID.is(param("id")), (parameters, i) -> parameters.setLong(0, i));
    }

    @Test
    void shouldBindARangeWithoutAllocating() {
        allocatesNothing(
                ID.between(param("low"), param("high")).and(YEAR.greaterThan(param("year"))),
                (parameters, i) -> parameters.setLong(0, i).setLong(1, i + 10).setLong(2, i & 1023));
    }

    @Test
    void shouldBindSetsWithoutAllocating() {
        allocatesNothing(
                YEAR.in(param("years")).and(STATE.in("FL", "GA", "AL")).and(MAKE.in(param("makes"))),
                (parameters, i) -> {
                    parameters.beginSet(0);
                    for (int k = 0; k < 20; k++) {
                        parameters.addLong(0, (i * 7919 + k * 31) & 1023);
                    }
                    parameters.beginSet(1).addText(1, text, 0, 4).addText(1, text, 0, i & 3);
                });
    }

    @Test
    void shouldBindOptionalParametersWithoutAllocating() {
        allocatesNothing(
                MAKE.is(param("make").optional()).and(param("state").isAbsent().or(STATE.is(param("state")))),
                (parameters, i) -> {
                    parameters.clear();
                    if ((i & 1) == 0) {
                        parameters.setText(0, text, 0, 4);
                    }
                    if ((i & 2) == 0) {
                        parameters.setText(1, text, 0, 2);
                    }
                });
    }

    @Test
    void shouldBindPatternsAndTreesWithoutAllocating() {
        allocatesNothing(
                MAKE.like(param("pattern"))
                        .and(YEAR.is(param("a")).or(YEAR.lessThan(param("b"))).not())
                        .and(YEAR.is(TABLE.field("built"))
                                .or(MAKE.contains("O"))
                                .or(STATE.is(param("s")))),
                (parameters, i) -> parameters
                        .setText(0, text, 0, i & 3)
                        .setLong(1, i & 1023)
                        .setLong(2, i & 511)
                        .setText(3, text, 0, 2));
    }

    private interface Giver {
        void give(Parameters parameters, int run);
    }

    /** From parameters to rows in a frame. */
    private void allocatesNothing(Condition condition, Giver giver) {
        final QueryPlan plan = Query.from(TABLE).where(condition).compile();
        try (Slab slab = slab()) {
            final BoundConditions bound = new BoundConditions(plan, slab.layout());
            final Projection projection = new Projection(plan, slab.layout());
            final Parameters parameters = new Parameters(plan);
            final int[] rows = new int[slab.rowCount()];
            final long frame = Memory.allocate(1 << 16);
            long least = Long.MAX_VALUE;
            long kept = 0;
            for (int round = 0; round < 20 && least > 0; round++) {
                final long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 2000; i++) {
                    giver.give(parameters, i);
                    bound.bind(block, 0, parameters.encode(block, 0));
                    for (int row = 0; row < rows.length; row++) {
                        rows[row] = row;
                    }
                    final int count = bound.confirmRest(slab, rows, rows.length);
                    projection.begin(frame, 1 << 16);
                    projection.append(slab, rows, 0, count);
                    kept += projection.finish();
                }
                // What the JIT still allocates goes away; what the code allocates stays.
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            Memory.free(frame);
            assertEquals(0, least / 2000, "bytes allocated in each run of " + plan);
            assertTrue(kept > 0);
        }
    }

    private static Slab slab() {
        try (SlabBuilder builder = new SlabBuilder(TABLE.schema(), MemoryLedger.unlimited("test"), 1 << 16)) {
            for (int i = 0; i < 100; i++) {
                builder.beginRow()
                        .putLong(0, i)
                        .putText(1, "FL")
                        .putText(2, "FORD OF THE LONG NAME")
                        .putLong(3, 1900 + i)
                        .putLong(4, 1950)
                        .endRow();
            }
            return builder.build();
        }
    }
}
