package io.keyfarm.query.plan;

import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Values;
import java.util.List;

/** The values that a node names itself, as {@link PlanPrinter} prints them. */
final class LeafPrinter {
    private static final int MAX_VALUES = 20;
    private static final int MAX_CHARS = 200;

    private final List<?> parameters;
    private final StringBuilder out;

    LeafPrinter(List<?> parameters, StringBuilder out) {
        this.parameters = parameters;
        this.out = out;
    }

    void printValues(Node node, FieldType type) {
        if (node.op() == Op.IN || node.op() == Op.NOT_IN) {
            out.append(' ').append(set(node, type));
        } else if (count(node) > 0) {
            out.append(' ').append(value(node, type, 0));
        }
        out.append(escape(node));
    }

    static String escape(Node node) {
        return node.escape() == Node.NONE ? "" : " escape '" + Character.toString(node.escape()) + "'";
    }

    String set(Node node, FieldType type) {
        final int count = count(node);
        if (count == 1 && node.parameterCount() == 1) {
            return parameter(node, 0);
        }
        final StringBuilder words = new StringBuilder("(");
        for (int i = 0; i < Math.min(count, MAX_VALUES); i++) {
            words.append(i == 0 ? "" : ", ").append(value(node, type, i));
        }
        return words.append(count > MAX_VALUES ? ", and " + (count - MAX_VALUES) + " more)" : ")")
                .toString();
    }

    private static int count(Node node) {
        return node.sortableCount() + node.textCount() + node.parameterCount();
    }

    /** The i-th of what the node names: numbers, then texts, then parameters. */
    String value(Node node, FieldType type, int i) {
        final int literals = node.sortableCount() + node.textCount();
        if (i >= literals) {
            return parameter(node, i - literals);
        }
        return i < node.sortableCount()
                ? Values.print(type, node.sortable(i))
                : text(type, node.text(i - node.sortableCount()));
    }

    private String parameter(Node node, int i) {
        return String.valueOf(parameters.get(node.parameter(i)));
    }

    static String text(FieldType type, byte[] text) {
        final String whole = Values.print(type, text);
        final String shown = whole.length() > MAX_CHARS ? whole.substring(0, MAX_CHARS) + '…' : whole;
        return '"' + shown.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
