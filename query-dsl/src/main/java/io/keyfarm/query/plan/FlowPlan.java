package io.keyfarm.query.plan;

import io.keyfarm.rows.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A compiled query of several steps. Immutable, checked whole when it was made or decoded.
 *
 * <pre>
 *   reads    keyed reads of single tables, each a plan with an id of its own: what slaves know
 *   steps    what becomes of their rows, in post-order; the rows of the last are the answer
 * </pre>
 */
public final class FlowPlan implements Plan {
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

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public int byteCount() {
        return bytes.length;
    }

    @Override
    public PlanId id() {
        return id;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
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

    @Override
    public TableSchema outputSchema() {
        return schemas.get(schemas.size() - 1);
    }

    /** The reads that answer for one left row of a join or a denormalize each. */
    public Set<Integer> lookups() {
        return IntStream.concat(
                        steps.stream()
                                .filter(Step.Join.class::isInstance)
                                .mapToInt(step -> ((Step.Join) step).how().lookup()),
                        steps.stream()
                                .filter(Step.Denormalize.class::isInstance)
                                .mapToInt(step -> ((Step.Denormalize) step)
                                        .how()
                                        .matching()
                                        .lookup()))
                .filter(read -> read != Node.NONE)
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the rows come in an order that some step says, and that all steps behind it keep. */
    public boolean isOrdered() {
        Step step = steps.get(steps.size() - 1);
        while (keepsOrder(step)) {
            step = steps.get(step.inputs()[0]);
        }
        return step instanceof Step.Sort
                || step instanceof Step.MergeJoin
                || (step instanceof Step.Combine combine && combine.op() == CombineOp.MERGE)
                || (step instanceof Step.Read read && reads.get(read.read()).isOrdered());
    }

    private static boolean keepsOrder(Step step) {
        return step instanceof Step.Filter
                || step instanceof Step.Transform
                || step instanceof Step.Project
                || step instanceof Step.Dedup
                || step instanceof Step.Sample
                || step instanceof Step.Iterate
                || step instanceof Step.Normalize
                || step instanceof Step.Denormalize
                || (step instanceof Step.Sort sort && sort.order().isEmpty())
                || (step instanceof Step.Join join && !join.how().unordered());
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
