package io.keyfarm.query.plan;

import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Leaves out of a flow's rows what no step behind asks for, so that slaves do not send it and joins do not copy it. A pure
 * function: the same flow is always pruned in the same way, and answers the same.
 *
 * <pre>
 *   from the last step to the first    which fields of each step's rows are asked for by those behind it
 *   from the first step to the last    the steps anew, over rows of those fields
 * </pre>
 *
 * Reads, projections and joins leave fields out; what hands on its input's rows hands on what these have left.
 */
public final class FlowPruner {
    private final FlowDraft draft;
    private final List<Step> steps;
    private final List<TableSchema> schemas;
    private final BitSet[] asked;
    /** For each step, where its fields have gone; {@link Node#NONE} for those left out. */
    private final int[][] places;

    private final List<QueryPlan> reads;

    private FlowPruner(FlowDraft draft) {
        this.draft = draft;
        steps = draft.steps();
        schemas = new FlowCheck(draft).run();
        asked = AskedFields.of(draft, schemas);
        places = new int[steps.size()][];
        reads = new ArrayList<>(draft.reads());
    }

    /** @throws BadPlanException if the steps make no flow */
    public static FlowDraft prune(FlowDraft draft) {
        new FlowCheck(draft).run();
        return new FlowPruner(OrderPruner.prune(draft)).run();
    }

    private FlowDraft run() {
        final List<Step> pruned = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            pruned.add(pruned(i, steps.get(i)));
        }
        return new FlowDraft(draft.parameters(), reads, pruned);
    }

    /** The step over inputs that have lost fields; notes where its own have gone. */
    private Step pruned(int step, Step what) {
        if (what instanceof Step.Read read) {
            reads.set(read.read(), ReadPruner.prune(draft.reads().get(read.read()), asked[step]));
            keepAsked(step);
            return read;
        } else if (what instanceof Step.Project project) {
            keepAsked(step);
            return new Step.Project(
                    project.input(),
                    places(project.input(), picked(project.fields(), step)),
                    picked(project.names(), step));
        } else if (what instanceof Step.Join join) {
            return pruned(step, join);
        } else if (what instanceof Step.Group group) {
            keepAll(step);
            final int[] moved = places[group.input()];
            return new Step.Group(
                    group.input(),
                    places(group.input(), group.fields()),
                    group.aggregates().stream()
                            .map(call -> call.field() == AggregateCall.NO_FIELD
                                    ? call
                                    : new AggregateCall(call.what(), moved[call.field()], call.name()))
                            .toList());
        } else if (what instanceof Step.MergeJoin join) {
            keepAsked(step);
            return MergeJoinPruner.pruned(join, asked[step], places);
        } else if (what instanceof Step.Denormalize denormalize) {
            return pruned(step, denormalize);
        } else if (what instanceof Step.Normalize normalize) {
            keepInput(step, normalize.input());
            return normalize;
        } else if (what instanceof Step.Iterate iterate) {
            keepInput(step, iterate.input());
            return new Step.Iterate(
                    iterate.input(), places(iterate.input(), iterate.runs()), iterate.rollsUp(), iterate.fold());
        } else if (what instanceof Step.Transform || what instanceof Step.Combine) {
            keepAll(step);
            return what;
        }
        // Rows are handed on as they come.
        places[step] = places[what.inputs()[0]];
        if (what instanceof Step.Sort sort) {
            return new Step.Sort(sort.input(), order(sort.input(), sort.order()), sort.limit(), sort.offset());
        } else if (what instanceof Step.Distinct distinct) {
            return new Step.Distinct(distinct.input(), places(distinct.input(), distinct.fields()));
        } else if (what instanceof Step.Dedup dedup) {
            return new Step.Dedup(dedup.input(), places(dedup.input(), dedup.fields()), dedup.keepsLast());
        }
        return what;
    }

    private Step pruned(int step, Step.Join join) {
        final JoinStep how = join.how();
        final int leftCount = schemas.get(join.left()).fieldCount();
        final int[] left = places[join.left()];
        final int[] right = places[join.right()];
        final int leftKept =
                (int) Arrays.stream(left).filter(place -> place != Node.NONE).count();
        if (how.kind().hasRightFields()) {
            keepAsked(step);
        } else {
            places[step] = left;
        }
        final List<Integer> outputs = new ArrayList<>();
        for (final int output : picked(how.outputs(), step)) {
            outputs.add(output < leftCount ? left[output] : leftKept + right[output - leftCount]);
        }
        return new Step.Join(
                join.left(), join.right(), pruned(join.left(), join.right(), how, outputs, picked(how.names(), step)));
    }

    private Step pruned(int step, Step.Denormalize what) {
        keepInput(step, what.left());
        final ChildrenStep how = what.how();
        return new Step.Denormalize(
                what.left(),
                what.right(),
                new ChildrenStep(
                        pruned(what.left(), what.right(), how.matching(), List.of(), List.of()),
                        order(what.right(), how.order()),
                        how.most(),
                        how.values(),
                        how.aggregates(),
                        how.fold()));
    }

    private JoinStep pruned(int left, int right, JoinStep how, List<Integer> outputs, List<String> names) {
        if (how.lookup() != Node.NONE) {
            reads.set(how.lookup(), ReadPruner.prune(draft.reads().get(how.lookup()), asked[right]));
        }
        final int[] moved = places[left];
        return new JoinStep(
                how.kind(),
                how.lookup(),
                how.bindings().stream()
                        .map(field -> field == Node.NONE ? field : Integer.valueOf(moved[field]))
                        .toList(),
                places(left, how.leftFields()),
                places(right, how.rightFields()),
                outputs,
                names,
                how.limit(),
                how.keep(),
                how.unordered(),
                how.keyed(),
                how.rest(),
                how.skip(),
                how.substitute());
    }

    /** The first fields are what is left of the input's, behind them stand values that the step makes, all of them. */
    private void keepInput(int step, int input) {
        places[step] = Arrays.copyOf(places[input], schemas.get(step).fieldCount());
        int next = (int)
                Arrays.stream(places[input]).filter(place -> place != Node.NONE).count();
        for (int field = places[input].length; field < places[step].length; field++) {
            places[step][field] = next++;
        }
    }

    private void keepAll(int step) {
        asked[step].set(0, schemas.get(step).fieldCount());
        keepAsked(step);
    }

    private void keepAsked(int step) {
        places[step] = new int[schemas.get(step).fieldCount()];
        int next = 0;
        for (int field = 0; field < places[step].length; field++) {
            places[step][field] = asked[step].get(field) ? next++ : Node.NONE;
        }
    }

    private <T> List<T> picked(List<T> all, int step) {
        final List<T> picked = new ArrayList<>();
        for (int field = 0; field < all.size(); field++) {
            if (asked[step].get(field)) {
                picked.add(all.get(field));
            }
        }
        return picked;
    }

    private List<Integer> places(int input, List<Integer> fields) {
        final int[] moved = places[input];
        return fields.stream().map(field -> moved[field]).toList();
    }

    private List<OrderBy> order(int input, List<OrderBy> order) {
        final int[] moved = places[input];
        return order.stream()
                .map(by -> new OrderBy(moved[by.field()], by.descending()))
                .toList();
    }
}
