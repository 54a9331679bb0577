package io.keyfarm.slave;

import io.keyfarm.key.RowCursor;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.query.eval.Equalities;
import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Slab;
import org.jspecify.annotations.Nullable;

/**
 * One plan made ready for one part: everything that depends on where the part's fields lie. Its segments are read one after
 * another, each by a path of its own; for all else they are one.
 *
 * <pre>
 *   segment 0   path ─► rows of the segment ─┐
 *   segment 1   path ─► rows of the segment ─┴─► rows of the part ─► the rest of the conditions, order, projection
 * </pre>
 */
final class BoundPart {
    final TablePart part;
    /** All rows of the part. */
    final Slab slab;

    final BoundConditions conditions;
    /** Null where the plan asks for more than one number of each of some fields. */
    final @Nullable Equalities equalities;

    final RowOrder order;
    /** Of the segment at hand. */
    ReadPath path;

    /** Null where nothing is counted. */
    final @Nullable SessionTally tally;

    private final boolean isOrdered;
    private final ReadPath[] paths;
    private final @Nullable Projection projection;
    /** Null where the answer is rows or a count. */
    final @Nullable GroupedRows grouped;

    private int at;
    private int firstRow;
    /** Of the segments before the one at hand. */
    private long seeksBefore;

    private long rowsExaminedBefore;

    /** @throws io.keyfarm.query.plan.BadPlanException if the plan speaks of fields the part does not have */
    BoundPart(QueryPlan plan, TablePart part, SlaveSession session, StopSignal stop) {
        final Slave slave = session.slave();
        this.part = part;
        slab = part.slab();
        tally = session.tally(slab.schema());
        conditions = new BoundConditions(plan, slab.layout());
        equalities = Equalities.of(plan, slab.layout());
        isOrdered = plan.isOrdered();
        order = RowOrder.ofTable(plan, slab.layout());
        paths = new ReadPath[part.segmentCount()];
        for (int i = 0; i < paths.length; i++) {
            final Slab rows = part.segment(i).slab();
            paths[i] = new ReadPath(rows, conditions, OrderedPath.of(plan, rows.layout()), slave.costs(), stop);
        }
        path = paths[0];
        grouped = plan.isGrouped() ? new GroupedRows(plan, slab.layout(), slave, stop) : null;
        if (grouped != null) {
            projection = grouped.projection();
        } else {
            projection = plan.isCount() ? null : new Projection(plan, slab.layout());
        }
    }

    /** Of a plan that is no count. */
    Projection projection() {
        assert projection != null;
        return projection;
    }

    boolean hasOneSegment() {
        return paths.length == 1;
    }

    int segmentCount() {
        return paths.length;
    }

    /** The place of the segment at hand. */
    int segment() {
        return at;
    }

    /** Of the segment at hand. */
    KeyShelf shelf() {
        return part.segment(at).shelf();
    }

    /** Goes back to the first segment. */
    void rewind() {
        seeksBefore = 0;
        rowsExaminedBefore = 0;
        moveTo(0);
    }

    /** Opens the way through the first segment: see {@link ReadPath#open}, and {@link ReadPath#openOrdered} for ordered rows. */
    RowCursor open(int keyHint, long keyEpoch, long wantedRows) {
        rewind();
        return openPath(keyHint, keyEpoch, wantedRows);
    }

    private RowCursor openPath(int keyHint, long keyEpoch, long wantedRows) {
        return isOrdered
                ? path.openOrdered(shelf(), keyHint, keyEpoch, wantedRows, conditions.hasRest())
                : path.open(shelf(), keyHint, keyEpoch, wantedRows);
    }

    /** Whether every row of the way that was opened matches. */
    boolean isServedWhole() {
        return path.isServedWhole() && !conditions.hasRest();
    }

    /** Whether all rows come in the plan's order as they are read. */
    boolean isWholeInOrder() {
        return hasOneSegment() && path.isInOrder();
    }

    /** Whether the rows of the segment at hand come in the plan's order. */
    boolean isInOrder() {
        return path.isInOrder();
    }

    /** Opens the way through the next segment; null if there is none. */
    @Nullable
    RowCursor openNext(int keyHint, long keyEpoch, long wantedRows) {
        if (at + 1 == paths.length) {
            return null;
        }
        seeksBefore += path.seeks();
        rowsExaminedBefore += path.rowsExamined();
        moveTo(at + 1);
        return openPath(keyHint, keyEpoch, wantedRows);
    }

    /** Without a word on what the others have cost. */
    void moveTo(int segment) {
        at = segment;
        path = paths[segment];
        firstRow = part.firstRow(segment);
    }

    /** Makes row numbers of the segment at hand those of the part. */
    void toPart(int[] rows, int from, int to) {
        if (firstRow > 0) {
            for (int i = from; i < to; i++) {
                rows[i] += firstRow;
            }
        }
    }

    long seeks() {
        return seeksBefore + path.seeks();
    }

    long rowsExamined() {
        return rowsExaminedBefore + path.rowsExamined();
    }

    /** So many reads, of which one was this, took the way through the first segment; they looked at so many rows in all. */
    void countUse(long reads, long rows) {
        if (tally != null) {
            paths[0].countUse(tally, reads, rows);
        }
    }

    /** Of the way through the first segment, where most rows are. */
    byte[] pathName() {
        return paths[0].name();
    }
}
