package io.keyfarm.farmer;

/** A coordinator's two counters: one orders its proposals, the other its requests. */
final class KeyNumbers {
    private long counter;
    private long request;

    long nextCounter() {
        return ++counter;
    }

    long counter() {
        return counter;
    }

    /** Of the next frame. */
    long nextRequest() {
        return request + 1;
    }

    long takeRequest() {
        return ++request;
    }
}
