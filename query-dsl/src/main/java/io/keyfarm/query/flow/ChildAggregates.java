package io.keyfarm.query.flow;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.ChildrenStep;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates of the children of each left row.
 *
 * <pre>
 *   children, left rows ─► values ─► states, a row of them for each left row ─► left fields and results
 * </pre>
 */
final class ChildAggregates implements ChildSink {
    private final @Nullable RowTransform values;
    private final @Nullable StepParameters parameters;
    private final RowBatch valueRows;
    private final RowStore empty;
    private final RowStore states;
    private final RowBatch stateRows;
    private final List<Aggregate> aggregates = new ArrayList<>();
    private final FieldCopier copier;
    private final RowStore out;
    private final long[] targets = new long[RowBatch.SIZE];
    private RowBatch leftRows;

    /** @param out takes the rows, which have the left fields and behind them the results */
    ChildAggregates(ChildrenStep how, RecordLayout left, RecordLayout right, RowStore out, FlowMemory memory) {
        this.out = out;
        values = how.values() == null ? null : new RowTransform(how.values(), left, right, "children", memory);
        parameters =
                how.values() == null ? null : new StepParameters(how.values().parameters());
        final RecordLayout aggregated = values == null ? right : values.layout();
        valueRows = new RowBatch(aggregated);
        final GroupShape shape = GroupShape.of(aggregated.schema(), new int[0], how.aggregates());
        final RecordLayout stateLayout = new RecordLayout(shape.states());
        states = new RowStore(stateLayout, memory, "children's aggregates");
        empty = new RowStore(stateLayout, memory, "aggregates of no children");
        stateRows = new RowBatch(stateLayout);
        final int leftCount = left.schema().fieldCount();
        for (int i = 0; i < how.aggregates().size(); i++) {
            final AggregateCall call = how.aggregates().get(i);
            final Aggregate.Place place = new Aggregate.Place(
                    aggregated,
                    call.field(),
                    stateLayout,
                    shape.firstState(i),
                    out.layout(),
                    leftCount + i,
                    states,
                    out);
            aggregates.add(Aggregate.of(place, call, () -> 0, memory));
        }
        copier = new FieldCopier(left, IntStream.range(0, leftCount).toArray(), out.layout(), 0);
        leftRows = new RowBatch(left);
    }

    @Override
    public void bind(Parameters run) {
        if (values != null && parameters != null) {
            values.bind(parameters.of(run));
        }
    }

    @Override
    public void begin(RowBatch left) {
        leftRows = left;
        states.clear();
        aggregates.forEach(Aggregate::begin);
        if (empty.rowCount() == 0) {
            Aggregate.writeEmptyState(empty, 0);
        }
        for (int i = 0; i < left.count(); i++) {
            states.copy(empty.address(0), empty.heapBases());
        }
    }

    @Override
    public void take(int[] places, RowBatch left, RowBatch children) {
        for (int i = 0; i < children.count(); i++) {
            targets[i] = states.address(places[i]);
        }
        RowBatch aggregated = children;
        if (values != null) {
            values.run(left, children, valueRows);
            aggregated = valueRows;
        }
        for (final Aggregate aggregate : aggregates) {
            aggregate.update(aggregated, targets);
        }
        states.compactText();
    }

    @Override
    public void end() {
        for (int i = 0; i < leftRows.count(); i++) {
            targets[i] = out.append();
            Memory.fill(targets[i], out.layout().rowBytes(), (byte) 0);
            copier.copy(leftRows.row(i), leftRows.heapBases(), targets[i], out);
        }
        states.rewind();
        final int count = states.next(stateRows);
        assert count == leftRows.count() : count;
        for (final Aggregate aggregate : aggregates) {
            aggregate.finish(stateRows, targets);
        }
    }

    @Override
    public void close() {
        if (values != null) {
            values.close();
        }
        aggregates.forEach(Aggregate::close);
        states.close();
        empty.close();
    }
}
