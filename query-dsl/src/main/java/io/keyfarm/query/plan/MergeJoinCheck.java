package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether merge joins say something that can be done. */
final class MergeJoinCheck {
    private final FlowDraft draft;
    /** By step, the parameter of a read that the join over it sets, and not whoever runs the plan. */
    private final Map<Integer, String> skips = new HashMap<>();

    /** Each step is taken once, so that of each there is at most one join; what these say is looked at later. */
    MergeJoinCheck(FlowDraft draft) {
        this.draft = draft;
        for (final Step step : draft.steps()) {
            if (step instanceof Step.MergeJoin join) {
                for (int i = 0;
                        i < Math.min(join.of().size(), join.how().skips().size());
                        i++) {
                    skips.put(join.of().get(i), join.how().skips().get(i));
                }
            }
        }
    }

    /** The parameters of a read at this place that the plan does not have. */
    Set<String> skipsOf(int step) {
        final String skip = skips.get(step);
        return skip == null ? Set.of() : Set.of(skip);
    }

    /** @param schemas of the steps before it */
    TableSchema schemaOf(int place, Step.MergeJoin join, List<TableSchema> schemas) {
        final MergeJoinStep how = join.how();
        final int inputs = join.of().size();
        require(place, inputs >= 2, "joins two inputs or more");
        require(place, how.skips().size() == inputs, "says of each input whether it can be read from a value on");
        require(
                place,
                1 <= how.least() && how.least() <= how.most() && how.most() <= inputs,
                "hands on values that 1 to " + inputs + " inputs have");
        final List<TableSchema> of = join.of().stream().map(schemas::get).toList();
        for (int i = 0; i < inputs; i++) {
            requireKeys(place, how, i, of);
            require(
                    place,
                    isInOrder(join.of().get(i), how.keys().get(i)),
                    "joins input " + i + ", whose rows are not in order of its keys");
            final String skip = how.skips().get(i);
            require(
                    place,
                    skip.isEmpty()
                            || (!how.takesNulls(i)
                                    && canSkip(join.of().get(i), how.keys().get(i), skip)),
                    "cannot read input " + i + " from a value on by :" + skip);
            require(
                    place,
                    draft.parameters().stream()
                            .noneMatch(parameter -> parameter.name().equals(skip)),
                    "sets :" + skip + " by itself, which is a parameter of the plan too; call that one otherwise");
        }
        requireOutputs(place, how, of);
        return how.schema(of);
    }

    private static void requireKeys(int place, MergeJoinStep how, int input, List<TableSchema> of) {
        final List<Integer> keys = how.keys().get(input);
        require(place, new HashSet<>(keys).size() == keys.size(), "names no key twice");
        for (int i = 0; i < keys.size(); i++) {
            final int key = keys.get(i);
            require(
                    place,
                    key >= 0 && key < of.get(input).fieldCount(),
                    "names field " + Integer.toUnsignedString(key) + " of "
                            + of.get(input).fieldCount());
            final Field first = of.get(0).field(how.keys().get(0).get(i));
            final Field field = of.get(input).field(key);
            require(place, first.type().equals(field.type()), "joins " + first + " with " + field);
        }
    }

    private boolean isInOrder(int step, List<Integer> keys) {
        if (draft.steps().get(step) instanceof Step.Read read) {
            return OrderedRead.isInOrder(draft.reads().get(read.read()), keys);
        }
        if (!(draft.steps().get(step) instanceof Step.Sort sort) || sort.order().size() < keys.size()) {
            return false;
        }
        for (int i = 0; i < keys.size(); i++) {
            if (!sort.order().get(i).equals(new OrderBy(keys.get(i), false))) {
                return false;
            }
        }
        return true;
    }

    private boolean canSkip(int step, List<Integer> keys, String skip) {
        return draft.steps().get(step) instanceof Step.Read read
                && OrderedRead.skipsBy(draft.reads().get(read.read()), keys.get(0), skip);
    }

    private static void requireOutputs(int place, MergeJoinStep how, List<TableSchema> of) {
        final int fields = of.stream().mapToInt(TableSchema::fieldCount).sum();
        final int end = how.once() ? how.fieldsPlace() : how.fieldsPlace() + fields;
        require(place, how.outputs().size() == how.names().size(), "names each field it hands on");
        for (final int output : how.outputs()) {
            require(
                    place,
                    0 <= output && output < end,
                    "hands on place " + Integer.toUnsignedString(output) + " of " + end);
        }
    }

    private static void require(int place, boolean holds, String what) {
        if (!holds) {
            throw new BadPlanException("step " + place + " " + what);
        }
    }
}
