package io.keyfarm.query.eval;

import static io.keyfarm.query.Expr.caseWhen;
import static io.keyfarm.query.Expr.concat;
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
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class ComputingAllocatesNothingTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Table TABLE = Table.of("t: id int64, name varchar null, price decimal(8,2), day date");
    private static final FieldRef ID = TABLE.field("id");
    private static final FieldRef NAME = TABLE.field("name");

    @Test
    void shouldComputeNumbersAndDatesWithoutAllocating() {
        allocatesNothing(TABLE.field("price")
                .times(ID.plus(param("more", FieldType.INT64)))
                .greaterThan(100)
                .and(TABLE.field("day").plusMonths(ID).year().lessThan(1999))
                .and(caseWhen(ID.remainder(2).is(0).or(ID.lessThan(param("more", FieldType.INT64))), ID)
                        .otherwise(TABLE.field("price"))
                        .atLeast(0)));
    }

    @Test
    void shouldComputeTextWithoutAllocating() {
        allocatesNothing(concat(NAME.upper(), " ", NAME.substring(1, 3).trim())
                .replace("FORD", "Ford")
                .length()
                .greaterThan(5)
                .and(NAME.lower().like("%long%"))
                .and(NAME.withinEdits("FORD OF THE LONG NAMES", 2))
                .and(ID.plus(param("more", FieldType.INT64)).greaterThan(-1)));
    }

    private static void allocatesNothing(Condition condition) {
        final QueryPlan plan = Query.from(TABLE).where(condition).compile();
        final UnsafeBuffer block = new UnsafeBuffer(new byte[64]);
        try (Slab slab = slab()) {
            final BoundConditions bound = new BoundConditions(plan, slab.layout());
            final Parameters parameters = new Parameters(plan);
            final int[] rows = new int[slab.rowCount()];
            long least = Long.MAX_VALUE;
            long kept = 0;
            for (int round = 0; round < 20 && least > 0; round++) {
                final long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 200; i++) {
                    parameters.setLong(0, i);
                    bound.bind(block, 0, parameters.encode(block, 0));
                    for (int row = 0; row < rows.length; row++) {
                        rows[row] = row;
                    }
                    kept += bound.confirmRest(slab, rows, rows.length);
                }
                // What the JIT still allocates goes away; what the code allocates stays.
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least / 200, "bytes allocated in each run of " + plan);
            assertTrue(kept > 0);
        }
    }

    private static Slab slab() {
        try (SlabBuilder builder = new SlabBuilder(TABLE.schema(), MemoryLedger.unlimited("test"), 1 << 16)) {
            for (int i = 0; i < 300; i++) {
                builder.beginRow()
                        .putLong(0, i)
                        .putText(1, "FORD OF THE LONG NAME")
                        .putLong(2, 100L * i)
                        .putLong(3, i)
                        .endRow();
            }
            return builder.build();
        }
    }
}
