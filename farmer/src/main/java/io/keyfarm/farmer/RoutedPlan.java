package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.PlanDraft;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.Routing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A lookup's plan as the entries of a routed key answer it.
 *
 * <pre>
 *   lookup        from(orders).where(o_custkey is :left_0 and o_total &gt; 10).select(o_total)
 *
 *   half keyed    from(orders@o_custkey+o_total), else the same            the entries have all that it names
 *   full keyed    from(orders@o_custkey).where(o_custkey is :left_0).select(fpos)      what they can tell
 * </pre>
 *
 * Its parameters are the lookup's, so that a left row's binding is a binding of both. Pure.
 *
 * @param index what the entries are asked
 * @param isHalf whether it answers the lookup's rows themselves; else where they are
 * @param isWhole whether it asks for all that the lookup asks for, so that each row it answers is one of the lookup's
 * @param parameter whose value says the channel
 */
record RoutedPlan(QueryPlan index, boolean isHalf, boolean isWhole, int parameter) {
    /** No channel: the binding does not say one value. */
    static final int NONE = -1;

    /** Null where the plan asks for more than rows, or for no single value of the key's first field. */
    static @Nullable RoutedPlan of(QueryPlan plan, RoutedKey key) {
        final boolean isWhole = !plan.isOrdered() && plan.limit() == QueryPlan.UNLIMITED && plan.offset() == 0;
        if (plan.isCount() || plan.isGrouped() || !isWhole) {
            return null;
        }
        final List<Integer> operands = operands(plan);
        final int parameter = parameter(plan, operands, key.fields().get(0));
        if (parameter == NONE) {
            return null;
        }
        final Set<String> names = new HashSet<>(key.fields());
        names.addAll(key.carried());
        final String table = key.entries().schema().name();
        if (plan.fields().stream().allMatch(field -> names.contains(field.name()))) {
            return new RoutedPlan(half(plan, table), true, true, parameter);
        }
        final List<Integer> told =
                operands.stream().filter(operand -> isOf(plan, operand, names)).toList();
        return new RoutedPlan(
                full(plan, told, table, key.fposField()), false, told.size() == operands.size(), parameter);
    }

    /** What the whole condition is the and of. */
    private static List<Integer> operands(QueryPlan plan) {
        final List<Integer> operands = new ArrayList<>();
        final List<Integer> open = new ArrayList<>();
        if (!plan.nodes().isEmpty()) {
            open.add(plan.nodes().size() - 1);
        }
        while (!open.isEmpty()) {
            final int place = open.remove(open.size() - 1);
            final Node node = plan.nodes().get(place);
            if (node.op() == Op.AND) {
                for (int i = node.operandCount() - 1; i >= 0; i--) {
                    open.add(node.operand(i));
                }
            } else {
                operands.add(place);
            }
        }
        return operands;
    }

    /** That which the field must equal, or none. */
    private static int parameter(QueryPlan plan, List<Integer> operands, String field) {
        for (final int operand : operands) {
            final Node node = plan.nodes().get(operand);
            if (node.op() == Op.IS
                    && node.field() != Node.NONE
                    && node.other() == Node.NONE
                    && node.parameterCount() == 1
                    && node.sortableCount() + node.textCount() == 0
                    && plan.fields().get(node.field()).name().equals(field)) {
                final Parameter parameter = plan.parameters().get(node.parameter(0));
                final Field asked = plan.fields().get(node.field());
                if (!parameter.set() && parameter.type().equals(asked.type())) {
                    return node.parameter(0);
                }
            }
        }
        return NONE;
    }

    /** Whether the condition that ends at this node is of these fields alone. */
    private static boolean isOf(QueryPlan plan, int root, Set<String> names) {
        for (int i = start(plan, root); i <= root; i++) {
            final Node node = plan.nodes().get(i);
            for (final int field : new int[] {node.field(), node.other()}) {
                if (field != Node.NONE
                        && !names.contains(plan.fields().get(field).name())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The first node of the condition that ends at this one. */
    private static int start(QueryPlan plan, int root) {
        int start = root;
        while (plan.nodes().get(start).operandCount() > 0) {
            start = plan.nodes().get(start).operand(0);
        }
        return start;
    }

    private static QueryPlan half(QueryPlan plan, String table) {
        final int[] output = new int[plan.rowFieldCount()];
        Arrays.setAll(output, plan::rowField);
        return draft(table, plan.fields(), plan.parameters(), plan.nodes(), output);
    }

    private static QueryPlan full(QueryPlan plan, List<Integer> operands, String table, Field fpos) {
        final List<Field> fields = new ArrayList<>();
        final int[] moved = new int[plan.fields().size()];
        Arrays.fill(moved, Node.NONE);
        final List<Node> nodes = new ArrayList<>();
        final int[] roots = new int[operands.size()];
        for (int i = 0; i < roots.length; i++) {
            final int start = start(plan, operands.get(i));
            final int shift = nodes.size() - start;
            for (int place = start; place <= operands.get(i); place++) {
                final Node node = plan.nodes().get(place);
                for (final int field : new int[] {node.field(), node.other()}) {
                    if (field != Node.NONE && moved[field] == Node.NONE) {
                        moved[field] = fields.size();
                        fields.add(plan.fields().get(field));
                    }
                }
                final int[] below = new int[node.operandCount()];
                Arrays.setAll(below, operand -> node.operand(operand) + shift);
                nodes.add(node.withOperands(below).withFields(moved));
            }
            roots[i] = nodes.size() - 1;
        }
        if (roots.length > 1) {
            nodes.add(Node.combining(Op.AND, roots));
        }
        fields.add(fpos);
        return draft(table, fields, plan.parameters(), nodes, new int[] {fields.size() - 1});
    }

    private static QueryPlan draft(
            String table, List<Field> fields, List<Parameter> parameters, List<Node> nodes, int[] output) {
        return QueryPlan.of(
                new PlanDraft(table, fields, parameters, nodes, false, output, List.of(), QueryPlan.UNLIMITED, 0));
    }

    /** The channel that has the entries of a binding; of a null, which equals nothing, any; {@link #NONE} if it may be many. */
    int channel(DirectBuffer block, int offset, int channelCount) {
        int at = offset;
        for (int i = 0; i < parameter; i++) {
            at = ParameterBlock.end(index.parameters().get(i), block, at);
        }
        final byte state = block.getByte(at);
        if (state == ParameterBlock.NULL) {
            return 0;
        }
        if (state != ParameterBlock.ONE_VALUE) {
            return NONE;
        }
        at += Byte.BYTES;
        final long hash = index.parameters().get(parameter).type().isText()
                ? Routing.hash(block, at + Integer.BYTES, block.getInt(at, LITTLE_ENDIAN))
                : Routing.hash(block.getLong(at, LITTLE_ENDIAN));
        return Routing.channel(hash, channelCount);
    }
}
