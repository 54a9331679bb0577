package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether nodes that compute values, and conditions that ask of such, take what they are given; and what type each value
 * has, found node by node from what stands before it. The part of {@link PlanCheck} that knows of values.
 */
final class ValueCheck {
    /** Of one expression, while it is computed: each takes memory of its own. */
    static final int MAX_HELD = 256;

    private final List<Field> fields;
    private final List<Parameter> parameters;
    private final List<Node> nodes;
    /** Null for conditions. */
    private final @Nullable FieldType[] types;

    private final boolean[] nullable;
    /** How many values are held at once while the node is computed. */
    private final int[] held;

    ValueCheck(List<Field> fields, List<Parameter> parameters, List<Node> nodes) {
        this.fields = fields;
        this.parameters = parameters;
        this.nodes = nodes;
        types = new FieldType[nodes.size()];
        nullable = new boolean[nodes.size()];
        held = new int[nodes.size()];
    }

    /** Of the value that a node computes; null for a condition. */
    @Nullable
    FieldType type(int node) {
        return types[node];
    }

    boolean isNullable(int node) {
        return nullable[node];
    }

    void holdsNone(int i) {
        held[i] = 0;
    }

    void requireConditions(int i, Node node) {
        for (int k = 0; k < node.operandCount(); k++) {
            requireKind(i, node, k, false);
            held[i] = Math.max(held[i], held[node.operand(k)]);
        }
    }

    void requireValue(int i, Node node) {
        final Op op = node.op();
        final int values = node.sortableCount() + node.textCount() + node.parameterCount();
        PlanCheck.require(ValueTypes.takes(op, node.operandCount()), i, op, "other operands");
        PlanCheck.require(node.other() == Node.NONE && node.escape() == Node.NONE, i, op, "nothing else");
        PlanCheck.require((node.field() != Node.NONE) == (op == Op.FIELD), i, op, "a field only to be one");
        PlanCheck.require((node.type() != null) == (op == Op.CONSTANT || op == Op.TO), i, op, "a type to be one");
        PlanCheck.require(
                (node.argument() != Node.NONE) == (op == Op.ROUND || op == Op.TRUNCATED_TO), i, op, "such an argument");
        PlanCheck.require(
                values == (op == Op.CONSTANT || op == Op.PARAMETER ? 1 : 0)
                        && node.parameterCount() == (op == Op.PARAMETER ? 1 : 0),
                i,
                op,
                "other values");
        switch (op) {
            case FIELD -> {
                PlanCheck.require(node.field() >= 0 && node.field() < fields.size(), i, op, "a field of the plan");
                types[i] = fields.get(node.field()).type();
                nullable[i] = fields.get(node.field()).nullable();
            }
            case CONSTANT -> {
                types[i] = node.type();
                PlanCheck.requireValues(i, node, "a constant", typeOf(i), parameters);
            }
            case PARAMETER -> {
                final Parameter parameter = PlanCheck.parameter(i, node, 0, parameters);
                PlanCheck.require(!parameter.set(), i, op, "one value, and no set");
                types[i] = parameter.type();
                nullable[i] = true;
            }
            case CASE -> requireCase(i, node);
            default -> requireComputed(i, node);
        }
        hold(i, node);
    }

    private void requireComputed(int i, Node node) {
        final List<FieldType> operands = operands(i, node);
        final FieldType result = ValueTypes.result(node.op(), operands, node.argument(), node.type());
        if (result == null) {
            throw wrongTypes(i, node, operands);
        }
        types[i] = result;
        nullable[i] = node.op() == Op.COALESCE;
        for (int k = 0; k < node.operandCount(); k++) {
            final boolean operand = nullable[node.operand(k)];
            nullable[i] = node.op() == Op.COALESCE ? nullable[i] && operand : nullable[i] || operand;
        }
    }

    /** Condition, value, condition, value, …, and perhaps the value otherwise. */
    private void requireCase(int i, Node node) {
        final List<FieldType> values = new ArrayList<>();
        final int count = node.operandCount();
        nullable[i] = count % 2 == 0;
        for (int k = 0; k < count; k++) {
            final boolean isValue = k % 2 == 1 || k == count - 1;
            requireKind(i, node, k, isValue);
            if (isValue) {
                values.add(typeOf(node.operand(k)));
                nullable[i] |= nullable[node.operand(k)];
            }
        }
        final FieldType common = ValueTypes.common(values);
        if (common == null) {
            throw wrongTypes(i, node, values);
        }
        types[i] = common;
    }

