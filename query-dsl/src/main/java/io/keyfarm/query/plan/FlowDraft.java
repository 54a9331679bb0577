package io.keyfarm.query.plan;

import java.util.List;

/** What a plan of several steps will say, before it has bytes and before anything of it is checked. */
public record FlowDraft(List<Parameter> parameters, List<QueryPlan> reads, List<Step> steps) {
    public FlowDraft {
        parameters = List.copyOf(parameters);
        reads = List.copyOf(reads);
        steps = List.copyOf(steps);
    }
}
