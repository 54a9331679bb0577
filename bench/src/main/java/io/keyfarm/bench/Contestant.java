package io.keyfarm.bench;

/** One way of answering probes: seek, then read a field of the row found. */
interface Contestant {
    /** Answers the probes {@code [from, to)}; the sum of the field read, which all ways must agree on. */
    long run(int from, int to);
}
