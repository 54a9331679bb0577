package io.keyfarm.query.plan;

import io.keyfarm.rows.TableSchema;
import java.util.List;

/** A compiled query: what travels, and what an id stands for. Immutable, checked whole when it was made or decoded. */
public sealed interface Plan permits QueryPlan, FlowPlan {
    int MAX_BYTES = 1 << 20;

    /**
     * Reads plan bytes from anywhere, of a plan of one read or of several steps.
     *
     * @throws BadPlanException naming what is wrong with them
     */
    static Plan decode(byte[] bytes) {
        QueryPlan.requireSize(bytes.length);
        return FlowCodec.isFlow(bytes) ? FlowPlan.decode(bytes) : QueryPlan.decode(bytes);
    }

    PlanId id();

    /** The bytes as submitted; a fresh array. */
    byte[] bytes();

    int byteCount();

    /** What a run is given. */
    List<Parameter> parameters();

    /** The keyed reads that it is made of, each of one table: one, or those of a flow. */
    List<QueryPlan> reads();

    /** What the asker sees. */
    TableSchema outputSchema();
}
