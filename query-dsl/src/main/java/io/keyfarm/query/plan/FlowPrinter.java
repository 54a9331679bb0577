package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a plan as lines of words. Long lists are cut: this is for reading, and what a hostile plan prints must stay
 * short. Every step is looked at by itself, so that nothing recurses.
 */
final class FlowPrinter {
    private static final int MOST_NAMES = 40;

    private final FlowPlan plan;

    FlowPrinter(FlowPlan plan) {
        this.plan = plan;
    }

    String print() {
        return IntStream.range(0, plan.steps().size())
                .mapToObj(step -> "%-3d%s".formatted(step, words(plan.steps().get(step))))
                .collect(Collectors.joining("\n"));
    }

    private String words(Step step) {
        if (step instanceof Step.Read read) {
            return plan.reads().get(read.read()).toString();
        }
        final int input = step.inputs()[0];
        if (step instanceof Step.Group group) {
            return "group " + input + by(input, group.fields()) + ": " + calls(input, group.aggregates());
        } else if (step instanceof Step.Sort sort) {
            return "sort " + input + by(input, sort.order(), "by") + limited(sort.limit())
                    + (sort.offset() == 0 ? "" : ", offset " + sort.offset());
        } else if (step instanceof Step.Distinct distinct) {
            return "distinct " + input + by(input, distinct.fields());
        } else if (step instanceof Step.Dedup dedup) {
            return "dedup " + input + by(input, dedup.fields()) + ", keeping the "
                    + (dedup.keepsLast() ? "last" : "first");
        } else if (step instanceof Step.Sample sample) {
            return "sample " + input + ", every " + sample.every() + " from " + sample.from();
        } else if (step instanceof Step.Project project) {
            return "project " + input + ": " + renamed(schema(input).fields(), project.fields(), project.names());
        } else if (step instanceof Step.Filter filter) {
            return "filter " + input + " where " + filter.condition();
        } else if (step instanceof Step.Transform transform) {
            return "transform " + input + ": " + transform.values();
        } else if (step instanceof Step.Normalize normalize) {
            return "normalize " + input + ", times " + normalize.times();
        } else if (step instanceof Step.Iterate iterate) {
            return words(iterate);
        } else if (step instanceof Step.Combine combine) {
            return combine.op().word()
                    + ' '
                    + list(combine.of().stream().map(String::valueOf).toList())
                    + by(input, combine.order(), "by");
        } else if (step instanceof Step.Denormalize denormalize) {
            return words(denormalize);
        } else if (step instanceof Step.MergeJoin join) {
            return words(join);
        }
        return words((Step.Join) step);
    }

    private String words(Step.Iterate iterate) {
        final ExpressionList when = iterate.fold().when();
        return (iterate.rollsUp() ? "rollup " : "iterate ") + iterate.input()
                + (iterate.runs().isEmpty()
                        ? ""
                        : " in runs of " + names(schema(iterate.input()).fields(), iterate.runs()))
                + (when == null ? "" : " when " + when.list("before."))
                + ": " + words(iterate.fold());
    }

    private static String words(FoldStep fold) {
        return fold.next().list("before.") + (fold.start() == null ? "" : ", starting with " + fold.start());
    }

    private String words(Step.Join join) {
        final JoinStep how = join.how();
        final List<Field> both = new ArrayList<>(schema(join.left()).fields());
        both.addAll(schema(join.right()).fields());
        final StringBuilder words = new StringBuilder(how.kind().word())
                .append(' ')
                .append(join.left())
                .append(", ")
                .append(join.right())
                .append(matching(join.left(), join.right(), how));
        if (how.limit().isLimited()) {
            words.append(
                    switch (how.limit().excess()) {
                        case FAIL -> ", limit ";
                        case UNMATCHED -> ", at most ";
                        case SKIP -> ", limit and skip beyond ";
                        case SUBSTITUTE -> ", limit and substitute beyond ";
                    });
            words.append(how.limit().most());
        }
        words.append(how.substitute() == null ? "" : " by " + how.substitute());
        words.append(how.keep() == QueryPlan.UNLIMITED ? "" : ", keep " + how.keep());
        words.append(how.skip() == null ? "" : ", skipping " + how.skip());
        words.append(how.unordered() ? ", unordered" : "");
        return words.append(how.outputs().isEmpty() ? "" : ": " + renamed(both, how.outputs(), how.names()))
                .toString();
    }

