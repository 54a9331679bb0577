package io.keyfarm.slave;

import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.query.eval.Projection;
import io.keyfarm.query.eval.RowOrder;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Slab;
import org.jspecify.annotations.Nullable;

/** One plan made ready for one part: everything that depends on where the part's fields lie. */
final class BoundPart {
    final TablePart part;
    final Slab slab;
    final BoundConditions conditions;
    final RowOrder order;
    final ReadPath path;
    private final @Nullable Projection projection;
    /** Null where the answer is rows or a count. */
    final @Nullable GroupedRows grouped;

    /** @throws io.keyfarm.query.plan.BadPlanException if the plan speaks of fields the part does not have */
    BoundPart(QueryPlan plan, TablePart part, Slave slave, StopSignal stop) {
        this.part = part;
        slab = part.slab();
        conditions = new BoundConditions(plan, slab.layout());
        order = RowOrder.ofTable(plan, slab.layout());
        path = new ReadPath(slab, conditions, slave.costs(), stop);
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
}
