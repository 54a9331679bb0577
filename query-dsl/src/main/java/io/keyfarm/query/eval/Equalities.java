package io.keyfarm.query.eval;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.RecordLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a plan asks that asks nothing but one number of each of some fields, as most lookups do:
 *
 * <pre>
 *   o_custkey is :key and o_year is :year          block   | 1 | key 8 | 1 | year 8 |
 * </pre>
 *
 * Of such a plan, nearly every block of parameters has its values in the same places, and they are read from there without
 * binding anything. Immutable.
 */
public final class Equalities {
    /** A parameter in its block: that it is one value, and the value. */
    private static final int STEP = Byte.BYTES + Long.BYTES;

    private final int[] parameters;
    private final long[] least;
    private final long[] greatest;

    private Equalities(int[] parameters, List<Parameter> all) {
        this.parameters = parameters;
        least = all.stream().mapToLong(it -> it.type().minSortable()).toArray();
        greatest = all.stream().mapToLong(it -> it.type().maxSortable()).toArray();
    }

    /** What the plan asks of a table of this layout; null where it is something else. */
    public static @Nullable Equalities of(QueryPlan plan, RecordLayout layout) {
        final boolean isPlain =
                plan.parameters().stream().noneMatch(it -> it.set() || it.type().isText());
        if (!isPlain || plan.nodes().isEmpty()) {
            return null;
        }
        final int[] places = BoundConditions.places(plan, layout);
        final int[] parameters = new int[layout.schema().fieldCount()];
        Arrays.fill(parameters, Node.NONE);
        for (final Node node : plan.nodes()) {
            if (node.op() == Op.AND) {
                continue;
            }
            final boolean isPoint = node.op() == Op.IS
                    && node.field() != Node.NONE
                    && node.other() == Node.NONE
                    && node.parameterCount() == 1;
            if (!isPoint || parameters[places[node.field()]] != Node.NONE) {
                return null;
            }
            parameters[places[node.field()]] = node.parameter(0);
        }
        return new Equalities(parameters, plan.parameters());
    }

    /** Of how many fields the plan asks. */
    public int count() {
        return (int) Arrays.stream(parameters).filter(it -> it != Node.NONE).count();
    }

    /** Whether the plan asks for one value of this field of the table. */
    public boolean isAsked(int tableField) {
        return parameters[tableField] != Node.NONE;
    }

    /**
     * Whether the block gives one value of its type for each parameter, so that {@link #sortable} may be asked. Where not,
     * something is null, left out, or wrong.
     */
    public boolean isPlain(DirectBuffer block, int offset, int length) {
        if (length != STEP * least.length) {
            return false;
        }
        boolean isPlain = true;
        for (int i = 0; i < least.length; i++) {
            final long value = value(block, offset, i);
            isPlain &= block.getByte(offset + STEP * i) == ParameterBlock.ONE_VALUE
                    && least[i] <= value
                    && value <= greatest[i];
        }
        return isPlain;
    }

    /** The value that a plain block asks of a field that {@link #isAsked}. */
    public long sortable(DirectBuffer block, int offset, int tableField) {
        return value(block, offset, parameters[tableField]);
    }

    private static long value(DirectBuffer block, int offset, int parameter) {
        return block.getLong(offset + STEP * parameter + Byte.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
}
