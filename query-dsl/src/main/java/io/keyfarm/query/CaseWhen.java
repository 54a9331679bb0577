package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Conditions, each with the value where it is the first that holds. Immutable. */
public final class CaseWhen {
    private final List<Condition> conditions;
    private final List<Object> values;

    private CaseWhen(List<Condition> conditions, List<Object> values) {
        this.conditions = List.copyOf(conditions);
        this.values = List.copyOf(values);
    }

    CaseWhen(Condition condition, Object value) {
        this(List.of(condition), List.of(Operands.require("case", value)));
    }

    public CaseWhen when(Condition condition, Object value) {
        final List<Condition> moreConditions = new ArrayList<>(conditions);
        final List<Object> moreValues = new ArrayList<>(values);
        moreConditions.add(condition);
        moreValues.add(Operands.require("case", value));
        return new CaseWhen(moreConditions, moreValues);
    }

    public Expr otherwise(Object value) {
        final List<Object> all = new ArrayList<>(values);
        all.add(Operands.require("case", value));
        return made(all);
    }

    /** Null where no condition holds. */
    public Expr otherwiseNull() {
        return made(values);
    }

    private Expr made(List<Object> all) {
        final List<Expr> made = Operands.ofOneType("case", all);
        final List<Body> operands = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            if (i < conditions.size()) {
                operands.add(conditions.get(i).body());
            }
            operands.add(made.get(i).body());
        }
        if (operands.size() > ValueTypes.MAX_OPERANDS) {
            throw new BadQueryException(
                    "a case has at most " + ValueTypes.MAX_OPERANDS / 2 + " conditions, not " + conditions.size());
        }
        final FieldType type = ValueTypes.common(made.stream().map(Expr::type).toList());
        if (type == null) {
            throw new BadQueryException("the values of a case are of one family, but here "
                    + made.stream().map(it -> it + " is " + it.type()).collect(Collectors.joining(" and ")));
        }
        return new Computed(Body.combining(Node.computing(Op.CASE, Node.NONE), List.of(), operands), type);
    }
}
