package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.PlanCheck;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the conditions of a join say of its two sides. */
final class JoinConditions {
    private JoinConditions() {}

    /** The conditions that an {@code and} at the root puts together; itself if it is none. */
    static List<Body> operands(Body body) {
        final int root = body.nodes().size() - 1;
        final Node top = body.nodes().get(root);
        if (top.op() != Op.AND) {
            return List.of(body);
        }
        final List<Body> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < top.operandCount(); i++) {
            all.add(part(body, start, top.operand(i)));
            start = top.operand(i) + 1;
        }
        return all;
    }

    /** The nodes of one tree of the body, with the fields and parameters that they name. */
    private static Body part(Body body, int start, int root) {
        final List<Body.Use> fields = new ArrayList<>();
        final List<Param> params = new ArrayList<>();
        final List<Node> nodes = new ArrayList<>();
        final int[] fieldPlaces = new int[body.fields().size()];
        final int[] paramPlaces = new int[body.params().size()];
        for (final Node node : body.nodes().subList(start, root + 1)) {
            for (final int field : new int[] {node.field(), node.other()}) {
                if (field != Node.NONE) {
                    fieldPlaces[field] = Body.mergeField(fields, body.fields().get(field));
                }
            }
            for (int i = 0; i < node.parameterCount(); i++) {
                final int param = node.parameter(i);
                paramPlaces[param] = Body.mergeParam(params, body.params().get(param));
            }
            nodes.add(node.moved(-start, fieldPlaces, paramPlaces));
        }
        return new Body(fields, params, nodes);
    }

    /** Whether a segment monitor of one right field can say it once the left row is given. */
    static boolean isKeyed(Body body, Predicate<Body.Use> isLeft) {
        Body.Use right = null;
        for (final Node node : body.nodes()) {
            if (node.op().isCombining()) {
                continue;
            }
            if (node.isOfValues() || node.field() == Node.NONE || node.op() == Op.CONTAINS || node.op() == Op.LIKE) {
                return false;
            }
            final Body.Use asked = rightOf(body, node, isLeft);
            if (asked == null || (right != null && !right.equals(asked))) {
                return false;
            }
            right = asked;
        }
        return right != null;
    }

    /** The right field that the leaf asks of; null if it asks of none, or of more than a monitor can be told. */
    private static Body.@Nullable Use rightOf(Body body, Node leaf, Predicate<Body.Use> isLeft) {
        final Body.Use field = body.fields().get(leaf.field());
        if (leaf.other() == Node.NONE) {
            return isLeft.test(field) ? null : field;
        }
        final Body.Use other = body.fields().get(leaf.other());
        if (isLeft.test(field) == isLeft.test(other)) {
            return null;
        }
        final Body.Use right = isLeft.test(field) ? other : field;
        final Body.Use left = isLeft.test(field) ? field : other;
        return leaf.op() == Op.IS || holdsAll(right.field().type(), left.field().type()) ? right : null;
    }

    /** Whether every value of the one type is a value of the other, in the same order. */
    private static boolean holdsAll(FieldType wide, FieldType narrow) {
        if (!PlanCheck.areComparable(wide, narrow)) {
            return false;
        }
        if (wide.isText()) {
            return wide.equals(narrow);
        }
        if (wide.kind().isFloating()) {
            return wide.kind() == FieldKind.FLOAT64 || narrow.kind() == FieldKind.FLOAT32;
        }
        return wide.minSortable() <= narrow.minSortable() && narrow.maxSortable() <= wide.maxSortable();
    }

    /** The same of the right side alone: parameters stand where fields of the left side stood. */
    static Body bound(Body body, Predicate<Body.Use> isLeft, BiFunction<Body.Use, Body.Use, Param> paramOf) {
        final List<Body.Use> fields = new ArrayList<>();
        final List<Param> params = new ArrayList<>(body.params());
        final int[] paramPlaces = new int[params.size()];
        Arrays.setAll(paramPlaces, i -> i);
        final List<Node> nodes = new ArrayList<>();
        for (final Node node : body.nodes()) {
            nodes.add(node.op().isCombining() ? node : boundLeaf(body, node, isLeft, paramOf, fields, params));
        }
        return new Body(fields, params, nodes);
    }

    private static Node boundLeaf(
            Body body,
            Node leaf,
            Predicate<Body.Use> isLeft,
            BiFunction<Body.Use, Body.Use, Param> paramOf,
            List<Body.Use> fields,
            List<Param> params) {
        final Body.Use field = body.fields().get(leaf.field());
        if (leaf.other() == Node.NONE) {
            final int[] places = new int[body.fields().size()];
            places[leaf.field()] = Body.mergeField(fields, field);
            return leaf.withFields(places);
        }
        final Body.Use other = body.fields().get(leaf.other());
        final boolean isTurned = isLeft.test(field);
        final Body.Use right = isTurned ? other : field;
        final int param = Body.mergeParam(params, paramOf.apply(isTurned ? field : other, right));
        return Node.ofValues(
                isTurned ? turned(leaf.op()) : leaf.op(),
                Body.mergeField(fields, right),
                new long[0],
                new byte[0][],
                new int[] {param},
                Node.NONE);
    }

    /** {@code a < b} is {@code b > a}. */
    private static Op turned(Op op) {
        return switch (op) {
            case LESS_THAN -> Op.GREATER_THAN;
            case AT_MOST -> Op.AT_LEAST;
            case GREATER_THAN -> Op.LESS_THAN;
            case AT_LEAST -> Op.AT_MOST;
            default -> op;
        };
    }
}
