package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

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
