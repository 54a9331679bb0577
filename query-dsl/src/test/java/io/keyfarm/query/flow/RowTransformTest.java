package io.keyfarm.query.flow;

import static io.keyfarm.query.Expr.concat;
import static io.keyfarm.query.Param.param;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.Column;
import io.keyfarm.query.Expr;
import io.keyfarm.query.Expressions;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.compute.ComputeException;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

final class RowTransformTest {
    private static final int ROWS = 1300;
    private static final String LONG = " and a name that no slot holds";
    private static final Table TABLE =
            Table.of("t: id int32, name varchar null, state char(3), price decimal(8,2), weight float32");
    private static final FieldRef ID = TABLE.field("id");
    private static final FieldRef NAME = TABLE.field("name");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private final FlowMemory memory = new FlowMemory(ledger, 64 << 20);

    /** The rows of a slab, a batch at a time. */
    private static final class Scan implements Activity {
        private final Slab slab;
        private int next;

        Scan(Slab slab) {
            this.slab = slab;
        }

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
    }

    private static Slab slab() {
        try (SlabBuilder builder = new SlabBuilder(TABLE.schema(), MemoryLedger.unlimited("rows"), 1 << 14)) {
            for (int i = 0; i < ROWS; i++) {
                builder.beginRow().putLong(0, i);
                if (i % 7 == 0) {
                    builder.putNull(1);
                } else {
                    builder.putText(1, i % 2 == 0 ? "n" + i : "n" + i + LONG);
                }
                builder.putText(2, "FL")
                        .putLong(3, i * 100L)
                        .putDouble(4, i / 2.0)
                        .endRow();
            }
            return builder.build();
        }
    }

    @Test
    void shouldMakeRowsOfTextThatIsCopiedAndTextThatIsMade() {
        final List<String> rows = run(
                ID.column(),
                NAME.as("same"),
                NAME.upper().as("loud"),
                TABLE.field("state").column(),
                TABLE.field("weight").column(),
                TABLE.field("price").times(ID).as("amount"));
        assertEquals(ROWS, rows.size());
        for (int i = 0; i < ROWS; i++) {
            final String name = i % 7 == 0 ? null : i % 2 == 0 ? "n" + i : "n" + i + LONG;
            final String loud = name == null ? null : name.toUpperCase(java.util.Locale.ROOT);
            assertEquals("%d %s %s FL %s %d.00".formatted(i, name, loud, (float) (i / 2.0), (long) i * i), rows.get(i));
        }
    }

    private List<String> run(Column... columns) {
        final ExpressionList list = Expressions.over(TABLE).columns(columns);
        final List<String> rows = new ArrayList<>();
        try (Slab slab = slab();
                TransformActivity transform = new TransformActivity(new Scan(slab), list, "made", memory)) {
            // A second run begins anew.
            for (int run = 0; run < 2; run++) {
                rows.clear();
                transform.begin();
                final RowBatch batch = new RowBatch(transform.layout());
                final RowView view = new RowView(transform.layout());
                while (transform.next(batch) > 0) {
                    for (int i = 0; i < batch.count(); i++) {
                        batch.view(i, view);
                        rows.add(text(view));
                    }
                }
            }
        }
        assertEquals(0, memory.usedBytes());
        assertEquals(0, ledger.usedBytes());
        return rows;
    }

    private static String text(RowView view) {
        final StringBuilder words = new StringBuilder();
        for (int f = 0; f < view.schema().fieldCount(); f++) {
            words.append(f == 0 ? "" : " ").append(view.get(f));
        }
        return words.toString();
    }

    @Test
    void shouldKeepRowsForWhichTheConditionHolds() {
        final ExpressionList condition = Expressions.over(TABLE)
                .condition(ID.remainder(param("by", FieldType.INT64)).is(3).and(ID.lessThan(1200)));
        try (Slab slab = slab();
                RowFilterActivity filter = new RowFilterActivity(new Scan(slab), condition, memory)) {
            final Parameters parameters = new Parameters(condition.parameters()).set("by", 600);
            final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
            final ParameterBlock block = new ParameterBlock(condition.parameters());
            block.wrap(buffer, 0, parameters.encode(buffer, 0));
            filter.bind(block);
            filter.begin();
            final RowBatch batch = new RowBatch(filter.layout());
            final RowView view = new RowView(filter.layout());
            final List<Long> found = new ArrayList<>();
            while (filter.next(batch) > 0) {
                for (int i = 0; i < batch.count(); i++) {
                    batch.view(i, view);
                    found.add(view.getLong(0));
                }
            }
            assertEquals(List.of(3L, 603L), found);
        }
    }

    @Test
    void shouldCountTheTextThatIsMadeAgainstTheQuery() {
        final ExpressionList list = Expressions.over(TABLE)
                .columns(concat(NAME, LONG.repeat(100)).length().as("length"));
        final FlowMemory small = new FlowMemory(ledger, 512 << 10);
        try (Slab slab = slab();
                TransformActivity transform = new TransformActivity(new Scan(slab), list, "made", small)) {
            transform.begin();
            final MemoryLimitException e =
                    assertThrows(MemoryLimitException.class, () -> transform.next(new RowBatch(transform.layout())));
            assertTrue(String.valueOf(e.getMessage()).startsWith("text that is computed needs"), e.getMessage());
        }
        assertEquals(0, small.usedBytes());
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldComputeOverALeftAndARightRowThatMayBeAbsent() {
        final Table other = TABLE.as("other");
        final ExpressionList columns = Expressions.over(TABLE, other, true)
                .columns(
                        ID.minus(other.field("id")).as("difference"),
                        other.field("name").as("right_name"),
                        NAME.as("left_name"),
                        concat(NAME, " ", other.field("state")).as("both"),
                        Expr.coalesce(other.field("price"), 0).as("price"));
        try (Slab slab = slab();
                RowTransform transform = new RowTransform(columns, slab.layout(), slab.layout(), "joined", memory)) {
            final RowBatch left = new RowBatch(slab.layout());
            final RowBatch right = new RowBatch(slab.layout());
            left.begin(slab.heapBases());
            right.begin(slab.heapBases());
            for (int i = 0; i < 10; i++) {
                left.add(slab.address(i));
                right.add(i % 3 == 0 ? 0 : slab.address(i + 2));
            }
            final RowBatch made = new RowBatch(transform.layout());
            transform.run(left, right, made);
            final RowView view = new RowView(transform.layout());
            made.view(1, view);
            assertEquals("-2 n3" + LONG + " n1" + LONG + " n1" + LONG + " FL 3.00", text(view));
            made.view(3, view);
            assertEquals("null null n3" + LONG + " null 0.00", text(view));
            transform.run(left, null, made);
            made.view(1, view);
            assertEquals("null null n1" + LONG + " null 0.00", text(view));
        }
        assertEquals(0, memory.usedBytes());
    }

    @Test
    void shouldNameTheExpressionAndItsValuesInAnError() {
        final ComputeException e = assertThrows(
                ComputeException.class, () -> run(ID.quotient(ID.minus(3)).as("bad")));
        assertEquals("quotient(id, id - 3) divides by zero, where id is 3 and id - 3 is 0", e.getMessage());
    }
}
