package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Nodes as words: {@code (state is "FL" or state is "GA") and price * 2 >= 1990}. Long lists and long text are cut: this
 * is for reading, and what a hostile plan prints must stay short.
 *
 * <p>What is left to print stands on a stack, pieces of text and nodes, the next one on top; a node is replaced by its
 * pieces, so that nothing recurses.
 */
public final class PlanPrinter {
    private final List<Field> fields;
    private final List<String> names;
    private final List<?> parameters;
    private final List<Node> nodes;
    private final LeafPrinter leaves;
    private final StringBuilder out = new StringBuilder();
    private final Deque<Object> left = new ArrayDeque<>();

    /** A node that combines or computes, where it needs brackets. */
    private record Bracketed(int node) {}

    /** The parameters print themselves. */
    public PlanPrinter(List<Field> fields, List<?> parameters, List<Node> nodes) {
        this(fields, fields.stream().map(Field::name).toList(), parameters, nodes);
    }

    /** With fields called otherwise than they are, as where several tables have some of one name. */
    public PlanPrinter(List<Field> fields, List<String> names, List<?> parameters, List<Node> nodes) {
        this.fields = fields;
        this.names = names;
        this.parameters = parameters;
        this.nodes = nodes;
        leaves = new LeafPrinter(parameters, out);
    }

    /** The whole condition or value. */
    public String condition() {
        return words(nodes.size() - 1);
    }

    /** One node and what it is made of. */
    public String words(int node) {
        out.setLength(0);
        print(node);
        return out.toString();
    }

    /** The condition as {@code .where(…).where(…)}, one for each operand of an {@code and} at its root. */
    public String wheres() {
        final int root = nodes.size() - 1;
        if (root < 0) {
            return "";
        }
        final Node node = nodes.get(root);
        if (node.op() != Op.AND) {
            return where(root);
        }
        for (int i = 0; i < node.operandCount(); i++) {
            if (isBetween(node, i)) {
                out.append(".where(");
                final List<Object> pieces = new ArrayList<>();
                between(node, i++, pieces);
                print(pieces);
                out.append(')');
            } else {
                where(node.operand(i));
            }
        }
        return out.toString();
    }

    private String where(int node) {
        out.append(".where(");
        print(node);
        return out.append(')').toString();
    }

    private void print(int node) {
        print(List.of(node));
    }

    private void print(List<Object> pieces) {
        push(pieces);
        while (!left.isEmpty()) {
            final Object next = left.pop();
            if (next instanceof Integer node) {
                push(pieces(node, false));
            } else if (next instanceof Bracketed inner) {
                push(pieces(inner.node, true));
            } else {
                out.append(next);
            }
        }
    }

    private void push(List<Object> pieces) {
        for (int i = pieces.size() - 1; i >= 0; i--) {
            left.push(pieces.get(i));
        }
    }

    private List<Object> pieces(int place, boolean inBrackets) {
        final Node node = nodes.get(place);
        final List<Object> pieces = new ArrayList<>();
        final Op op = node.op();
        if (op.isCombining()) {
            combining(node, inBrackets, pieces);
        } else if (op.isInfix()) {
            pieces.add(inBrackets ? "(" : "");
            pieces.add(new Bracketed(node.operand(0)));
            pieces.add(" " + op.word() + " ");
            pieces.add(new Bracketed(node.operand(1)));
            pieces.add(inBrackets ? ")" : "");
        } else if (op.isValue()) {
            value(node, pieces);
        } else if (node.isOfValues()) {
            ofValues(node, pieces);
        } else {
            leaf(node);
        }
        return pieces;
    }

    private void combining(Node node, boolean inBrackets, List<Object> pieces) {
        final boolean isNot = node.op() == Op.NOT;
        final boolean hasBrackets = (isNot || inBrackets) && !isBetweenOnly(node);
        pieces.add((isNot ? "not " : "") + (hasBrackets ? "(" : ""));
        for (int i = 0; i < node.operandCount(); i++) {
            if (i > 0) {
                pieces.add(" " + node.op().word() + " ");
            }
            if (isBetween(node, i)) {
                between(node, i++, pieces);
            } else if (isNot) {
                pieces.add(node.operand(i));
            } else {
                pieces.add(new Bracketed(node.operand(i)));
            }
        }
        pieces.add(hasBrackets ? ")" : "");
    }

