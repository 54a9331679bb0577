package io.keyfarm.farmer;

import java.util.List;

/**
 * How a query of several steps would be run, before it is.
 *
 * @param steps the plan in words
 * @param reads how each of its reads would be read, in the order of the plan; of one that is bound to rows of a join, how
 *     one such row's would be
 */
public record FlowExplanation(String steps, List<Explanation> reads) implements Explained {
    public FlowExplanation {
        reads = List.copyOf(reads);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(steps);
        for (int i = 0; i < reads.size(); i++) {
            text.append("\nread ").append(i).append(": ").append(reads.get(i).toString());
        }
        return text.toString();
    }
}
