package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import java.util.List;

/**
 * What a plan will say, before it has bytes and before anything of it is checked: {@link QueryPlan#of} does both.
 *
 * @param output places in {@code fields}
 * @param limit {@link QueryPlan#UNLIMITED} if there is none
 * @param steps what a slave makes of the rows before it answers; the read itself is their input 0, the first step their 1
 */
public record PlanDraft(
        String tableName,
        List<Field> fields,
        List<Parameter> parameters,
        List<Node> nodes,
        boolean count,
        int[] output,
        List<OrderBy> order,
        long limit,
        long offset,
        List<Step> steps) {
    /** A read whose rows are the answer. */
    public PlanDraft(
            String tableName,
            List<Field> fields,
            List<Parameter> parameters,
            List<Node> nodes,
            boolean count,
            int[] output,
            List<OrderBy> order,
            long limit,
            long offset) {
        this(tableName, fields, parameters, nodes, count, output, order, limit, offset, List.of());
    }

    /** The read by itself. */
    PlanDraft withoutSteps() {
        return new PlanDraft(tableName, fields, parameters, nodes, count, output, order, limit, offset);
    }
}