    void requireCondition(int i, Node node) {
        final Op op = node.op();
        PlanCheck.require(ValueTypes.takes(op, node.operandCount()), i, op, "other operands");
        PlanCheck.require(node.field() == Node.NONE && node.other() == Node.NONE, i, op, "no field beside values");
        PlanCheck.require((node.type() != null) == (op == Op.IN || op == Op.NOT_IN), i, op, "a type to be of a set");
        PlanCheck.require((node.argument() != Node.NONE) == (op == Op.WITHIN_EDITS), i, op, "such an argument");
        PlanCheck.require(
                node.escape() == Node.NONE || (op == Op.LIKE && PlanCheck.isEscapeCharacter(node.escape())),
                i,
                op,
                "no such escape");
        final List<FieldType> operands = operands(i, node);
        if (!ValueTypes.isAsked(op, operands, node.argument())) {
            throw wrongTypes(i, node, operands);
        }
        if (op == Op.IN || op == Op.NOT_IN) {
            final FieldType type = ValueTypes.computed(operands.get(0));
            PlanCheck.require(type.equals(node.type()), i, op, "values of " + type);
            PlanCheck.requireValues(i, node, "node " + i, type, parameters);
        } else {
            PlanCheck.require(
                    node.sortableCount() + node.textCount() + node.parameterCount() == 0, i, op, "values as operands");
        }
        if (op == Op.LIKE || op == Op.MATCHES) {
            requirePattern(i, node);
        }
        hold(i, node);
    }

    private void requirePattern(int i, Node node) {
        final Node pattern = nodes.get(node.operand(1));
        PlanCheck.require(
                pattern.op() == Op.CONSTANT || pattern.op() == Op.PARAMETER, i, node.op(), "a pattern that is known");
        PlanCheck.require(
                types[node.operand(1)] != null && typeOf(node.operand(1)).kind() == FieldKind.VARCHAR,
                i,
                node.op(),
                "a varchar pattern");
        if (pattern.op() == Op.CONSTANT) {
            requirePatternText("node " + i, node.op(), pattern.text(0), node.escape());
        }
    }

    /** That a pattern is not longer than patterns are, and does not end with its escape. */
    static void requirePatternText(String name, Op op, byte[] text, int escape) {
        if (op == Op.MATCHES && text.length > PlanCheck.MAX_REGEX_BYTES) {
            throw new BadPlanException(name + " matches a regular expression of at most " + PlanCheck.MAX_REGEX_BYTES
                    + " bytes, but this one has " + text.length);
        }
        PlanCheck.requirePattern(name, op, text, escape);
    }

    private List<FieldType> operands(int i, Node node) {
        final List<FieldType> operands = new ArrayList<>(node.operandCount());
        for (int k = 0; k < node.operandCount(); k++) {
            requireKind(i, node, k, true);
            operands.add(typeOf(node.operand(k)));
        }
        return operands;
    }

    private void requireKind(int i, Node node, int operand, boolean value) {
        PlanCheck.require(
                (types[node.operand(operand)] != null) == value,
                i,
                node.op(),
                value ? "values to compute with" : "conditions to combine");
    }

    private FieldType typeOf(int node) {
        final FieldType type = types[node];
        assert type != null : node;
        return type;
    }

    /** What was computed before an operand is held beside what that needs; of a case, only what the case becomes. */
    private void hold(int i, Node node) {
        final boolean isCase = node.op() == Op.CASE;
        held[i] = isCase ? 1 : node.operandCount() + 1;
        for (int k = 0; k < node.operandCount(); k++) {
            held[i] = Math.max(held[i], (isCase ? 1 : k) + held[node.operand(k)]);
        }
        if (held[i] > MAX_HELD) {
            throw new BadPlanException("an expression holds at most " + MAX_HELD + " values at once, but node " + i
                    + " needs more: bring deep brackets to the left");
        }
    }

    private static BadPlanException wrongTypes(int i, Node node, List<FieldType> types) {
        return new BadPlanException("node %d, '%s', takes %s, but has %s"
                .formatted(
                        i,
                        node.op().word(),
                        ValueTypes.wanted(node.op()),
                        types.stream().limit(10).map(FieldType::toString).collect(Collectors.joining(" and "))));
    }
}
