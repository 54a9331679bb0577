package io.keyfarm;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.CostModel;
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
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Inputs joined on fields that all of them have, beside loops over all rows. */
final class JoinAllTest {
    private static final TableSchema WORDS = TableSchema.parse("words: word char(8), doc int32 null, place int16 null");
    private static final TableSchema TITLES = TableSchema.parse("titles: title varchar, doc int32, place int16 null");
    private static final String[] KEYS = {
        "words word.doc", "words word.doc.place", "words doc", "words word", "titles doc", "titles doc.place"
    };
    private static final int FEW_DOCS = 5_000;
    private static final int WORD_COUNT = 16;
    private static final int PLACES = 20;
    private static final int FARMS = 8 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int QUERIES = 30;

    private long asked;
    private int slaves;

    /** Rows of one input, each its word or title, doc and place. */
    private record Input(Query query, Flow flow, List<List<@Nullable Object>> rows) {}

    @Test
    void shouldAnswerAsLoopsDo() throws IOException {
        final Long only = Long.getLong("keyfarm.test.seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? FARMS : only + 1); seed++) {
            compare(seed);
        }
        assertTrue(only != null || asked > 10L * FARMS, "asked anew " + asked + " times");
    }

    /** A word of every doc beside one of every 20,000th. */
    @Test
    void shouldPassOverMostRows() throws IOException {
        final int docs = 200_000;
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int doc = 0; doc < docs; doc++) {
            rows.add(List.of("the", doc, 1));
            rows.add(List.of("of", doc, 2));
            if (doc % 20_000 == 77) {
                rows.add(List.of("pangram", doc, 3));
            }
        }
        for (final int slaves : new int[] {1, 3}) {
            try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                            .growth(GrowthSettings.off())
                            .slaves(slaves));
                    Session session = farm.session()) {
                final Table words = farm.load(JavaObjects.ofLists(WORDS, rows));
                farm.keys("words", "word.doc");
                final Query[] inputs = new Query[3];
                Arrays.setAll(
                        inputs,
                        i -> from(words)
                                .where(words.field("word")
                                        .is(List.of("the", "pangram", "of").get(i))));
                final Flow all = Join.all(inputs).once().by("doc");
                try (PreparedFlow query = session.prepare(all)) {
                    assertEquals(10, query.run().drain());
                    assertFewReceived(query.reports(), slaves, 60_000);
                    assertEquals(10, query.run().drain());
                    assertFewReceived(query.reports(), slaves, 60_000);
                }
                try (PreparedFlow query =
                        session.prepare(Join.all(inputs).atLeast(2).once().by("doc"))) {
                    assertEquals(docs, query.run().drain());
                    assertEquals(2L * docs + 10, received(query.reports()));
                }
                farm.keys("words", "doc.word");
                farm.dropKey("words", "word.doc");
                try (PreparedFlow query = session.prepare(all)) {
                    assertEquals(10, query.run().drain());
                    assertTrue(
                            query.reports().stream().allMatch(report -> report.asked() == slaves), "gathers each time");
                }
            }
        }
    }

    private static void assertFewReceived(List<RunReport> reports, int slaves, long most) {
        assertTrue(received(reports) < most, reports::toString);
        assertTrue(reports.get(0).asked() == 10L * slaves && reports.get(2).asked() == 10L * slaves, reports::toString);
    }

    private static long received(List<RunReport> reports) {
        return reports.stream().mapToLong(RunReport::rowsOut).sum();
    }

    private void compare(long seed) throws IOException {
        final Random random = new Random(seed);
        slaves = 1 + random.nextInt(5);
        // Where seeks cost next to nothing, as many rows as possible are passed over.
        final CostModel costs = random.nextInt(3) == 0 ? CostModel.typical() : new CostModel(4, 3, 12, 2, 1);
        try (Keyfarm farm = Keyfarm.embedded(
                        EmbeddedSettings.defaults()
                                .growth(GrowthSettings.off())
                                .slaves(slaves)
                                .maxFrameBytes(random.nextBoolean() ? 1 << 10 : 1 << 17),
                        SystemNanoClock.INSTANCE,
                        costs);
                Session session = farm.session()) {
            final int docs = 1 + random.nextInt(random.nextInt(3) == 0 ? 100 : 100_000);
            final List<List<@Nullable Object>> words = rows(random, docs < FEW_DOCS ? 2_000 : 50_000, docs, true);
            final List<List<@Nullable Object>> titles = rows(random, docs < FEW_DOCS ? 1_000 : 5_000, docs, false);
            final Table wordsTable = farm.load(JavaObjects.ofLists(WORDS, words));
            final Table titlesTable = farm.load(JavaObjects.ofLists(TITLES, titles));
            for (final String key : KEYS) {
                if (random.nextInt(5) > 0) {
                    farm.keys(key.split(" ")[0], key.split(" ")[1]);
                }
            }
            for (int i = 0; i < QUERIES; i++) {
                final List<Input> inputs = new ArrayList<>();
                for (int k = 2 + random.nextInt(3); k > 0; k--) {
                    inputs.add(
                            random.nextInt(4) == 0
                                    ? input(titlesTable, titles, random, docs, false)
                                    : input(wordsTable, words, random, docs, true));
                }
                compare(session, inputs, random, "-Dkeyfarm.test.seed=" + seed + ", query " + i);
            }
        }
    }

    /** The greater a word's number the rarer it is; each is found in a few places of all docs, so that there are gaps. */
    private static List<List<@Nullable Object>> rows(Random random, int most, int docs, boolean isNullable) {
        final Random places = new Random(docs);
        final int[] starts = places.ints(PLACES, 0, docs).toArray();
        final int[] placesOfWords = places.ints(6 * WORD_COUNT, 0, PLACES).toArray();
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(most); i > 0; i--) {
            final int word = (int) (WORD_COUNT * Math.pow(random.nextDouble(), 4));
            final int doc = starts[placesOfWords[6 * word + random.nextInt(6)]] + random.nextInt(1 + docs / 50);
            rows.add(Arrays.asList(
                    "w" + word,
                    isNullable && random.nextInt(50) == 0 ? null : (Object) doc,
                    random.nextInt(3) == 0 ? null : (Object) random.nextInt(4)));
        }
        return rows;
    }

    private static Input input(Table table, List<List<@Nullable Object>> all, Random random, int docs, boolean ofWord) {
        // Of few docs, the most frequent words make for products that nobody waits for.
        final int least = docs < FEW_DOCS ? 2 : 0;
        final String word = "w" + (least + random.nextInt(WORD_COUNT - least));
        Query query = from(table).where(table.field(ofWord ? "word" : "title").is(word));
        Predicate<List<@Nullable Object>> asked = row -> word.equals(row.get(0));
        if (random.nextInt(4) == 0) {
            final Condition condition = table.field("place").atLeast(2);
            query = query.where(condition);
            asked = asked.and(row -> row.get(2) != null && (Integer) Objects.requireNonNull(row.get(2)) >= 2);
        }
        final boolean isFlow = random.nextInt(5) == 0;
        final Flow flow = isFlow ? Flow.of(query).where(table.field("doc").isNotNull()) : Flow.of(query);
        if (isFlow) {
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
            asked += query.reports().stream()
                    .mapToLong(report -> report.asked() / slaves - 1)
                    .sum();
        }
    }

    private static List<String> expected(
            List<Input> inputs, int keys, boolean isLeft, int least, int most, boolean once, int fields) {
        final List<Map<List<@Nullable Object>, List<List<@Nullable Object>>>> byValue = inputs.stream()
                .map(input -> input.rows().stream().collect(Collectors.groupingBy(row -> row.subList(1, 1 + keys))))
                .toList();
        final Set<List<@Nullable Object>> seen = new HashSet<>();
        final List<String> rows = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            for (final List<@Nullable Object> row : inputs.get(i).rows()) {
                final List<@Nullable Object> value = row.subList(1, 1 + keys);
                final List<List<List<@Nullable Object>>> equal = new ArrayList<>();
                if (value.contains(null)) {
                    for (int k = 0; k < inputs.size(); k++) {
                        equal.add(k == i ? List.of(row) : List.of());
                    }
                } else if (seen.add(value)) {
                    byValue.forEach(some -> equal.add(some.getOrDefault(value, List.of())));
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
