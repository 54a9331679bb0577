package io.keyfarm;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Condition;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Join;
import io.keyfarm.query.JoinAll;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Inputs joined on fields that all of them have, beside loops over all rows. */
final class JoinAllTest {
    private static final TableSchema WORDS = TableSchema.parse("words: word char(8), doc int32 null, place int16 null");
    private static final TableSchema TITLES = TableSchema.parse("titles: title varchar, doc int32, place int16 null");
    private static final String[] KEYS = {
        "words word.doc", "words word.doc.place", "words doc", "words word", "titles doc", "titles doc.place"
    };
    private static final int FARMS = 8 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 40;

    /** Rows of one input, each its word or title, doc and place. */
    private record Input(Query query, Flow flow, List<List<@Nullable Object>> rows) {}

    @Test
    void shouldAnswerAsLoopsDo() throws IOException {
        final Long only = Long.getLong("keyfarm.test.seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? FARMS : only + 1); seed++) {
            compare(seed);
        }
    }

    private void compare(long seed) throws IOException {
        final Random random = new Random(seed);
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                        .slaves(1 + random.nextInt(5))
                        .maxFrameBytes(random.nextBoolean() ? 1 << 10 : 1 << 17));
                Session session = farm.session()) {
            final int docs = 1 + random.nextInt(random.nextBoolean() ? 100 : 20_000);
            final List<List<@Nullable Object>> words = rows(random, 20_000, docs, true);
            final List<List<@Nullable Object>> titles = rows(random, 3_000, docs, false);
            final Table wordsTable = farm.load(JavaObjects.ofLists(WORDS, words));
            final Table titlesTable = farm.load(JavaObjects.ofLists(TITLES, titles));
            for (final String key : KEYS) {
                if (random.nextInt(3) > 0) {
                    farm.keys(key.split(" ")[0], key.split(" ")[1]);
                }
            }
            for (int i = 0; i < QUERIES; i++) {
                final List<Input> inputs = new ArrayList<>();
                for (int k = 2 + random.nextInt(4); k > 0; k--) {
                    inputs.add(
                            random.nextInt(4) == 0
                                    ? input(titlesTable, titles, random, false)
                                    : input(wordsTable, words, random, true));
                }
                compare(session, inputs, random, "-Dkeyfarm.test.seed=" + seed + ", query " + i);
            }
        }
    }

    /** Of a word with the number n every n-th row or so is, and of few docs some. */
    private static List<List<@Nullable Object>> rows(Random random, int most, int docs, boolean isNullable) {
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(most); i > 0; i--) {
            final int word = (int) (16 * Math.pow(random.nextDouble(), 4));
            rows.add(Arrays.asList(
                    "w" + word,
                    isNullable && random.nextInt(50) == 0 ? null : (Object) random.nextInt(docs),
                    random.nextInt(3) == 0 ? null : (Object) random.nextInt(4)));
        }
        return rows;
    }

    private static Input input(Table table, List<List<@Nullable Object>> all, Random random, boolean ofWord) {
        Query query = from(table);
        Predicate<List<@Nullable Object>> asked = row -> true;
        // Whole tables make for products that nobody waits for.
        final String word = "w" + (2 + random.nextInt(14));
        query = query.where(table.field(ofWord ? "word" : "title").is(word));
        asked = asked.and(row -> word.equals(row.get(0)));
        if (random.nextInt(4) == 0) {
            final Condition condition = table.field("place").atLeast(2);
            query = query.where(condition);
            asked = asked.and(row -> row.get(2) != null && (Integer) Objects.requireNonNull(row.get(2)) >= 2);
        }
        final Flow flow =
                random.nextInt(5) == 0 ? Flow.of(query).where(table.field("doc").isNotNull()) : Flow.of(query);
        if (flow.toString().contains("isNotNull") || flow.toString().contains("is not null")) {
            asked = asked.and(row -> row.get(1) != null);
        }
        return new Input(query, flow, all.stream().filter(asked).toList());
    }

    private void compare(Session session, List<Input> inputs, Random random, String which) {
        final int count = inputs.size();
        final boolean byPlace = random.nextInt(3) == 0;
        final boolean once = random.nextInt(3) == 0;
        int least = 1;
        int most = count;
        boolean isLeft = true;
        JoinAll join = Join.all(inputs.stream().map(Input::flow).toArray(Flow[]::new));
        switch (random.nextInt(4)) {
            case 0 -> join = join.leftOuter();
            case 1 -> {
                join = join.leftOnly();
                most = 1;
            }
            default -> {
                isLeft = false;
                least = 1 + random.nextInt(count);
                most = least + random.nextInt(count - least + 1);
                join = join.between(least, most);
            }
        }
        join = once ? join.once() : join;
        final Flow flow = join.counted("n").by(byPlace ? new String[] {"doc", "place"} : new String[] {"doc"});
        final List<String> expected = expected(
                inputs,
                byPlace ? 2 : 1,
                isLeft,
                least,
                most,
                once,
                flow.schema().fieldCount());
        try (PreparedFlow query = session.prepare(flow)) {
            final List<String> found = new ArrayList<>();
            final Rows rows = query.run();
            while (rows.next()) {
                final List<@Nullable Object> row = new ArrayList<>();
                for (int field = 0; field < flow.schema().fieldCount(); field++) {
                    row.add(rows.get(field));
                }
                found.add(String.valueOf(row));
            }
            Collections.sort(found);
            assertEquals(expected, found, () -> which + ": " + flow + "\n" + flow.compile());
        }
    }

    private static List<String> expected(
            List<Input> inputs, int keys, boolean isLeft, int least, int most, boolean once, int fields) {
        final List<String> rows = new ArrayList<>();
        final Set<List<@Nullable Object>> seen = new HashSet<>();
        for (int i = 0; i < inputs.size(); i++) {
            for (final List<@Nullable Object> row : inputs.get(i).rows()) {
                final List<@Nullable Object> value = row.subList(1, 1 + keys);
                final List<List<List<@Nullable Object>>> equal = new ArrayList<>();
                if (value.contains(null)) {
                    for (int k = 0; k < inputs.size(); k++) {
                        equal.add(k == i ? List.of(row) : List.of());
                    }
                } else if (seen.add(value)) {
                    for (final Input input : inputs) {
                        equal.add(input.rows().stream()
                                .filter(other -> value.equals(other.subList(1, 1 + keys)))
                                .toList());
                    }
                } else {
                    continue;
                }
                final long present =
                        equal.stream().filter(some -> !some.isEmpty()).count();
                if (present >= least
                        && present <= most
                        && !(isLeft && equal.get(0).isEmpty())) {
                    final List<@Nullable Object> start = new ArrayList<>(value);
                    start.add((int) present);
                    combine(equal, 0, start, keys, once, fields, rows);
                }
            }
        }
        Collections.sort(rows);
        return rows;
    }

    private static void combine(
            List<List<List<@Nullable Object>>> equal,
            int input,
            List<@Nullable Object> soFar,
            int keys,
            boolean once,
            int fields,
            List<String> rows) {
        if (once || input == equal.size()) {
            // A left only join has fields of the first input alone.
            rows.add(String.valueOf(soFar.subList(0, fields)));
            return;
        }
        final List<List<@Nullable Object>> some =
                equal.get(input).isEmpty() ? List.of(Arrays.asList(null, null, null)) : equal.get(input);
        for (final List<@Nullable Object> row : some) {
            final List<@Nullable Object> longer = new ArrayList<>(soFar);
            longer.add(row.get(0));
            if (keys == 1) {
                longer.add(row.get(2));
            }
            combine(equal, input + 1, longer, keys, once, fields, rows);
        }
    }
}
