package io.keyfarm.query.flow;

import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.Parameters;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;

/** Of the parameters that a run is given, those that one step names. For one thread. */
public final class StepParameters {
    private final Parameters own;
    private final ParameterBlock block;
    private final ExpandableArrayBuffer encoded = new ExpandableArrayBuffer();

    public StepParameters(List<Parameter> parameters) {
        own = new Parameters(parameters);
        block = new ParameterBlock(parameters);
    }

    /** Good until the next run. */
    public ParameterBlock of(Parameters run) {
        block.wrap(encoded, 0, own.copyFrom(run).encode(encoded, 0));
        return block;
    }
}
