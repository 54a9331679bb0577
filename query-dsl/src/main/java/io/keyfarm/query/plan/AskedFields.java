package io.keyfarm.query.plan;

import io.keyfarm.rows.TableSchema;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Which fields of each step's rows are asked for by the steps behind it; one pass, from the last step to the first. */
final class AskedFields {
    private final FlowDraft draft;
    private final List<TableSchema> schemas;
    private final BitSet[] asked;

    private AskedFields(FlowDraft draft, List<TableSchema> schemas) {
        this.draft = draft;
        this.schemas = schemas;
        asked = new BitSet[schemas.size()];
        Arrays.setAll(asked, i -> new BitSet());
    }

    /** A set for each step, which is the caller's own. */
    static BitSet[] of(FlowDraft draft, List<TableSchema> schemas) {
        final AskedFields fields = new AskedFields(draft, schemas);
        fields.askAll(schemas.size() - 1);
        for (int i = schemas.size() - 1; i >= 0; i--) {
            fields.ask(i, draft.steps().get(i));
        }
        return fields.asked;
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
}
