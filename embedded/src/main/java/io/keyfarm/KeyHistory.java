package io.keyfarm;

import io.keyfarm.rows.BadValueException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last keys that came and went. For one thread at a time. */
final class KeyHistory {
    static final int MAX_EVENTS = 256;

    private static final int WORDS = 5;

    private final Deque<KeyEvent> events = new ArrayDeque<>();

    void add(KeyEvent event) {
        if (events.size() == MAX_EVENTS) {
            events.removeFirst();
        }
        events.add(event);
    }

    /** For {@link #restore}: a line for each event, its words parted by tabs. */
    String encode() {
        final StringBuilder text = new StringBuilder();
        for (final KeyEvent event : events) {
            text.append(String.join(
                            "\t", event.at().toString(), event.table(), event.what(), event.key(), flat(event.why())))
                    .append('\n');
        }
        return text.toString();
    }

    private static String flat(String text) {
        return text.replaceAll("[\\t\\r\\n]", " ");
    }

    /** @throws BadValueException if a line is no event; those before it are there */
    void restore(String text) {
        for (final String line : text.lines().toList()) {
            final String[] words = line.split("\t", -1);
            if (words.length != WORDS) {
                throw new BadValueException("an event has " + WORDS + " words, not " + words.length);
            }
            try {
                add(new KeyEvent(Instant.parse(words[0]), words[1], words[2], words[3], words[4]));
            } catch (DateTimeParseException e) {
                throw new BadValueException("an event begins with its time, not with '" + words[0] + "'");
            }
        }
    }

    List<KeyEvent> events() {
        return List.copyOf(events);
    }
}
