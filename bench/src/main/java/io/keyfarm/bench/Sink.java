package io.keyfarm.bench;

/** Takes results, so that the compiler cannot leave out what made them. */
final class Sink {
    private static volatile long taken;

    private Sink() {}

    static void take(long result) {
        taken = result;
    }

    static long taken() {
        return taken;
    }
}
