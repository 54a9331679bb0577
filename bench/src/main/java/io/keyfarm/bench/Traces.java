package io.keyfarm.bench;

import java.util.Arrays;

/**
 * Orders in which questions come, as places in a pool of them. A workload is a range of the pool, some of its questions asked
 * for more than others.
 *
 * <pre>
 *   steady   A A A A A A A A A A
 *   shift    A A A B B B C C A A       three times everything changes
 *   flap     A B A B A B A B A B       every 100 queries
 *   drift    A A a b b B B c c C       from one to the next, little by little
 * </pre>
 */
final class Traces {
    /** A schedule may change keys every so many queries. */
    static final int EPOCH = 100;

    static final int WORKLOADS = 3;

    private final Draws draws;
    private final int templates;
    private final int asksATemplate;

    /** @param templates of a workload, the first asked for most */
    Traces(long seed, int templates, int asksATemplate) {
        draws = new Draws(seed);
        this.templates = templates;
        this.asksATemplate = asksATemplate;
    }

    int[] steady(int length) {
        return trace(length, i -> 0);
    }

    int[] shift(int length) {
        return trace(length, i -> (int) (4L * i / length) % WORKLOADS);
    }

    int[] flap(int length) {
        return trace(length, i -> i / EPOCH % 2);
    }

    int[] drift(int length) {
        return trace(length, i -> {
            final double at = (double) i / length * (WORKLOADS - 1);
            return (int) at + (draws.unit() < at - (int) at ? 1 : 0);
        });
    }

    /** So many queries of one workload. */
    int[] of(int workload, int length) {
        return trace(length, i -> workload);
    }

    private interface Phase {
        int workload(int query);
    }

    private int[] trace(int length, Phase phase) {
        final int[] trace = new int[length];
        for (int i = 0; i < length; i++) {
            final int template = phase.workload(i) * templates + draws.zipf(templates);
            trace[i] = template * asksATemplate + draws.below(asksATemplate);
        }
        return trace;
    }

    /** The trace cut into epochs. */
    static int[][] epochs(int[] trace) {
        final int[][] epochs = new int[(trace.length + EPOCH - 1) / EPOCH][];
        for (int i = 0; i < epochs.length; i++) {
            epochs[i] = Arrays.copyOfRange(trace, i * EPOCH, Math.min(trace.length, (i + 1) * EPOCH));
        }
        return epochs;
    }
}
