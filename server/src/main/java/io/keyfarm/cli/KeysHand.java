package io.keyfarm.cli;

import io.keyfarm.KeyEvent;
import io.keyfarm.KeyGrowth;
import io.keyfarm.Keyfarm;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.WorkloadFile;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants done, in the order in which it is done: what was said is taken back before anything new is said, and keys are
 * built when all is said.
 */
final class KeysHand {
    /** Far more than keys can change. */
    private static final int MAX_TURNS = 10_000;

    private final List<Wish> wishes = new ArrayList<>();
    private boolean isNow;

    /** A key of a table, or an amount for it, and what is to become of it. */
    private record Wish(String option, @Nullable String table, Deed deed) {}

    /** Answers what was done, in a sentence. */
    private interface Deed {
        String on(KeyGrowth growth);
    }

    void release(String option, List<String> keys) {
        keys.forEach(text -> key(
                option,
                text,
                (growth, table, key) -> growth.release(table, key)
                        ? "released %s of %s: it may come and go as it pays".formatted(key, table)
                        : "nothing had been said of %s of %s".formatted(key, table)));
    }

    void forbid(String option, List<String> keys) {
        keys.forEach(text -> key(option, text, (growth, table, key) -> {
            growth.forbid(table, key);
            return "forbade %s of %s: it never comes by itself".formatted(key, table);
        }));
    }

    void pin(String option, List<String> keys) {
        keys.forEach(text -> key(option, text, (growth, table, key) -> {
            growth.pin(table, key);
            return "pinned %s of %s: it stays, whatever is asked".formatted(key, table);
        }));
    }

    void budget(@Nullable String bytes) {
        if (bytes != null) {
            final long budget = bytes("--budget", bytes);
            wishes.add(new Wish("--budget", null, growth -> {
                growth.budgetBytes(budget);
                return budget == 0
                        ? "keys of all tables may take half of what rows take"
                        : sentence("keys of all tables may take %,d bytes", budget);
            }));
        }
    }

    void tableBudgets(String option, List<String> budgets) {
        for (final String text : budgets) {
            final int colon = colon(option, text, "orders:200M");
            final String table = text.substring(0, colon);
            final long bytes = bytes(option, text.substring(colon + 1));
            wishes.add(new Wish(option, table, growth -> {
                growth.budgetBytes(table, bytes);
                return sentence("keys of " + table + " may take %,d bytes of these", bytes);
            }));
        }
    }

    void maxKeys(@Nullable Integer count) {
        if (count == null) {
            return;
        }
        if (count < 0) {
            throw new IllegalArgumentException("--max-keys is 0 or more, not " + count);
        }
        wishes.add(new Wish("--max-keys", null, growth -> {
            growth.maxKeys(count);
            return "there may be %d keys of all tables".formatted(count);
        }));
    }

    void now(boolean isWanted) {
        isNow = isWanted;
    }

    private interface KeyDeed {
        String on(KeyGrowth growth, String table, String key);
    }

    private void key(String option, String text, KeyDeed deed) {
        final int colon = colon(option, text, "orders:o_custkey");
        final String table = text.substring(0, colon);
        final String key = text.substring(colon + 1).strip();
        try {
            KeyCandidate.parse(key);
        } catch (BadValueException e) {
            throw new IllegalArgumentException(option + " " + text + ": " + e.getMessage(), e);
        }
        wishes.add(new Wish(option + " " + text, table, growth -> deed.on(growth, table, key)));
    }

    private static int colon(String option, String text, String example) {
        final int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1) {
            throw new IllegalArgumentException(option + " names a table first, as " + example + ", not '" + text + "'");
        }
        return colon;
    }

    private static long bytes(String option, String text) {
        try {
            return WorkloadFile.parseBytes(text);
        } catch (BadValueException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if an option names a table that is not there */
    void require(List<Table> tables) {
        for (final Wish wish : wishes) {
            if (wish.table != null) {
                requireTable(wish.option, wish.table, tables);
            }
        }
    }

    static void requireTable(String option, String name, List<Table> tables) {
        final List<String> names = tables.stream().map(Table::name).toList();
        if (!names.contains(name)) {
            final String near = Nearest.of(name, names);
            throw new IllegalArgumentException("%s: there is no table %s; %s"
                    .formatted(
                            option,
                            name,
                            names.isEmpty()
                                    ? "there are none"
                                    : near == null
                                            ? "there are " + String.join(", ", names)
                                            : "did you mean " + near + "?"));
        }
    }

    /** Answers what was done, a sentence a piece. */
    List<String> apply(Keyfarm farm) {
        final KeyGrowth growth = farm.growth();
        final Set<KeyEvent> known = new HashSet<>(growth.history());
        final List<String> done = new ArrayList<>();
        for (final Wish wish : wishes) {
            done.add(done(wish, growth));
        }
        if (isNow) {
            if (growth.report().tables().stream().allMatch(it -> it.shapes().isEmpty())) {
                throw new IllegalArgumentException("--now: nothing is remembered of what was asked, so no key is"
                        + " known to be worth building, or dropping");
            }
            growth.now();
        }
        turn(growth);
        final int before = done.size();
        for (final KeyEvent event : growth.history()) {
            if (!known.contains(event)) {
                done.add("%s %s of %s: %s".formatted(event.what(), event.key(), event.table(), event.why()));
            }
        }
        if (isNow && done.size() == before) {
            done.add("the keys are what the advisor would have; nothing was built or dropped");
        }
        return done;
    }

    private static String done(Wish wish, KeyGrowth growth) {
        try {
            return wish.deed.on(growth);
        } catch (BadValueException e) {
            throw new IllegalArgumentException(wish.option + ": " + e.getMessage(), e);
        }
    }

    /** What is forbidden, or beyond a budget, goes; what is wanted now comes. A turn without a change may lead up to one. */
    private static void turn(KeyGrowth growth) {
        int idleCount = 0;
        for (int i = 0; i < MAX_TURNS && idleCount < 2; i++) {
            idleCount = growth.turn() > 0 || growth.isUnderWay() ? 0 : idleCount + 1;
        }
    }

    private static String sentence(String pattern, long bytes) {
        return String.format(Locale.ROOT, pattern, bytes);
    }
}
