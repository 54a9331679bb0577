package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Whether nodes make a condition: that they stand in post-order, each used once, and ask of each field what its type can
 * answer. The one check behind the words, plan bytes from anywhere, and the binding to a table.
 */
public final class PlanCheck {
    public static final int MAX_NODES = 4096;
    /** Of what {@code starts with}, {@code contains} and {@code like} look for: their work is its length times the text's. */
    public static final int MAX_PATTERN_BYTES = 4096;
    /** Of a regular expression. */
    public static final int MAX_REGEX_BYTES = 1024;

    public static final int MAX_EDITS = 16;

    private final List<Field> fields;
    private final List<Parameter> parameters;
    private final List<Node> nodes;
    private final ValueCheck values;

    PlanCheck(List<Field> fields, List<Parameter> parameters, List<Node> nodes) {
        this.fields = fields;
        this.parameters = parameters;
        this.nodes = nodes;
        values = new ValueCheck(fields, parameters, nodes);
    }

    /** What a field of this type is compared with: its own type, but loose text for patterns. */
    public static FieldType valueType(Op op, FieldType type) {
        return op.isPattern() && type.kind() == FieldKind.CHAR ? FieldType.VARCHAR : type;
    }

    /** Whether fields of the two types may be compared with each other. */
    public static boolean areComparable(FieldType one, FieldType other) {
        final int family = family(one.kind());
        return family == family(other.kind()) && (one.kind() != FieldKind.DECIMAL || one.scale() == other.scale());
    }

