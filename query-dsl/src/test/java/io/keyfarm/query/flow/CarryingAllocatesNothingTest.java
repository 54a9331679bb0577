package io.keyfarm.query.flow;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Children.children;
import static io.keyfarm.query.Expr.concat;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Steps that work row by row make objects for a batch at most, and never for a row. */
final class CarryingAllocatesNothingTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROWS = 8 * RowBatch.SIZE;
    private static final Table TABLE = Table.of("t: id int64, group int32, name varchar, price decimal(8,2)");
    private static final FieldRef GROUP = TABLE.field("group");
    private static final FieldRef NAME = TABLE.field("name");
    private static final FieldRef PRICE = TABLE.field("price");

    private final FlowMemory memory = new FlowMemory(MemoryLedger.unlimited("test"), 64 << 20);

    private static Slab slab() {
        try (SlabBuilder builder = new SlabBuilder(TABLE.schema(), MemoryLedger.unlimited("test"), 1 << 16)) {
            for (int i = 0; i < ROWS; i++) {
                builder.beginRow()
                        .putLong(0, i)
                        .putLong(1, i / 100)
                        .putText(2, "a name that is longer than its slot")
                        .putLong(3, i)
                        .endRow();
            }
            return builder.build();
        }
    }

    private static Step last(Flow flow) {
        final FlowPlan plan = flow.compile();
        return plan.steps().get(plan.steps().size() - 1);
    }

    @Test
    void shouldIterateAndRollUpWithoutAllocating() {
        try (Slab slab = slab()) {
            final Flow flow = from(TABLE)
                    .runsOf(GROUP)
                    .when(before -> before.field("total").lessThan(1_000_000))
                    .iterate(
                            running("total", 0, before -> before.field("total").plus(PRICE)),
                            running(
                                    "names",
                                    "",
                                    before -> concat(before.field(NAME).substring(1, 9), NAME)));
            allocatesNothing(new IterateActivity(
                    scan(slab), (Step.Iterate) last(flow), new RecordLayout(flow.schema()), memory, StopSignal.NEVER));
            final Flow rolled = from(TABLE)
                    .runsOf(GROUP)
                    .rollup(running(
                            "total", PRICE, before -> before.field("total").plus(PRICE)));
            allocatesNothing(new IterateActivity(
                    scan(slab),
                    (Step.Iterate) last(rolled),
                    new RecordLayout(rolled.schema()),
                    memory,
                    StopSignal.NEVER));
        }
    }

    @Test
    void shouldRepeatRowsWithoutAllocating() {
        try (Slab slab = slab()) {
            final Flow flow = from(TABLE).normalize(GROUP.remainder(3), "n");
            allocatesNothing(new NormalizeActivity(
                    scan(slab),
                    ((Step.Normalize) last(flow)).times(),
                    new RecordLayout(flow.schema()),
                    memory,
                    StopSignal.NEVER));
        }
    }

    @Test
    void shouldTellOfChildrenWithoutAllocating() {
        final Table kids = TABLE.as("kids");
        final FieldRef kidsGroup = kids.field("group");
        try (Slab slab = slab()) {
            final Flow flow = from(TABLE)
                    .denormalize(children(kids)
                            .on(kidsGroup.is(GROUP))
                            .orderBy(kids.field("id").descending())
                            .limit(3)
                            .aggregate(count(), sum(kids.field("price").minus(PRICE))));
            allocatesNothing(
                    new ChildrenActivity(
                            scan(slab),
                            new HashJoinCore(
                                    slab.layout(), new int[] {1}, scan(slab), new int[] {1}, memory, StopSignal.NEVER),
                            ((Step.Denormalize) last(flow)).how(),
                            new RecordLayout(flow.schema()),
                            null,
                            memory,
                            StopSignal.NEVER),
                    // Each row is a child of a hundred.
                    100 * ROWS);
        }
    }

    private static void allocatesNothing(Activity activity) {
        allocatesNothing(activity, ROWS);
    }

    private static void allocatesNothing(Activity activity, int rows) {
        final RowBatch batch = new RowBatch(activity.layout());
        long least = Long.MAX_VALUE;
        try (activity) {
            for (int round = 0; round < 40 && least > rows; round++) {
                final long before = THREADS.getCurrentThreadAllocatedBytes();
                activity.begin();
                while (activity.next(batch) > 0) {}
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
        }
        final long bytes = least;
        assertTrue(bytes < 4L * rows, () -> bytes + " bytes were allocated for " + rows + " rows");
    }

    private static Activity scan(Slab slab) {
        return new Activity() {
            private int next;

            @Override
            public RecordLayout layout() {
                return slab.layout();
            }

            @Override
            public void begin() {
                next = 0;
            }

            @Override
            public int next(RowBatch batch) {
                batch.begin(slab.heapBases());
                while (next < slab.rowCount() && !batch.isFull()) {
                    batch.add(slab.address(next++));
                }
                return batch.count();
            }

            @Override
            public void close() {}
        };
    }
}
