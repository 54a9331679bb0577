package io.keyfarm.query.plan;

import io.keyfarm.rows.TableSchema;
import java.util.Arrays;
import java.util.List;

/**
 * A compiled query of several steps. Immutable, checked whole when it was made or decoded.
 *
 * <pre>
 *   reads    keyed reads of single tables, each a plan with an id of its own: what slaves know
 *   steps    what becomes of their rows, in post-order; the rows of the last are the answer
 * </pre>
 */
public final class FlowPlan {
    static final int MAX_READS = 256;

    private final byte[] bytes;
    private final PlanId id;
    private final List<Parameter> parameters;
    private final List<QueryPlan> reads;
    private final List<Step> steps;
    private final List<TableSchema> schemas;

    private FlowPlan(byte[] bytes, FlowDraft draft) {
        this.bytes = bytes;
        id = PlanId.ofPlan(bytes);
        parameters = draft.parameters();
        reads = draft.reads();
        steps = draft.steps();
        schemas = new FlowCheck(draft).run();
    }

    /** Encodes and checks. */
    public static FlowPlan of(FlowDraft draft) {
        final byte[] encoded = FlowCodec.encode(draft);
        QueryPlan.requireSize(encoded.length);
        return new FlowPlan(encoded, draft);
    }

    /**
     * Reads plan bytes from anywhere.
     *
     * @throws BadPlanException naming what is wrong with them
     */
    public static FlowPlan decode(byte[] planBytes) {
        QueryPlan.requireSize(planBytes.length);
        final byte[] own = planBytes.clone();
        return new FlowPlan(own, FlowCodec.decode(own));
    }

    /**
     * Whether bytes from anywhere say that they are a plan of several steps; {@link #decode} tells whether they are one.
     *
     * @throws BadPlanException if they are nothing like a plan
     */
    public static boolean isFlow(byte[] planBytes) {
        QueryPlan.requireSize(planBytes.length);
        return FlowCodec.isFlow(planBytes);
    }

    /** The bytes as submitted; a fresh array. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public int byteCount() {
        return bytes.length;
    }

    public PlanId id() {
        return id;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    public List<QueryPlan> reads() {
        return reads;
    }

    public List<Step> steps() {
        return steps;
    }

    /** Of the rows that a step hands on. */
    public TableSchema schema(int step) {
        return schemas.get(step);
    }

    /** What the asker sees. */
    public TableSchema outputSchema() {
        return schemas.get(schemas.size() - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FlowPlan that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /**
     * Its steps, a line for each.
     *
     * <pre>
     *   0  from(orders).select(o_custkey, o_totalprice)
     *   1  from(customer).select(c_custkey, c_nationkey)
     *   2  join 0, 1 on o_custkey = c_custkey, looked up by from(customer).where(c_custkey is :left_0).select(…)
     *   3  group 2 by c_nationkey: count() as orders
     * </pre>
     */
    @Override
    public String toString() {
        return new FlowPrinter(this).print();
    }
}
