package io.keyfarm.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes JSON, a word a call.
 *
 * <pre>
 *   json.object().name("table").value("orders").name("keys").array().value("o_custkey").end().end()
 * </pre>
 *
 * Whatever stands in a text, the output is ASCII, and one value: what a terminal would act on is escaped as well.
 */
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    /** The closing brackets of what is open, the innermost first. */
    private final Deque<Character> open = new ArrayDeque<>();

    private boolean isFirst = true;
    private boolean isNamed;

    JsonText object() {
        return begin('{', '}');
    }

    JsonText array() {
        return begin('[', ']');
    }

    private JsonText begin(char opening, char closing) {
        item().append(opening);
        open.push(closing);
        isFirst = true;
        return this;
    }

    /** Of the innermost object or array. */
    JsonText end() {
        final char closing = open.pop();
        if (!isFirst) {
            line();
        }
        text.append(closing);
        isFirst = false;
        return this;
    }

    JsonText name(String name) {
        quoted(item(), name).append(": ");
        isNamed = true;
        return this;
    }

    JsonText value(String value) {
        quoted(item(), value);
        return this;
    }

    JsonText value(long value) {
        item().append(value);
        return this;
    }

    /** {@code null} for what is no number. */
    JsonText value(double value) {
        item().append(Double.isFinite(value) ? Double.toString(value) : "null");
        return this;
    }

    JsonText value(boolean value) {
        item().append(value);
        return this;
    }

    /** Goes to where the next item is written. */
    private StringBuilder item() {
        if (!isNamed && !open.isEmpty()) {
            text.append(isFirst ? "" : ",");
            line();
        }
        isFirst = false;
        isNamed = false;
        return text;
    }

    private void line() {
        text.append('\n').append("  ".repeat(open.size()));
    }

    private static StringBuilder quoted(StringBuilder to, String value) {
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                to.append(String.format("\\u%04x", (int) c));
            } else {
                to.append(c);
            }
        }
        return to.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