    private String words(Step.MergeJoin join) {
        final MergeJoinStep how = join.how();
        final List<TableSchema> of = join.of().stream().map(this::schema).toList();
        final List<Field> outputs =
                how.outputs().stream().map(place -> how.field(place, of)).toList();
        final List<String> skips = new ArrayList<>();
        for (int i = 0; i < how.skips().size(); i++) {
            if (!how.skips().get(i).isEmpty()) {
                skips.add(join.of().get(i) + " by :" + how.skips().get(i));
            }
        }
        return "joinAll " + list(join.of().stream().map(String::valueOf).toList())
                + by(join.of().get(0), how.keys().get(0)) + ", values of "
                + (how.least() == how.most() ? "" : how.least() + " to ") + how.most() + " inputs"
                + (how.needsFirst() ? " and of the first" : "") + (how.once() ? ", each once" : "")
                + (skips.isEmpty() ? "" : ", skipping in " + list(skips)) + ": "
                + renamed(outputs, IntStream.range(0, outputs.size()).boxed().toList(), how.names());
    }

    private String words(Step.Denormalize step) {
        final ChildrenStep how = step.how();
        final FoldStep fold = how.fold();
        final ExpressionList values = how.values();
        final TableSchema of = values == null ? schema(step.right()) : values.schema("children");
        return "denormalize " + step.left() + ", " + step.right()
                + matching(step.left(), step.right(), how.matching())
                + (how.order().isEmpty() ? "" : ",")
                + by(step.right(), how.order(), "ordered by") + limited(how.most())
                + ": "
                + (fold == null ? calls(of, how.aggregates()) : words(fold))
                + (values == null ? "" : " of " + values);
    }

    private String matching(int left, int right, JoinStep how) {
        final List<String> conditions = new ArrayList<>();
        for (int i = 0; i < how.leftFields().size(); i++) {
            conditions.add(name(schema(left).fields(), how.leftFields().get(i)) + " = "
                    + name(schema(right).fields(), how.rightFields().get(i)));
        }
        add(conditions, how.keyed());
        final List<String> more = new ArrayList<>();
        add(more, how.rest());
        return (conditions.isEmpty() ? "" : " on " + String.join(" and ", conditions))
                + (more.isEmpty() ? "" : " where " + more.get(0))
                + (how.lookup() == Node.NONE ? "" : ", looked up by " + lookup(left, how));
    }

    private static void add(List<String> conditions, @Nullable ExpressionList condition) {
        if (condition != null) {
            conditions.add(condition.toString());
        }
    }

    private String lookup(int left, JoinStep how) {
        final QueryPlan read = plan.reads().get(how.lookup());
        final List<String> bound = new ArrayList<>();
        for (int i = 0; i < how.bindings().size(); i++) {
            if (how.bindings().get(i) != Node.NONE) {
                bound.add(':' + read.parameters().get(i).name() + " = "
                        + name(schema(left).fields(), how.bindings().get(i)));
            }
        }
        return read + (bound.isEmpty() ? "" : " with " + list(bound));
    }

    private String calls(int input, List<AggregateCall> calls) {
        return calls(schema(input), calls);
    }

    private static String calls(TableSchema of, List<AggregateCall> calls) {
        return list(calls.stream()
                .map(call -> call.what() + "("
                        + (call.field() == AggregateCall.NO_FIELD ? "" : name(of.fields(), call.field())) + ") as "
                        + call.name())
                .toList());
    }

    private String by(int input, List<Integer> fields) {
        return fields.isEmpty() ? "" : " by " + names(schema(input).fields(), fields);
    }

    private String by(int input, List<OrderBy> order, String word) {
        return order.isEmpty()
                ? ""
                : ' '
                        + word
                        + ' '
                        + list(order.stream()
                                .map(each -> name(schema(input).fields(), each.field())
                                        + (each.descending() ? " descending" : ""))
                                .toList());
    }

    private static String limited(long limit) {
        return limit == QueryPlan.UNLIMITED ? "" : ", limit " + limit;
    }

    private static String names(List<Field> fields, List<Integer> places) {
        return list(places.stream().map(place -> name(fields, place)).toList());
    }

    private static String renamed(List<Field> fields, List<Integer> places, List<String> names) {
        return list(IntStream.range(0, places.size())
                .mapToObj(i -> {
                    final String name = name(fields, places.get(i));
                    return name.equals(names.get(i)) ? name : name + " as " + names.get(i);
                })
                .toList());
    }

    private static String list(List<String> parts) {
        return parts.size() <= MOST_NAMES
                ? String.join(", ", parts)
                : String.join(", ", parts.subList(0, MOST_NAMES)) + ", … " + (parts.size() - MOST_NAMES) + " more";
    }

    private static String name(List<Field> fields, int place) {
        return fields.get(place).name();
    }

    private TableSchema schema(int step) {
        return plan.schema(step);
    }
}
