package io.keyfarm.query.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;

/** Whatever bytes come as a plan or as parameters: they are refused by name or they work, in memory bounded by their length. */
final class PlanFuzzTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** What messages of nearly no bytes cost up to their caps. */
    private static final long CONSTANT_BYTES = 4 << 20;

    private static final long MOST_TIMES = 64;

    @FuzzTest(maxDuration = "1m")
    void shouldRefuseOrTakeAnyPlan(byte[] bytes) {
        if (isTaken(bytes.length, () -> QueryPlan.decode(bytes))) {
            work(QueryPlan.decode(bytes));
        }
    }

    /** Whether it was not refused, in bounded memory either way. */
    private static boolean isTaken(int inputBytes, Runnable work) {
        boolean isTaken = false;
        long allocated = Long.MAX_VALUE;
        // Classes are loaded, and instrumented by Jazzer, the first time: the second time counts.
        for (int i = 0; i < 2 && allocated > MOST_TIMES * inputBytes + CONSTANT_BYTES; i++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                work.run();
                isTaken = true;
            } catch (BadPlanException e) {
                assertTrue(String.valueOf(e.getMessage()).length() < 2000, e::getMessage);
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        final long most = allocated;
        assertTrue(most <= MOST_TIMES * inputBytes + CONSTANT_BYTES, () -> most + " bytes for " + inputBytes);
        return isTaken;
    }

    private static void work(QueryPlan plan) {
        assertEquals(plan, QueryPlan.decode(plan.bytes()));
        assertEquals(PlanId.ofPlan(plan.bytes()), plan.id());
        assertTrue(plan.toString().length() >= plan.tableName().length());
        if (plan.fields().isEmpty()) {
            return;
        }
        final RecordLayout layout = new RecordLayout(new TableSchema(plan.tableName(), plan.fields()));
        try {
            bind(plan, new BoundConditions(plan, layout));
        } catch (BadPlanException e) {
            // A regular expression is read where it is used.
            assertTrue(
                    String.valueOf(e.getMessage()).contains("regular expression")
                            || String.valueOf(e.getMessage()).contains("grows beyond"),
                    e::getMessage);
        }
        if (!plan.isCount() && !plan.isGrouped()) {
            assertEquals(
                    plan.rowSchema(),
                    new Projection(plan, layout).outputLayout().schema());
            assertEquals(layout, RowOrder.ofTable(plan, layout).layout());
            assertEquals(plan.rowSchema(), RowOrder.ofRows(plan).layout().schema());
        }
    }

    private static void bind(QueryPlan plan, BoundConditions conditions) {
        if (plan.parameters().stream().allMatch(Parameter::optional)) {
            final Parameters parameters = new Parameters(plan);
            final UnsafeBuffer block = new UnsafeBuffer(new byte[parameters.encodedLength()]);
            conditions.bind(block, 0, parameters.encode(block, 0));
        }
    }

    @FuzzTest(maxDuration = "1m")
    void shouldRefuseOrTakeAnyParameters(byte[] bytes) {
        final QueryPlan plan = FuzzPlans.EVERY_KIND;
        final BoundConditions conditions =
                new BoundConditions(plan, new RecordLayout(new TableSchema(plan.tableName(), plan.fields())));
        final UnsafeBuffer block = new UnsafeBuffer(bytes);
        isTaken(bytes.length, () -> conditions.bind(block, 0, bytes.length));
    }
}
