package io.keyfarm.query.eval.compute;

import java.util.ArrayDeque;
import java.util.Deque;

/** Vectors that are free, for values that are not held any more to make room for others. */
final class Vectors {
    private final Deque<Vector> free = new ArrayDeque<>();

    Vector take() {
        return free.isEmpty() ? new Vector() : free.pop();
    }

    void give(Vector vector) {
        free.push(vector);
    }
}
