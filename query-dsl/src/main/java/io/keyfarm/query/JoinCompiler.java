package io.keyfarm.query;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.JoinStep;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a step of the words of a join. For one join.
 *
 * <pre>
 *   on   c_custkey is o_custkey  and  c_acctbal &gt; o_totalprice  and  c_mktsegment is "BUILDING"  and  c_name contains "x"
 *
 *   pairs    o_custkey = c_custkey                                        what is hashed
 *   lookup   c_custkey is :left_0 and c_acctbal &gt; :left_1 and c_mktsegment is "BUILDING"      what keys are asked
 *   keyed    c_acctbal &gt; o_totalprice                                     what else makes a candidate, beside the pairs
 *   rest     c_name contains "x"                                          asked of candidates
 * </pre>
 */
final class JoinCompiler {
    private final Flow left;
    private final Join join;
    private Flow right;
    /** What is read of the right side where it is hashed; and where it is asked for one left row after another. */
    private @Nullable Query rightQuery;

    private @Nullable Query lookup;

    private final List<Param> params;
    private final List<Integer> leftFields = new ArrayList<>();
    private final List<Integer> rightFields = new ArrayList<>();
    private final List<Body> keyed = new ArrayList<>();
    private final List<Body> rest = new ArrayList<>();
    /** Parameters of the lookup that a left row gives, and the field of it that each is. */
    private final List<String> boundNames = new ArrayList<>();

    private final List<Integer> boundFields = new ArrayList<>();

    JoinCompiler(Flow left, Join join) {
        this.left = left;
        this.join = join;
        right = join.right();
        rightQuery = join.rightQuery();
        lookup = rightQuery;
        params = new ArrayList<>(left.params());
    }

    Flow compile() {
        final Matching matching = match();
        final boolean hasRight = join.kind().hasRightFields();
        final List<String> names = hasRight ? JoinedRows.names(left.rows(), right.rows()) : List.of();
        final FlowRows rows = hasRight ? JoinedRows.of(join, left.rows(), right.rows(), names) : left.rows();
        final List<Step> steps = matching.steps;
        steps.add(new Step.Join(
                left.last(),
                steps.size() - 1,
                matching.how(hasRight ? rows.allPlaces() : List.of(), names, skipped(rows), substitute(rows))));
        return new Flow(params, matching.reads, steps, rows, left + ".join(" + join + ')');
    }

    /** How right rows are found, before it is said what becomes of them; and the plan up to here. */
    final class Matching {
        final List<QueryPlan> reads = new ArrayList<>(left.reads());
        final List<Step> steps = new ArrayList<>(left.steps());
        private final List<Integer> bindings = new ArrayList<>();
        private final int lookup;
        private final @Nullable ExpressionList keyedBy = conditionOfPairs(keyed);
        private final @Nullable ExpressionList restOf = conditionOfPairs(rest);

        private Matching() {
            final int rightReads = reads.size();
            reads.addAll(right.reads());
            lookup = addLookup(reads, bindings);
            right.steps().forEach(step -> steps.add(step.moved(left.steps().size(), rightReads)));
        }

        JoinStep how() {
            return how(List.of(), List.of(), null, null);
        }

        private JoinStep how(
                List<Integer> outputs,
                List<String> names,
                @Nullable ExpressionList skip,
                @Nullable ExpressionList substitute) {
            return new JoinStep(
                    join.kind(),
                    lookup,
                    bindings,
                    leftFields,
                    rightFields,
                    outputs,
                    names,
                    join.candidateLimit(),
                    join.kept(),
                    join.isUnordered(),
                    keyedBy,
                    restOf,
                    skip,
                    substitute);
        }
    }

    Matching match() {
        requireConditions();
        right.params().forEach(param -> Body.mergeParam(params, param));
        operands(join.keyed()).forEach(this::addKeyed);
        for (final Body operand : operands(join.on())) {
            if (join.keyed() == null && isKeyed(operand)) {
                addKeyed(operand);
            } else {
                rest.add(operand);
            }
        }
        return new Matching();
    }

    /** Of the whole query, which grows with what is compiled. */
    List<Param> params() {
        return params;
    }

    /** The rows of the right side. */
    FlowRows rightRows() {
        return right.rows();
    }

    private void requireConditions() {
        if (join.on() == null && join.keyed() == null) {
            throw new BadQueryException("a join needs on(condition): which right rows match a left row");
        }
        if (join.skipped() != null && !join.kind().hasRightFields()) {
            throw new BadQueryException(
                    join.kind().word() + " hands on left rows as they are; skipping(...) is of rows that a join makes");
        }
    }

    /** The conditions that must all hold, each by itself. */
    private static List<Body> operands(@Nullable Condition condition) {
        return condition == null ? List.of() : JoinConditions.operands(condition.body());
    }

