package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import java.util.ArrayList;
import java.util.List;

/** Reads in order of some fields, from a value of the first of them on if a run says so. */
public final class OrderedRead {
    private OrderedRead() {}

    /** Whether an order, and a condition, can be said of it without another word changing its meaning. */
    public static boolean isPossible(QueryPlan read) {
        return !read.isCount() && !read.isOrdered() && read.limit() == QueryPlan.UNLIMITED && read.offset() == 0;
    }

    /**
     * Whether a read can begin at a value of this field and has room to say so. Floating point cannot: what comes behind NaN
     * is not what is at least NaN.
     */
    public static boolean canSkip(QueryPlan read, int rowField) {
        return read.nodes().size() + 2 <= PlanCheck.MAX_NODES
                && read.parameters().size() < Parameter.MAX_COUNT
                && hasNextValues(field(read, rowField).type().kind());
    }

    private static boolean hasNextValues(FieldKind kind) {
        return switch (kind) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, DECIMAL, DATE, TIMESTAMP, CHAR, VARCHAR -> true;
            case FLOAT32, FLOAT64, BOOL, BYTES -> false;
        };
    }

    /**
     * The read in ascending order of these fields of its rows.
     *
     * @param skip the optional parameter from which on it reads the first of them; empty: none
     */
    public static QueryPlan of(QueryPlan read, List<Integer> rowFields, String skip) {
        final List<Node> nodes = new ArrayList<>(read.nodes());
        final List<Parameter> parameters = new ArrayList<>(read.parameters());
        if (!skip.isEmpty()) {
            final int first = read.rowField(rowFields.get(0));
            final int root = nodes.size() - 1;
            nodes.add(Node.ofValues(
                    Op.AT_LEAST, first, new long[0], new byte[0][], new int[] {parameters.size()}, Node.NONE));
            if (root >= 0) {
                nodes.add(Node.combining(Op.AND, root, root + 1));
            }
            parameters.add(new Parameter(skip, read.fields().get(first).type(), true, false));
        }
        final int[] output = new int[read.rowFieldCount()];
        for (int i = 0; i < output.length; i++) {
            output[i] = read.rowField(i);
        }
        return QueryPlan.of(new PlanDraft(
                read.tableName(),
                read.fields(),
                parameters,
                nodes,
                false,
                output,
                rowFields.stream()
                        .map(field -> new OrderBy(read.rowField(field), false))
                        .toList(),
                QueryPlan.UNLIMITED,
                0));
    }

    /** Whether its rows come in ascending order of these fields. */
    static boolean isInOrder(QueryPlan read, List<Integer> rowFields) {
        if (read.order().size() < rowFields.size()) {
            return false;
        }
        for (int i = 0; i < rowFields.size(); i++) {
            final OrderBy by = read.order().get(i);
            if (by.descending() || by.field() != read.rowField(rowFields.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the parameter says from which value of that field on it reads, and nothing else. */
    static boolean skipsBy(QueryPlan read, int rowField, String parameter) {
        final Field field = field(read, rowField);
        if (read.isCount()
                || read.limit() != QueryPlan.UNLIMITED
                || read.offset() != 0
                || !hasNextValues(field.type().kind())) {
            return false;
        }
        final int place = read.parameters().indexOf(new Parameter(parameter, field.type(), true, false));
        int uses = 0;
        int asked = -1;
        for (int i = 0; i < read.nodes().size(); i++) {
            final Node node = read.nodes().get(i);
            for (int k = 0; k < node.parameterCount(); k++) {
                uses += node.parameter(k) == place ? 1 : 0;
                asked = node.parameter(k) == place ? i : asked;
            }
        }
        return uses == 1
                && isAtLeast(read.nodes().get(asked), read.rowField(rowField))
                && isRequired(read.nodes(), asked);
    }

    private static boolean isAtLeast(Node node, int field) {
        return node.op() == Op.AT_LEAST && node.field() == field && node.operandCount() == 0;
    }

    /** Whether no row is read for which the node does not hold. */
    private static boolean isRequired(List<Node> nodes, int asked) {
        final int last = nodes.size() - 1;
        final Node root = nodes.get(last);
        boolean isRequired = asked == last;
        for (int i = 0; root.op() == Op.AND && i < root.operandCount(); i++) {
            isRequired |= root.operand(i) == asked;
        }
        return isRequired;
    }

    private static Field field(QueryPlan read, int rowField) {
        return read.rowSchema().field(rowField);
    }
}
