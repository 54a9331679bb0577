package io.keyfarm.query.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.Aggregation;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

final class GroupPaceTest {
    private static final int LOOK = (int) GroupPace.FIRST_LOOK_ROWS;
    private static final RecordLayout LAYOUT = new RecordLayout(TableSchema.parse("t: n int32, at int64"));
    private static final GroupShape SHAPE = GroupShape.of(
            LAYOUT.schema(),
            new int[] {0},
            List.of(
                    AggregateCall.countRows("rows"),
                    new AggregateCall(Aggregation.SUM, 1, "total"),
                    new AggregateCall(Aggregation.LAST, 1, "last")));

    @Test
    void shouldLetRowsPassWhereThreeOfFourBeginAGroup() {
        final GroupPace pace = new GroupPace();
        pace.begin();
        assertFalse(pace.onGrouped(LOOK - 1, LOOK - 1));
        assertTrue(pace.onGrouped(1, LOOK));
        assertTrue(pace.isPassing());
        pace.onPassed(16 * LOOK - 1);
        assertTrue(pace.isPassing());
        pace.onPassed(1);
        assertFalse(pace.isPassing());
        assertFalse(pace.onGrouped(LOOK, LOOK / 4 * 3));
        assertFalse(pace.onGrouped(LOOK - 1, 2 * LOOK - 1));
        assertTrue(pace.onGrouped(1, 2 * LOOK));
    }

    /** Unique at first, then few groups, then unique again: rows are grouped, pass, and are grouped again. */
    @Test
    void shouldAnswerTheSameHoweverRowsWentBy() {
        final int count = 40 * LOOK;
        final IntUnaryOperator values =
                i -> i < 2 * LOOK ? i : i < 20 * LOOK ? i % 11 : i < 22 * LOOK ? i - 7 : i % 100_000;
        final FlowMemory memory = new FlowMemory(MemoryLedger.unlimited("test"), 1L << 30);
        final Numbered rows = new Numbered(values, count, memory);
        final int[] stateCount = new int[1];
        final Activity states = GroupActivity.partial(rows, SHAPE, 5, memory, StopSignal.NEVER);
        final Activity merged =
                GroupActivity.fromStates(new Counted(states, stateCount), SHAPE, memory, StopSignal.NEVER);
        final List<String> partial = drain(merged);
        final List<String> whole = drain(GroupActivity.complete(rows, SHAPE, memory, StopSignal.NEVER));
        assertEquals(whole.size(), partial.size());
        assertEquals(whole, partial);
        assertTrue(stateCount[0] > 16 * LOOK && stateCount[0] < 30 * LOOK, stateCount[0] + " states");
        assertEquals(0, memory.usedBytes());
    }

    private static List<String> drain(Activity activity) {
        final List<String> all = new ArrayList<>();
        final RowBatch batch = new RowBatch(activity.layout());
        final RowView view = new RowView(activity.layout());
        activity.begin();
        while (activity.next(batch) > 0) {
            for (int i = 0; i < batch.count(); i++) {
                batch.view(i, view);
                all.add(view.getLong(0) + " " + view.getLong(1) + " " + view.getLong(2) + " " + view.getLong(3));
            }
        }
        activity.close();
        return all;
    }

    /** Hands on what it is given, and counts it. */
    private record Counted(Activity input, int[] count) implements Activity {
        @Override
        public RecordLayout layout() {
            return input.layout();
        }

        @Override
        public void begin() {
            input.begin();
        }

        @Override
        public int next(RowBatch batch) {
            final int rows = input.next(batch);
            count[0] += Math.max(0, rows);
            return rows;
        }

        @Override
        public void close() {
            input.close();
        }
    }

    /** A value for each place. */
    private static final class Numbered implements Activity {
        private final IntUnaryOperator values;
        private final int count;
        private final RowStore store;
        private int next;

        Numbered(IntUnaryOperator values, int count, FlowMemory memory) {
            this.values = values;
            this.count = count;
            store = new RowStore(LAYOUT, memory, "numbers");
        }

        @Override
        public RecordLayout layout() {
            return LAYOUT;
        }

        @Override
        public void begin() {
            next = 0;
        }

        @Override
        public int next(RowBatch batch) {
            store.clear();
            for (int i = 0; i < RowBatch.SIZE && next < count; i++, next++) {
                final long row = store.append();
                Memory.putInt(row + LAYOUT.offset(0), values.applyAsInt(next));
                Memory.putLong(row + LAYOUT.offset(1), next);
            }
            return store.next(batch);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
