package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.ParameterBlock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One expression as steps; what it computes is in {@link #result}, or are the places that are left. */
final class Program {
    private final Step[] steps;
    private final boolean[] isSkipped;
    private final Comparison[] comparisons;
    private final @Nullable Vector result;

    /** The steps [from, to) of one comparison, which holds everywhere if one of these parameters is absent. */
    record Comparison(int from, int to, int[] parameters) {}

    Program(List<Step> steps, List<Comparison> comparisons, @Nullable Vector result) {
        this.steps = steps.toArray(Step[]::new);
        this.comparisons = comparisons.toArray(Comparison[]::new);
        this.result = result;
        isSkipped = new boolean[this.steps.length];
    }

    void bind(ParameterBlock parameters) {
        for (int i = 0; i < steps.length; i++) {
            steps[i].bind(parameters);
            isSkipped[i] = false;
        }
        for (final Comparison comparison : comparisons) {
            for (final int parameter : comparison.parameters()) {
                if (parameters.isAbsent(parameter)) {
                    Arrays.fill(isSkipped, comparison.from(), comparison.to(), true);
                }
            }
        }
    }

    void run(Run run) {
        for (int i = 0; i < steps.length; i++) {
            if (!isSkipped[i]) {
                steps[i].run(run);
            }
        }
    }

    @Nullable
    Vector result() {
        return result;
    }
}
