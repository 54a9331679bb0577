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

    /** The bytes as submitted; a fresh array. */
    public byte[] bytes() {
        return bytes.clone();
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
}
