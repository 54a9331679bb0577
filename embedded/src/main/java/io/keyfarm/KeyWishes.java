package io.keyfarm;

import io.keyfarm.key.advice.KeyBudget;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.key.advice.TableKey;
import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an operator wants of growing keys, beside pins, which are kept with the keys. For one thread at a time. */
final class KeyWishes {
    private long budgetBytes;
    private int maxKeys;
    private final Set<TableKey> forbidden = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    private final Map<String, Long> tableBytes = new TreeMap<>();
    private final Map<String, Integer> tableKeys = new TreeMap<>();

    KeyWishes(GrowthSettings settings) {
        budgetBytes = settings.budgetBytes();
        maxKeys = settings.maxKeys();
    }

    void budgetBytes(long bytes) {
        budgetBytes = bytes;
    }

    void maxKeys(int keys) {
        maxKeys = keys;
    }

    void budgetBytes(String table, long bytes) {
        tableBytes.put(table, bytes);
    }

    void maxKeys(String table, int keys) {
        tableKeys.put(table, keys);
    }

    void forbid(String table, KeyCandidate key) {
        forbidden.addAll(kinds(table, key));
    }

    /** Answers whether it was forbidden. */
    boolean allow(String table, KeyCandidate key) {
        return forbidden.removeAll(kinds(table, key));
    }

    boolean isForbidden(TableKey key) {
        return forbidden.contains(key);
    }

    /** A sorted key is meant in either tier. */
    private static List<TableKey> kinds(String table, KeyCandidate key) {
        if (key.kind() != Kind.COLD && key.kind() != Kind.HOT) {
            return List.of(new TableKey(table, key));
        }
        return List.of(
                new TableKey(table, new KeyCandidate(key.spec(), Kind.COLD)),
                new TableKey(table, new KeyCandidate(key.spec(), Kind.HOT)));
    }

    boolean isAnyForbidden() {
        return !forbidden.isEmpty();
    }

    /** @param defaultBytes where no budget was set */
    long bytes(long defaultBytes) {
        return budgetBytes == 0 ? defaultBytes : budgetBytes;
    }

    /**
     * For {@link #restore}: a line for each wish.
     *
     * <pre>
     *   budget 500000000
     *   keys 12
     *   budget-of 200000000 orders
     *   keys-of 4 orders
     *   forbid orders: o_comment hot
     * </pre>
     */
    String encode() {
        final StringBuilder text = new StringBuilder();
        text.append("budget ")
                .append(budgetBytes)
                .append("\nkeys ")
                .append(maxKeys)
                .append('\n');
        tableBytes.forEach((table, bytes) -> text.append("budget-of ")
                .append(bytes)
                .append(' ')
                .append(table)
                .append('\n'));
        tableKeys.forEach((table, keys) ->
                text.append("keys-of ").append(keys).append(' ').append(table).append('\n'));
        forbidden.forEach(key -> text.append("forbid ").append(key).append('\n'));
        return text.toString();
    }

    /** @throws BadValueException if a line is no wish; those before it hold */
    void restore(String text) {
        for (final String line : text.lines().toList()) {
            final String[] words = line.split(" ", 3);
            final String last = words[words.length - 1];
            try {
                switch (words[0]) {
                    case "budget" -> budgetBytes = Long.parseLong(last);
                    case "keys" -> maxKeys = Integer.parseInt(last);
                    case "budget-of" -> tableBytes.put(last, Long.parseLong(words[1]));
                    case "keys-of" -> tableKeys.put(last, Integer.parseInt(words[1]));
                    case "forbid" -> forbidden.add(TableKey.parse(line.substring("forbid ".length())));
                    default -> throw new BadValueException("no wish begins with '" + words[0] + "'");
                }
            } catch (NumberFormatException e) {
                throw new BadValueException("a wish reads 'keys 12', not '" + line + "'");
            }
        }
    }

    /** What the advisor is told. */
    KeyBudget budget(long defaultBytes, Collection<TableKey> pinned) {
        KeyBudget budget = KeyBudget.ofBytes(bytes(defaultBytes)).keys(maxKeys);
        for (final Map.Entry<String, Long> table : tableBytes.entrySet()) {
            budget = budget.bytesOf(table.getKey(), table.getValue());
        }
        for (final Map.Entry<String, Integer> table : tableKeys.entrySet()) {
            budget = budget.keysOf(table.getKey(), table.getValue());
        }
        final List<TableKey> pins = new ArrayList<>(pinned);
        for (final TableKey key : pins) {
            budget = budget.pin(key.toString());
        }
        final Set<TableKey> unwanted = new LinkedHashSet<>(forbidden);
        // Beside a pinned key the same in another tier has no place.
        pins.forEach(key -> unwanted.addAll(kinds(key.table(), key.key())));
        for (final TableKey key : unwanted) {
            budget = pins.contains(key) ? budget : budget.forbid(key.toString());
        }
        return budget;
    }
}