    private static int family(FieldKind kind) {
        return switch (kind) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> 1;
            case FLOAT32, FLOAT64 -> 2;
            case DECIMAL -> 3;
            case BOOL -> 4;
            case DATE -> 5;
            case TIMESTAMP -> 6;
            case CHAR, VARCHAR -> 7;
            case BYTES -> 8;
        };
    }

    /** Whether the operation can be asked of a field of the type by itself. */
    public static boolean fits(Op op, FieldType type) {
        return switch (op) {
            case LIKE -> type.kind() == FieldKind.CHAR || type.kind() == FieldKind.VARCHAR;
            case STARTS_WITH, CONTAINS -> type.isText();
            default -> !op.isValue() && !op.isOfValuesOnly();
        };
    }

    /** That a like's pattern does not end with its escape, and that no pattern is longer than patterns are. */
    public static void requirePattern(String name, Op op, DirectBuffer text, int offset, int length, int escape) {
        if (length > MAX_PATTERN_BYTES) {
            throw new BadPlanException(
                    name + " looks for at most " + MAX_PATTERN_BYTES + " bytes, but this pattern has " + length);
        }
        if (op != Op.LIKE || escape == Node.NONE) {
            return;
        }
        boolean isEscaped = false;
        for (int i = 0; i < length; i++) {
            isEscaped = !isEscaped && text.getByte(offset + i) == escape;
        }
        if (isEscaped) {
            throw new BadPlanException(name + " is like a pattern that ends with its escape '" + (char) escape + "'");
        }
    }

    /** Of an expression: a regular expression is shorter than other patterns. */
    public static void requirePatternText(String name, Op op, byte[] pattern, int escape) {
        ValueCheck.requirePatternText(name, op, pattern, escape);
    }

    public static void requirePattern(String name, Op op, byte[] pattern, int escape) {
        requirePattern(name, op, new UnsafeBuffer(pattern), 0, pattern.length, escape);
    }

    /** That the nodes are one condition, or none. */
    void requireCondition() {
        final int[] roots = run();
        if (roots.length > 1) {
            throw new BadPlanException("the nodes " + roots[0] + " and " + roots[1] + " are not combined");
        }
        if (roots.length == 1 && values.type(roots[0]) != null) {
            throw new BadPlanException("node " + roots[0] + " is a value, and no condition");
        }
    }

    /** What was found out about values by {@link #run}. */
    ValueCheck values() {
        return values;
    }

    /** Passes over the nodes once; answers those that none other uses. */
    int[] run() {
        if (nodes.size() > MAX_NODES) {
            throw new BadPlanException("a plan has at most " + MAX_NODES + " nodes, but this one has " + nodes.size());
        }
        // The nodes that none has used yet, as a stack: the operands of the next are those on top, in order.
        final int[] unused = new int[nodes.size()];
        int depth = 0;
        for (int i = 0; i < nodes.size(); i++) {
            final Node node = nodes.get(i);
            depth -= node.operandCount();
            for (int k = 0; k < node.operandCount(); k++) {
                if (depth < 0 || unused[depth + k] != node.operand(k)) {
                    throw new BadPlanException(
                            "node " + i + " combines node " + Integer.toUnsignedString(node.operand(k))
                                    + ", which is not the one before it in post-order");
                }
            }
            unused[depth++] = i;
            requireNode(i, node);
        }
        return Arrays.copyOf(unused, depth);
    }

    private void requireNode(int i, Node node) {
        final Op op = node.op();
        if (op.isValue()) {
            this.values.requireValue(i, node);
            return;
        }
        if (node.isOfValues()) {
            this.values.requireCondition(i, node);
            return;
        }
        require(node.type() == null && node.argument() == Node.NONE, i, op, "nothing else");
        final int values = node.sortableCount() + node.textCount() + node.parameterCount();
        final int operandsNeeded = op == Op.NOT ? 1 : 2;
        if (op.isCombining()) {
            require(op == Op.NOT ? node.operandCount() == 1 : node.operandCount() >= operandsNeeded, i, op, "operands");
            require(node.field() == Node.NONE && node.other() == Node.NONE && values == 0, i, op, "nothing else");
            this.values.requireConditions(i, node);
        } else {
            require(!op.isOfValuesOnly(), i, op, "operands");
            this.values.holdsNone(i);
            if (op == Op.IS_ABSENT) {
                require(node.field() == Node.NONE && node.other() == Node.NONE, i, op, "no field");
                require(values == 1 && node.parameterCount() == 1, i, op, "one parameter");
                require(parameter(i, node, 0, parameters).optional(), i, op, "an optional parameter");
            } else {
                requireField(i, node, values);
            }
        }
        require(
                node.escape() == Node.NONE || (op == Op.LIKE && isEscapeCharacter(node.escape())),
                i,
                op,
                "no such escape");
    }

    /** Whether a like may use it: a visible ASCII character that is not itself a wildcard. */
    public static boolean isEscapeCharacter(int escape) {
        return escape > ' ' && escape < 0x7F && escape != '%' && escape != '_';
    }

    private void requireField(int i, Node node, int values) {
        final Op op = node.op();
        require(node.field() >= 0 && node.field() < fields.size(), i, op, "a field of the plan");
        final Field field = fields.get(node.field());
        if (!fits(op, field.type())) {
            throw new BadPlanException(field.name() + " is " + field.type() + ", not text");
        }
        if (node.other() != Node.NONE) {
            require(op.isComparison() && values == 0, i, op, "no values beside another field");
            require(node.other() >= 0 && node.other() < fields.size(), i, op, "another field of the plan");
            final Field other = fields.get(node.other());
            if (!areComparable(field.type(), other.type())) {
                throw new BadPlanException("%s is %s, and cannot be compared with %s, which is %s"
                        .formatted(field.name(), field.type(), other.name(), other.type()));
            }
            return;
        }
        switch (op) {
            case IS_NULL, IS_NOT_NULL -> require(values == 0, i, op, "no value");
            case IN, NOT_IN -> {}
            default -> require(values == 1, i, op, "one value");
        }
        requireValues(i, node, field);
    }

    private void requireValues(int i, Node node, Field field) {
        requireValues(i, node, field.name(), valueType(node.op(), field.type()), parameters);
    }

    static void requireValues(int i, Node node, String name, FieldType type, List<Parameter> parameters) {
        final Op op = node.op();
        require(type.isText() ? node.sortableCount() == 0 : node.textCount() == 0, i, op, "values of " + type);
        for (int k = 0; k < node.sortableCount(); k++) {
            requireSortable(name, type, node.sortable(k));
        }
        for (int k = 0; k < node.textCount(); k++) {
            requireText(name, type, node.text(k).length);
            if (op.isPattern()) {
                requirePattern(name, op, node.text(k), node.escape());
            }
        }
        for (int k = 0; k < node.parameterCount(); k++) {
            final Parameter parameter = parameter(i, node, k, parameters);
            if (!parameter.type().equals(type)) {
                throw new BadPlanException(
                        "%s is %s, but :%s is %s".formatted(name, type, parameter.name(), parameter.type()));
            }
            require(!parameter.set() || op == Op.IN || op == Op.NOT_IN, i, op, "one value, and no set");
        }
    }

    static Parameter parameter(int i, Node node, int k, List<Parameter> parameters) {
        final int place = node.parameter(k);
        require(place >= 0 && place < parameters.size(), i, node.op(), "a parameter of the plan");
        return parameters.get(place);
    }

    static void requireSortable(String name, FieldType type, long sortable) {
        if (sortable < type.minSortable() || sortable > type.maxSortable()) {
            throw new BadPlanException("%s is %s and holds %d to %d, but not %d"
                    .formatted(name, type, type.minSortable(), type.maxSortable(), sortable));
        }
    }

    /** A {@code char(n)} is compared with n bytes, blanks included. */
    static void requireText(String name, FieldType type, int bytes) {
        if (type.kind() == FieldKind.CHAR ? bytes != type.length() : bytes > FieldType.MAX_TEXT_BYTES || bytes < 0) {
            throw new BadPlanException("%s is %s and holds %s%d bytes, but this text has %d"
                    .formatted(
                            name,
                            type,
                            type.kind() == FieldKind.CHAR ? "" : "at most ",
                            type.kind() == FieldKind.CHAR ? type.length() : FieldType.MAX_TEXT_BYTES,
                            bytes));
        }
    }

    static void require(boolean holds, int node, Op op, String wanted) {
        if (!holds) {
            throw new BadPlanException("node " + node + ", '" + op.word() + "', takes " + wanted);
        }
    }
}
