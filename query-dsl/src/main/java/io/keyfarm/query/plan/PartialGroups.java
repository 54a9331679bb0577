package io.keyfarm.query.plan;

import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which groups of a flow slaves begin: those that stand over a read, with no more between than steps that make rows of
 * rows. A pure function of the plan, which stays what it is; the reads are compiled anew, with ids of their own.
 *
 * <pre>
 *   0: read orders   1: transform   2: group   3: sort           the flow
 *
 *   read orders with the steps transform and group               what slaves are sent
 *   the states of their groups ──► 2: group, put together        what is left to the farmer
 *                                  3: sort
 * </pre>
 *
 * A read that orders or limits its rows stays as it is: of a limit slaves do not know their share, and who orders rows may
 * want its groups in that order. So does a read that joins look up by, and a group that counts distinct values exactly.
 */
public final class PartialGroups {
    private final FlowPlan plan;
    private final List<QueryPlan> reads;
    private final BitSet atSlaves = new BitSet();
    private final BitSet merging = new BitSet();

    private PartialGroups(FlowPlan plan) {
        this.plan = plan;
        reads = new ArrayList<>(plan.reads());
    }

    public static PartialGroups of(FlowPlan plan) {
        final PartialGroups found = new PartialGroups(plan);
        found.find();
        return found;
    }

    /** All rows are grouped where they come together. */
    public static PartialGroups none(FlowPlan plan) {
        return new PartialGroups(plan);
    }

    private void find() {
        final int[] uses = uses();
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i) instanceof Step.Group group) {
                // Steps of one input stand right behind it.
                int first = group.input();
                while (PartialSteps.isOfRows(plan.steps().get(first))) {
                    first--;
                }
                if (plan.steps().get(first) instanceof Step.Read read && uses[read.read()] == 1) {
                    push(read.read(), first, i);
                }
            }
        }
    }

    private int[] uses() {
        final int[] uses = new int[reads.size()];
        for (final Step step : plan.steps()) {
            if (step instanceof Step.Read read) {
                uses[read.read()]++;
            }
        }
        plan.lookups().forEach(read -> uses[read]++);
        return uses;
    }

    private void push(int read, int first, int group) {
        final QueryPlan pushed = grouped(reads.get(read), first, group);
        if (pushed != null) {
            reads.set(read, pushed);
            atSlaves.set(first + 1, group);
            merging.set(group);
        }
    }

    /** The read with the steps behind it; null where slaves cannot take them. */
    private @Nullable QueryPlan grouped(QueryPlan read, int first, int group) {
        if (read.isCount() || read.isOrdered() || read.limit() != QueryPlan.UNLIMITED || read.offset() != 0) {
            return null;
        }
        final List<Step> steps = new ArrayList<>();
        final Map<String, Parameter> parameters = new LinkedHashMap<>();
        read.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        for (int i = first + 1; i <= group; i++) {
            final Step step = plan.steps().get(i);
            steps.add(step.moved(-first, 0));
            final ExpressionList expressions = step instanceof Step.Filter filter
                    ? filter.condition()
                    : step instanceof Step.Transform transform ? transform.values() : null;
            if (expressions != null) {
                expressions.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
            }
        }
        try {
            return QueryPlan.of(new PlanDraft(
                    read.tableName(),
                    read.fields(),
                    List.copyOf(parameters.values()),
                    read.nodes(),
                    false,
                    rowFields(read),
                    List.of(),
                    QueryPlan.UNLIMITED,
                    0,
                    steps));
        } catch (BadValueException | BadPlanException e) {
            return null; // There are no states of it, or more than a row has fields, or a plan bytes.
        }
    }

    private static int[] rowFields(QueryPlan read) {
        final int[] fields = new int[read.rowFieldCount()];
        Arrays.setAll(fields, read::rowField);
        return fields;
    }

    /** What slaves are asked, in the order of the plan's reads. */
    public List<QueryPlan> reads() {
        return List.copyOf(reads);
    }

    /** Whether slaves have taken this step, and nothing is left of it. */
    public boolean isAtSlaves(int step) {
        return atSlaves.get(step);
    }

    /** Whether this step is a group to which states come. */
    public boolean isMerging(int step) {
        return merging.get(step);
    }
}