    private boolean isBetweenOnly(Node node) {
        return node.operandCount() == 2 && isBetween(node, 0);
    }

    /** Whether the operand and the next are the two ends of {@code between}. */
    private boolean isBetween(Node node, int operand) {
        if (node.op() != Op.AND || operand + 1 >= node.operandCount()) {
            return false;
        }
        final Node low = nodes.get(node.operand(operand));
        final Node high = nodes.get(node.operand(operand + 1));
        return low.op() == Op.AT_LEAST
                && high.op() == Op.AT_MOST
                && low.field() == high.field()
                && low.field() != Node.NONE
                && low.other() == Node.NONE
                && high.other() == Node.NONE;
    }

    private void between(Node node, int operand, List<Object> pieces) {
        final Node low = nodes.get(node.operand(operand));
        pieces.add(names.get(low.field()) + " between ");
        pieces.add(leaves.value(low, type(low), 0));
        pieces.add(" and ");
        pieces.add(leaves.value(nodes.get(node.operand(operand + 1)), type(low), 0));
    }

    /** What a leaf's field is compared with. */
    private FieldType type(Node node) {
        return PlanCheck.valueType(node.op(), fields.get(node.field()).type());
    }

    private void leaf(Node node) {
        if (node.op() == Op.IS_ABSENT) {
            out.append(parameters.get(node.parameter(0)))
                    .append(' ')
                    .append(node.op().word());
            return;
        }
        out.append(names.get(node.field())).append(' ').append(node.op().word());
        if (node.other() != Node.NONE) {
            out.append(' ').append(names.get(node.other()));
        } else {
            leaves.printValues(node, type(node));
        }
    }

    private void value(Node node, List<Object> pieces) {
        switch (node.op()) {
            case FIELD -> pieces.add(names.get(node.field()));
            case CONSTANT -> pieces.add(leaves.value(node, Objects.requireNonNull(node.type()), 0));
            case PARAMETER -> pieces.add(String.valueOf(parameters.get(node.parameter(0))));
            case CASE -> cases(node, pieces);
            default -> {
                pieces.add(node.op().word());
                for (int i = 0; i < node.operandCount(); i++) {
                    pieces.add(i == 0 ? "(" : ", ");
                    pieces.add(node.operand(i));
                }
                pieces.add(argument(node) + ")");
            }
        }
    }

    private static String argument(Node node) {
        return switch (node.op()) {
            case TO -> ", " + node.type();
            case ROUND -> ", " + node.argument();
            case TRUNCATED_TO ->
                ", " + TimeUnits.ofCode(node.argument()).toString().toLowerCase(Locale.ROOT);
            default -> "";
        };
    }

    private static void cases(Node node, List<Object> pieces) {
        final int count = node.operandCount();
        pieces.add("case");
        for (int i = 0; i + 1 < count; i += 2) {
            Collections.addAll(pieces, " when ", node.operand(i), " then ", node.operand(i + 1));
        }
        if (count % 2 == 1) {
            Collections.addAll(pieces, " else ", node.operand(count - 1));
        }
        pieces.add(" end");
    }

    private void ofValues(Node node, List<Object> pieces) {
        final Op op = node.op();
        pieces.add(node.operand(0));
        if (op == Op.WITHIN_EDITS) {
            pieces.add(" within " + node.argument() + (node.argument() == 1 ? " edit of " : " edits of "));
        } else {
            pieces.add(" " + op.word() + (node.operandCount() > 1 ? " " : ""));
        }
        if (node.operandCount() > 1) {
            pieces.add(node.operand(1));
            pieces.add(LeafPrinter.escape(node));
        } else if (op == Op.IN || op == Op.NOT_IN) {
            pieces.add(" " + leaves.set(node, Objects.requireNonNull(node.type())));
        }
    }
}
