package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.PlanPrinter;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a query asks of a row: a value, to be computed, kept and passed on. Immutable.
 *
 * <p>Held as it will travel, flat and in post-order, so that a condition put together by a program a thousand words deep
 * is no deeper than any other. A condition that holds, does not hold or is unknown (because of a null) keeps a row only
 * if it holds, also under {@link #not}: {@code year.is(1990).not()} finds no row whose year is null.
 */
public final class Condition {
    /** The table whose fields the nodes name by place; null for a condition on parameters alone. */
    private final @Nullable TableSchema schema;

    private final List<Node> nodes;
    private final List<Param> params;

    private Condition(@Nullable TableSchema schema, List<Node> nodes, List<Param> params) {
        this.schema = schema;
        this.nodes = nodes;
        this.params = params;
    }

    static Condition leaf(TableSchema schema, Node node, List<Param> params) {
        return new Condition(schema, List.of(node), List.copyOf(params));
    }

    static Condition absent(Param param) {
        return new Condition(null, List.of(Node.absent(0)), List.of(param));
    }

    public Condition and(Condition other) {
        return combined(Op.AND, other);
    }

    public Condition or(Condition other) {
        return combined(Op.OR, other);
    }

    public Condition not() {
        final List<Node> all = new ArrayList<>(nodes);
        all.add(Node.combining(Op.NOT, nodes.size() - 1));
        return new Condition(schema, requireCount(all), params);
    }

    @Nullable
    TableSchema schema() {
        return schema;
    }

    List<Node> nodes() {
        return nodes;
    }

    List<Param> params() {
        return params;
    }

    /** {@code a and b and c} is one node of three operands, however it was put together. */
    private Condition combined(Op op, Condition other) {
        if (schema != null && other.schema != null && !schema.equals(other.schema)) {
            throw new BadQueryException("'" + this + "' asks of " + schema.name() + ", but '" + other + "' of "
                    + other.schema.name() + " (" + other.schema + ")");
        }
        final List<Param> merged = new ArrayList<>(params);
        final int[] places = new int[other.params.size()];
        Arrays.setAll(places, i -> merge(merged, other.params.get(i)));

        final int[] left = rootsOf(op, nodes);
        final int[] right = rootsOf(op, other.nodes);
        final List<Node> all = new ArrayList<>(nodes.size() + other.nodes.size() + 1);
        all.addAll(nodes.subList(0, left[left.length - 1] + 1));
        final int shift = all.size();
        for (final Node node : other.nodes.subList(0, right[right.length - 1] + 1)) {
            all.add(node.moved(shift, places));
        }
        final int[] operands = IntStream.concat(
                        Arrays.stream(left), Arrays.stream(right).map(root -> root + shift))
                .toArray();
        all.add(Node.combining(op, operands));
        return new Condition(schema != null ? schema : other.schema, requireCount(all), List.copyOf(merged));
    }

    /** The place of the parameter among these, to which it is added if it is new. */
    static int merge(List<Param> params, Param param) {
        for (int i = 0; i < params.size(); i++) {
            if (params.get(i).name().equals(param.name())) {
                params.set(i, params.get(i).with(param));
                return i;
            }
        }
        params.add(param);
        return params.size() - 1;
    }

    /** What the operation would combine: the root, or its operands if it is the same operation. */
    private static int[] rootsOf(Op op, List<Node> nodes) {
        final int last = nodes.size() - 1;
        final Node root = nodes.get(last);
        return root.op() == op
                ? IntStream.range(0, root.operandCount()).map(root::operand).toArray()
                : new int[] {last};
    }

    private static List<Node> requireCount(List<Node> nodes) {
        if (nodes.size() > QueryPlan.MAX_NODES) {
            throw new BadQueryException("a condition has at most " + QueryPlan.MAX_NODES
                    + " comparisons and words between them, but this one has " + nodes.size()
                    + "; many values of one field go into one in(...)");
        }
        return List.copyOf(nodes);
    }

    @Override
    public String toString() {
        return new PlanPrinter(schema == null ? List.of() : schema.fields(), params, nodes).condition();
    }
}
