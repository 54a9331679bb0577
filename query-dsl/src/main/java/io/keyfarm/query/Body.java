package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.PlanPrinter;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a condition or a value is made of, held as it will travel: nodes in post-order, and what they name by place, fields
 * of one table or several, and parameters. Immutable.
 */
final class Body {
    private final List<Use> fields;
    private final List<Param> params;
    private final List<Node> nodes;

    /** A field of a table, which another table may have by the same name. */
    record Use(TableSchema schema, int index) {
        Field field() {
            return schema.field(index);
        }
    }

    Body(List<Use> fields, List<Param> params, List<Node> nodes) {
        this.fields = List.copyOf(fields);
        this.params = List.copyOf(params);
        this.nodes = List.copyOf(nodes);
    }

    /** One node that is not made of others. */
    static Body of(Node node, List<Param> params, Use... fields) {
        return new Body(List.of(fields), params, List.of(node));
    }

    List<Use> fields() {
        return fields;
    }

    List<Param> params() {
        return params;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** The node on top of these, whose operands they become; it may name parameters of its own. */
    static Body combining(Node top, List<Param> topParams, List<Body> operands) {
        final Merge merge = new Merge();
        final int[] roots = new int[operands.size()];
        for (int i = 0; i < roots.length; i++) {
            merge.add(operands.get(i), operands.get(i).nodes.size());
            roots[i] = merge.nodes.size() - 1;
        }
        final int[] params = topParams.stream()
                .mapToInt(param -> mergeParam(merge.params, param))
                .toArray();
        merge.nodes.add(top.moved(0, new int[0], params).withOperands(roots));
        return merge.body();
    }

    static Body combining(Node top, Body... operands) {
        return combining(top, List.of(), List.of(operands));
    }

    /** {@code a and b and c} is one node of three operands, however it was put together. */
    Body joined(Op op, Body other) {
        final int[] left = rootsOf(op, nodes);
        final int[] right = rootsOf(op, other.nodes);
        final Merge merge = new Merge();
        merge.add(this, left[left.length - 1] + 1);
        final int shift = merge.nodes.size();
        merge.add(other, right[right.length - 1] + 1);
        final int[] operands = IntStream.concat(
                        Arrays.stream(left), Arrays.stream(right).map(root -> root + shift))
                .toArray();
        merge.nodes.add(Node.combining(op, operands));
        return merge.body();
    }

    /** What the operation would combine: the root, or its operands if it is the same operation. */
    private static int[] rootsOf(Op op, List<Node> nodes) {
        final int last = nodes.size() - 1;
        final Node root = nodes.get(last);
        return root.op() == op
                ? IntStream.range(0, root.operandCount()).map(root::operand).toArray()
                : new int[] {last};
    }

    private static final class Merge {
        private final List<Use> fields = new ArrayList<>();
        private final List<Param> params = new ArrayList<>();
        private final List<Node> nodes = new ArrayList<>();

        /** The first so many nodes of the body behind those that are here. */
        void add(Body body, int count) {
            final int[] fieldPlaces = new int[body.fields.size()];
            Arrays.setAll(fieldPlaces, i -> mergeField(fields, body.fields.get(i)));
            final int[] paramPlaces = new int[body.params.size()];
            Arrays.setAll(paramPlaces, i -> mergeParam(params, body.params.get(i)));
            final int shift = nodes.size();
            for (final Node node : body.nodes.subList(0, count)) {
                nodes.add(node.moved(shift, fieldPlaces, paramPlaces));
            }
        }

        Body body() {
            if (nodes.size() > QueryPlan.MAX_NODES) {
                throw new BadQueryException("a condition has at most " + QueryPlan.MAX_NODES
                        + " comparisons and words between them, but this one has " + nodes.size()
                        + "; many values of one field go into one in(...)");
            }
            return new Body(fields, params, nodes);
        }
    }

    /** The place of the field among these, to which it is added if it is new. */
    static int mergeField(List<Use> fields, Use field) {
        final int place = fields.indexOf(field);
        if (place >= 0) {
            return place;
        }
        fields.add(field);
        return fields.size() - 1;
    }

    /** The place of the parameter among these, to which it is added if it is new. */
    static int mergeParam(List<Param> params, Param param) {
        for (int i = 0; i < params.size(); i++) {
            if (params.get(i).name().equals(param.name())) {
                params.set(i, params.get(i).with(param));
                return i;
            }
        }
        params.add(param);
        return params.size() - 1;
    }

    PlanPrinter printer() {
        final boolean isOfSeveral = fields.stream().map(Use::schema).distinct().count() > 1;
        return new PlanPrinter(
                fields.stream().map(Use::field).toList(),
                fields.stream()
                        .map(use -> (isOfSeveral ? use.schema.name() + "." : "")
                                + use.field().name())
                        .toList(),
                params,
                nodes);
    }

    @Override
    public String toString() {
        return printer().condition();
    }
}
