package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import java.util.List;

/**
 * What a plan will say, before it has bytes and before anything of it is checked: {@link QueryPlan#of} does both.
 *
 * @param output places in {@code fields}
 * @param limit {@link QueryPlan#UNLIMITED} if there is none
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
        long offset) {}
