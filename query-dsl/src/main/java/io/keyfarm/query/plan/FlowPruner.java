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
        asked = new BitSet[steps.size()];
        places = new int[steps.size()][];
        reads = new ArrayList<>(draft.reads());
    }

    /** @throws BadPlanException if the steps make no flow */
    public static FlowDraft prune(FlowDraft draft) {
        new FlowCheck(draft).run();
        return new FlowPruner(OrderPruner.prune(draft)).run();
    }

    private FlowDraft run() {
        Arrays.setAll(asked, i -> new BitSet());
        askAll(steps.size() - 1);
        for (int i = steps.size() - 1; i >= 0; i--) {
            ask(i, steps.get(i));
        }
        final List<Step> pruned = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            pruned.add(pruned(i, steps.get(i)));
        }
        return new FlowDraft(draft.parameters(), reads, pruned);
    }

    private void askAll(int step) {
        asked[step].set(0, schemas.get(step).fieldCount());
    }

    /** Asks the inputs for what the step itself looks at, and for what is asked of it. */
    private void ask(int step, Step what) {
        if (what instanceof Step.Read read) {
            askOrder(step, draft.reads().get(read.read()));
        } else if (what instanceof Step.Project project) {
            asked[step].stream()
                    .forEach(
                            field -> asked[project.input()].set(project.fields().get(field)));
        } else if (what instanceof Step.Filter filter) {
            asked[filter.input()].or(asked[step]);
            askNamed(filter.input(), filter.condition(), InputField.LEFT);
        } else if (what instanceof Step.Transform transform) {
            askNamed(transform.input(), transform.values(), InputField.LEFT);
        } else if (what instanceof Step.Group group) {
            group.fields().forEach(asked[group.input()]::set);
            group.aggregates().stream()
                    .filter(call -> call.field() != AggregateCall.NO_FIELD)
                    .forEach(call -> asked[group.input()].set(call.field()));
        } else if (what instanceof Step.Sort sort) {
            asked[sort.input()].or(asked[step]);
            sort.order().forEach(by -> asked[sort.input()].set(by.field()));
        } else if (what instanceof Step.Distinct distinct) {
            asked[distinct.input()].or(asked[step]);
            distinct.fields().forEach(asked[distinct.input()]::set);
        } else if (what instanceof Step.Dedup dedup) {
            asked[dedup.input()].or(asked[step]);
            dedup.fields().forEach(asked[dedup.input()]::set);
        } else if (what instanceof Step.Sample sample) {
            asked[sample.input()].or(asked[step]);
        } else if (what instanceof Step.Combine combine) {
            // Rows are compared whole, and their fields by place.
            combine.of().forEach(this::askAll);
        } else if (what instanceof Step.MergeJoin join) {
            MergeJoinPruner.ask(join, asked[step], asked, schemas);
        } else if (what instanceof Step.Normalize normalize) {
            askNamed(normalize.input(), normalize.times(), InputField.LEFT);
            askInput(step, normalize.input());
        } else if (what instanceof Step.Iterate iterate) {
            askFolded(step, iterate);
        } else if (what instanceof Step.Denormalize denormalize) {
            askChildren(step, denormalize);
        } else if (what instanceof Step.Join join) {
            askSides(step, join);
        }
        for (final int input : what.inputs()) {
            if (asked[input].isEmpty()) {
                asked[input].set(0); // Rows are counted, and a row has a field.
            }
        }
    }

    /** What a read is ordered by is among its rows anyway; asked for, it has a place that is known. */
    private void askOrder(int step, QueryPlan read) {
        for (final OrderBy by : read.order()) {
            int place = 0;
            while (read.rowField(place) != by.field()) {
                place++;
            }
            asked[step].set(place);
        }
    }

    /** All its values, and of the rows' fields what is asked for and what the values are made of. */
    private void askFolded(int step, Step.Iterate iterate) {
        final FoldStep fold = iterate.fold();
        askNamed(step, fold.next(), InputField.LEFT);
        askNamed(iterate.input(), fold.next(), InputField.RIGHT);
        if (fold.when() != null) {
            askNamed(step, fold.when(), InputField.LEFT);
            askNamed(iterate.input(), fold.when(), InputField.RIGHT);
        }
        if (fold.start() != null) {
            askNamed(iterate.input(), fold.start(), InputField.LEFT);
        }
        iterate.runs().forEach(asked[iterate.input()]::set);
        askInput(step, iterate.input());
    }

    /** The input's fields are the step's first ones; behind them stand values that it makes, and all of these are kept. */
    private void askInput(int step, int input) {
        final int inputFields = schemas.get(input).fieldCount();
        asked[input].or(asked[step].get(0, inputFields));
        asked[step].set(inputFields, schemas.get(step).fieldCount());
    }

    /** As {@link #askInput} says, with what is left of the input. */
    private void keepInput(int step, int input) {
        places[step] = Arrays.copyOf(places[input], schemas.get(step).fieldCount());
        int next = (int)
                Arrays.stream(places[input]).filter(place -> place != Node.NONE).count();
        for (int field = places[input].length; field < places[step].length; field++) {
            places[step][field] = next++;
        }
    }

    private void askSides(int step, Step.Join join) {
        final JoinStep how = join.how();
        final int leftCount = schemas.get(join.left()).fieldCount();
        if (how.skip() != null) {
            askNamed(step, how.skip(), InputField.LEFT);
        }
        final ExpressionList substitute = how.substitute();
        if (substitute != null) {
            askNamed(join.left(), substitute, InputField.LEFT);
            for (int i = 0; i < substitute.size(); i++) {
                asked[step].set(how.names().indexOf(substitute.name(i)));
            }
        }
        if (how.kind().hasRightFields()) {
            asked[step].stream().map(how.outputs()::get).forEach(output -> {
                if (output < leftCount) {
                    asked[join.left()].set(output);
                } else {
                    asked[join.right()].set(output - leftCount);
                }
            });
        } else {
            asked[join.left()].or(asked[step]);
        }
        askMatching(join.left(), join.right(), how);
    }

    private void askMatching(int left, int right, JoinStep how) {
        how.leftFields().forEach(asked[left]::set);
        how.rightFields().forEach(asked[right]::set);
        how.bindings().stream().filter(field -> field != Node.NONE).forEach(asked[left]::set);
        for (final ExpressionList condition : Arrays.asList(how.keyed(), how.rest())) {
            if (condition != null) {
                askNamed(left, condition, InputField.LEFT);
                askNamed(right, condition, InputField.RIGHT);
            }
        }
    }

    private void askChildren(int step, Step.Denormalize what) {
        final ChildrenStep how = what.how();
        askMatching(what.left(), what.right(), how.matching());
        how.order().forEach(by -> asked[what.right()].set(by.field()));
        if (how.values() != null) {
            askNamed(what.left(), how.values(), InputField.LEFT);
            askNamed(what.right(), how.values(), InputField.RIGHT);
        }
        if (how.fold() != null) {
            askNamed(step, how.fold().next(), InputField.LEFT);
            askNamed(what.right(), how.fold().next(), InputField.RIGHT);
            if (how.fold().start() != null) {
                askNamed(what.left(), how.fold().start(), InputField.LEFT);
            }
        }
        askInput(step, what.left());
    }

    private void askNamed(int step, ExpressionList expressions, int side) {
        expressions.fields().stream()
                .filter(field -> field.input() == side)
                .forEach(field ->
                        asked[step].set(schemas.get(step).indexOf(field.field().name())));
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

    private void keepAll(int step) {
        askAll(step);
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
