package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Values;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Nodes as words: {@code (state is "FL" or state is "GA") and year >= 1990}. Long lists and long text are cut: this is for
 * reading, and what a hostile plan prints must stay short.
 */
public final class PlanPrinter {
    private static final int MAX_VALUES = 20;
    private static final int MAX_CHARS = 200;

    private final List<Field> fields;
    private final List<?> parameters;
    private final List<Node> nodes;
    private final StringBuilder out = new StringBuilder();

    /** The parameters print themselves. */
    public PlanPrinter(List<Field> fields, List<?> parameters, List<Node> nodes) {
        this.fields = fields;
        this.parameters = parameters;
        this.nodes = nodes;
    }

    /** The whole condition, one word. */
    public String condition() {
        print(nodes.size() - 1);
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
                printBetween(node, i);
                out.append(')');
                i++;
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

    /** One node that combines, on its way: which operand comes next. */
    private static final class Open {
        private final Node node;
        private final boolean inBrackets;
        private int next;

        Open(Node node, boolean inBrackets) {
            this.node = node;
            this.inBrackets = inBrackets;
        }
    }

    private void print(int root) {
        final Deque<Open> open = new ArrayDeque<>();
        begin(nodes.get(root), open);
        while (!open.isEmpty()) {
            final Open top = open.peek();
            if (top.next == top.node.operandCount()) {
                if (top.inBrackets) {
                    out.append(')');
                }
                open.pop();
                continue;
            }
            if (top.next > 0) {
                out.append(' ').append(top.node.op().word()).append(' ');
            }
            if (isBetween(top.node, top.next)) {
                printBetween(top.node, top.next);
                top.next += 2;
            } else {
                begin(nodes.get(top.node.operand(top.next++)), open);
            }
        }
    }

    private void begin(Node node, Deque<Open> open) {
        if (!node.op().isCombining()) {
            printLeaf(node);
            return;
        }
        final boolean inBrackets =
                node.op() == Op.NOT || (!open.isEmpty() && open.peek().node.op() != Op.NOT);
        if (node.op() == Op.NOT) {
            out.append("not ");
        }
        if (inBrackets && !isBetweenOnly(node)) {
            out.append('(');
            open.push(new Open(node, true));
        } else {
            open.push(new Open(node, false));
        }
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
                && low.other() == Node.NONE
                && high.other() == Node.NONE;
    }

    private void printBetween(Node node, int operand) {
        final Node low = nodes.get(node.operand(operand));
        out.append(fields.get(low.field()).name()).append(" between ");
        printValue(low, 0);
        out.append(" and ");
        printValue(nodes.get(node.operand(operand + 1)), 0);
    }

    private void printLeaf(Node node) {
        if (node.op() == Op.IS_ABSENT) {
            printParameter(node, 0);
            out.append(' ').append(node.op().word());
            return;
        }
        out.append(fields.get(node.field()).name()).append(' ').append(node.op().word());
        if (node.other() != Node.NONE) {
            out.append(' ').append(fields.get(node.other()).name());
        } else if (node.op() == Op.IN || node.op() == Op.NOT_IN) {
            printSet(node);
        } else if (valueCount(node) > 0) {
            out.append(' ');
            printValue(node, 0);
        }
        if (node.escape() != Node.NONE) {
            out.append(" escape '").appendCodePoint(node.escape()).append('\'');
        }
    }

    private void printSet(Node node) {
        final int count = valueCount(node);
        if (count == 1 && node.parameterCount() == 1) {
            out.append(' ');
            printParameter(node, 0);
            return;
        }
        out.append(" (");
        for (int i = 0; i < Math.min(count, MAX_VALUES); i++) {
            out.append(i == 0 ? "" : ", ");
            printValue(node, i);
        }
        out.append(count > MAX_VALUES ? ", and " + (count - MAX_VALUES) + " more)" : ")");
    }

    private static int valueCount(Node node) {
        return node.sortableCount() + node.textCount() + node.parameterCount();
    }

    /** The i-th of what the node names: numbers, then texts, then parameters. */
    private void printValue(Node node, int i) {
        final FieldType type =
                PlanCheck.valueType(node.op(), fields.get(node.field()).type());
        final int literals = node.sortableCount() + node.textCount();
        if (i >= literals) {
            printParameter(node, i - literals);
        } else if (i < node.sortableCount()) {
            out.append(Values.print(type, node.sortable(i)));
        } else {
            printText(type, node.text(i - node.sortableCount()));
        }
    }

    private void printParameter(Node node, int i) {
        out.append(parameters.get(node.parameter(i)));
    }

    private void printText(FieldType type, byte[] text) {
        final String whole = Values.print(type, text);
        final String shown = whole.length() > MAX_CHARS ? whole.substring(0, MAX_CHARS) + '…' : whole;
        out.append('"')
                .append(shown.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"');
    }
}
