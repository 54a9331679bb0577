package io.keyfarm.query.flow;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.Aggregation;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.function.LongSupplier;

/**
 * One call of a group at work: it keeps its states in the rows of the groups. Asked once a batch; loops belong into here.
 */
abstract class Aggregate implements AutoCloseable {
    /** What every call needs to know of the rows it reads and writes. */
    record Place(
            RecordLayout rows,
            int field,
            RecordLayout states,
            int firstState,
            RecordLayout results,
            int result,
            RowStore stateRows,
            RowStore resultRows) {
        FieldReader input() {
            return new FieldReader(rows, field);
        }

        FieldReader state(int index) {
            return new FieldReader(states, firstState + index);
        }

        FieldReader output() {
            return new FieldReader(results, result);
        }

        void setNullResult(long row) {
            results.setNull(row, result);
        }
    }

    /** @param firstNumber that rows are numbered from, in runs that begin from now on */
    static Aggregate of(Place place, AggregateCall call, LongSupplier firstNumber, FlowMemory memory) {
        return switch (call.what()) {
            case COUNT_ROWS, COUNT -> new CountAggregate(place);
            case SUM, AVG -> {
                final FieldType type = place.input().type();
                final boolean isAverage = call.what() == Aggregation.AVG;
                yield type.kind().isFloating()
                        ? new FloatTotal(place, isAverage)
                        : new WholeTotal(place, type, call.name(), isAverage);
            }
            case MIN, MAX -> new ExtremeAggregate(place, call.what() == Aggregation.MAX);
            case FIRST, LAST -> new FirstLastAggregate(place, call.what() == Aggregation.LAST, firstNumber);
            case COUNT_DISTINCT -> new DistinctAggregate(place, memory);
            case APPROXIMATE_DISTINCT -> new SketchAggregate(place, memory);
        };
    }

    /** Adds a row of states of no values to the store, whose fields from this one on are states. */
    static void writeEmptyState(RowStore to, int firstState) {
        final RecordLayout layout = to.layout();
        final long row = to.append();
        Memory.fill(row, layout.rowBytes(), (byte) 0);
        for (int field = firstState; field < layout.schema().fieldCount(); field++) {
            if (layout.nullBit(field) >= 0) {
                layout.setNull(row, field);
            }
        }
    }

    void begin() {}

    /** Takes the values of a batch of rows, each into the group whose state row is named. */
    abstract void update(RowBatch rows, long[] groups);

    /** Takes states of other groups, of the same layout. */
    abstract void merge(RowBatch states, long[] groups);

    /** Writes its result into rows that are zero there. */
    abstract void finish(RowBatch states, long[] results);

    @Override
    public void close() {}
}