    private boolean isLeft(Body.Use use) {
        final boolean isLeft = left.rows().has(use);
        if (isLeft && right.rows().has(use)) {
            throw new BadQueryException(
                    use.field().name() + " of " + use.schema().name()
                            + " is on both sides of the join; call one side otherwise: table.as(\"other\")");
        }
        if (!isLeft) {
            right.rows().place(use);
        }
        return isLeft;
    }

    /** Whether a segment monitor can express it, for one right field and a left row that is given. */
    private boolean isKeyed(Body operand) {
        return JoinConditions.isKeyed(operand, this::isLeft);
    }

    private void addKeyed(Body operand) {
        if (!isKeyed(operand)) {
            throw new BadQueryException(
                    "keyed('" + operand + "'): a join is keyed by what a segment monitor can say of one"
                            + " field of its right side: that it is, is less, is in…, beside values and fields of the left side");
        }
        final boolean isOfRightAlone = operand.fields().stream().noneMatch(this::isLeft);
        if (isOfRightAlone && rightQuery != null && lookup != null) {
            // Also where the right side is hashed.
            operand.params().forEach(param -> Body.mergeParam(params, param));
            rightQuery = rightQuery.where(new Condition(operand));
            right = Flow.of(rightQuery);
            lookup = lookup.where(new Condition(operand));
            return;
        }
        final Node only = operand.nodes().get(0);
        if (operand.nodes().size() == 1 && only.op() == Op.IS && only.other() != Node.NONE) {
            final Body.Use one = operand.fields().get(only.field());
            final Body.Use other = operand.fields().get(only.other());
            leftFields.add(left.rows().place(isLeft(one) ? one : other));
            rightFields.add(right.rows().place(isLeft(one) ? other : one));
        } else {
            keyed.add(operand);
        }
        if (lookup != null) {
            final Body bound = JoinConditions.bound(operand, this::isLeft, this::boundParam);
            lookup = lookup.where(new Condition(bound));
        }
    }

    /** The parameter of the lookup that stands for a field of the left row, when it is compared with this right field. */
    private Param boundParam(Body.Use leftUse, Body.Use rightUse) {
        final Set<String> taken = new HashSet<>(boundNames);
        params.forEach(param -> taken.add(param.name()));
        int number = boundNames.size();
        while (taken.contains("left_" + number)) {
            number++;
        }
        boundNames.add("left_" + number);
        boundFields.add(left.rows().place(leftUse));
        return Param.param("left_" + number, rightUse.field().type());
    }

    /** The place of the read that answers for one left row, or none. */
    private int addLookup(List<QueryPlan> reads, List<Integer> bindings) {
        if (lookup == null || boundNames.isEmpty()) {
            return Node.NONE;
        }
        final QueryPlan plan = lookup.compile();
        for (final Parameter parameter : plan.parameters()) {
            final int bound = boundNames.indexOf(parameter.name());
            bindings.add(bound >= 0 ? boundFields.get(bound) : Node.NONE);
        }
        reads.add(plan);
        return reads.size() - 1;
    }

    private @Nullable ExpressionList conditionOfPairs(List<Body> operands) {
        if (operands.isEmpty()) {
            return null;
        }
        Condition all = new Condition(operands.get(0));
        for (final Body operand : operands.subList(1, operands.size())) {
            all = all.and(new Condition(operand));
        }
        return FlowExpressions.compile(params, List.of(all.body()), List.of(""), this::input);
    }

    /** Which field of which side it is. */
    InputField input(Body.Use use) {
        return isLeft(use)
                ? new InputField(InputField.LEFT, left.rows().field(left.rows().place(use)))
                : new InputField(
                        InputField.RIGHT, right.rows().field(right.rows().place(use)));
    }

    private @Nullable ExpressionList skipped(FlowRows rows) {
        final Condition skip = join.skipped();
        return skip == null
                ? null
                : FlowExpressions.compile(
                        params,
                        List.of(skip.body()),
                        List.of(""),
                        use -> new InputField(InputField.LEFT, rows.field(rows.place(use))));
    }

    /** Values as right fields are, whose places they take. */
    private @Nullable ExpressionList substitute(FlowRows rows) {
        if (join.substitute().isEmpty()) {
            return null;
        }
        final List<Body> values = new ArrayList<>();
        for (final Column column : join.substitute()) {
            final int place = rows.schema().find(column.name());
            if (!join.kind().hasRightFields() || place < left.rows().count()) {
                throw new BadQueryException("onFail(" + column + "): " + column.name()
                        + " is no right field of the rows that the join makes, which are " + rows.schema());
            }
            final FieldType type = rows.field(place).type();
            final Expr value = column.expr();
            values.add((value.type().equals(type) ? value : value.to(type)).body());
        }
        return FlowExpressions.compile(
                params,
                values,
                join.substitute().stream().map(Column::name).toList(),
                use -> new InputField(
                        InputField.LEFT, left.rows().field(left.rows().place(use))));
    }
}
