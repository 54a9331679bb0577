package io.keyfarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last keys that came and went. For one thread at a time. */
final class KeyHistory {
    static final int MAX_EVENTS = 256;

    private final Deque<KeyEvent> events = new ArrayDeque<>();

    void add(KeyEvent event) {
        if (events.size() == MAX_EVENTS) {
            events.removeFirst();
        }
        events.add(event);
    }

    List<KeyEvent> events() {
        return List.copyOf(events);
    }
}
