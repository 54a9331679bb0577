package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.Coverage.Structure;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Order;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.Ask;
import io.keyfarm.query.eval.RandomTable;
import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A random table, random queries over it with their values, and what the judge says each of them must answer. */
final class Scenario implements RowSource, AutoCloseable {
    /** Where seeks and keyed rows cost next to nothing, every key that could serve is taken, also for a few rows. */
    static final CostModel KEYS_ALWAYS = new CostModel(1e-6, 1e-6, 1e-6, 1e6, 1e-6);

    static final String BITMAP = "bitmap ";
    static final String COLUMN = "column ";

    /** One query, asked with these values: the rows that match, and how the query shapes them. */
    private record Asked(
            Query query,
            Ask ask,
            Map<String, @Nullable Object> given,
            int[] output,
            int[] orderFields,
            boolean[] descending,
            long limit,
            long offset,
            boolean isCount,
            List<@Nullable Object[]> matching) {}

    private final Random random;
    private final String where;
    private final RandomTable table;
    private final List<Asked> queries = new ArrayList<>();
    private int shownCount = Integer.MAX_VALUE;

    Scenario(Random random, int rowCount, String where) {
        this.random = random;
        this.where = where;
        table = new RandomTable(random, rowCount);
    }

    @Override
    public TableSchema schema() {
        return table.schema;
    }

    @Override
    public long estimatedBytes() {
        return table.slab.bytes();
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        table.writeTo(sink);
        return table.rows.size();
    }

    int rowCount() {
        return table.rows.size();
    }

    /** The rows {@code [from, to)}. From now on those before {@code to} are expected in answers, and no others. */
    RowSource rows(int from, int to) {
        shownCount = to;
        return JavaObjects.of(
                table.schema, IntStream.range(from, to).boxed().toList(), (row, sink) -> table.write(sink, row));
    }

    /** Those that match and that are to be there by now. */
    private List<@Nullable Object[]> matching(Asked asked) {
        if (shownCount >= table.rows.size()) {
            return asked.matching();
        }
        final Set<@Nullable Object[]> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        shown.addAll(table.rows.subList(0, shownCount));
        return asked.matching().stream().filter(shown::contains).toList();
    }

    @Override
    public void close() {
        table.close();
    }

    void addRandomQuery() {
        final Ask.Maker maker = new Ask.Maker(random, table.schema);
        add(maker, maker.condition(random.nextInt(4)));
    }

    void addLeafQuery(int field, Op op) {
        final Ask.Maker maker = new Ask.Maker(random, table.schema);
        add(maker, maker.leaf(field, op));
    }

    private void add(Ask.Maker maker, Ask ask) {
        final Table words = Table.of(table.schema);
        Query query = Query.from(words).where(ask.words(words));
        int[] output = allFields();
        int[] orderFields = {};
        boolean[] descending = {};
        long limit = Long.MAX_VALUE;
        long offset = 0;
        final boolean isCount = random.nextInt(6) == 0;
        if (isCount) {
            query = query.count();
        } else {
            if (random.nextInt(3) == 0) {
                output = someFields(1 + random.nextInt(4));
                query = query.select(refs(words, output));
            }
            if (random.nextInt(4) == 0) {
                orderFields = someFields(1 + random.nextInt(3));
                descending = new boolean[orderFields.length];
                final Order[] orders = new Order[orderFields.length];
                for (int i = 0; i < orders.length; i++) {
                    descending[i] = random.nextBoolean();
                    final FieldRef field = refs(words, orderFields)[i];
                    orders[i] = descending[i] ? field.descending() : field.ascending();
                }
                query = query.orderBy(orders);
            }
            if (random.nextInt(4) == 0) {
                limit = random.nextInt(8);
                query = query.limit(limit);
            }
            if (random.nextInt(6) == 0) {
                offset = random.nextInt(5);
                query = query.offset(offset);
            }
        }
        final Map<String, @Nullable Object> given = maker.given();
        final List<@Nullable Object[]> matching = new ArrayList<>();
        for (final @Nullable Object[] row : table.rows) {
            if (Boolean.TRUE.equals(ask.judge(row, given, false))) {
                matching.add(row);
            }
        }
        queries.add(new Asked(query, ask, given, output, orderFields, descending, limit, offset, isCount, matching));
    }

    /** Sorted keys, as {@code f1.f3}, and bitmap keys, as {@code bitmap f2}. */
    List<String> randomKeys(int most) {
        final List<String> keys = new ArrayList<>();
        randomSortedKeys(most).forEach(key -> keys.add(ofRandomKind(key)));
        return keys;
    }

    private String ofRandomKind(String key) {
        final String field = key.split("\\.")[0];
        return switch (random.nextInt(5)) {
            case 0 -> BITMAP + field;
            case 1 -> COLUMN + field;
            default -> key;
        };
    }

    List<String> randomSortedKeys(int most) {
        final List<String> keys = new ArrayList<>();
        final TreeSet<Integer> asked = new TreeSet<>();
        queries.forEach(query -> query.ask().leaves().forEach(leaf -> asked.add(leaf.field())));
        for (int i = 1 + random.nextInt(most); i > 0 && !asked.isEmpty(); i--) {
            // Mostly of fields that are asked for, so that keys matter; in any order, some fields of others between.
            final List<Integer> fields = new ArrayList<>(asked);
            fields.add(random.nextInt(table.schema.fieldCount()));
            Collections.shuffle(fields, random);
            final List<String> names = new ArrayList<>();
            for (final int field : fields.subList(0, Math.min(fields.size(), 1 + random.nextInt(4)))) {
                final String name = table.schema.field(field).name();
                if (!names.contains(name)) {
                    names.add(name);
                }
            }
            keys.add(String.join(".", names));
        }
        return keys;
    }

    List<String> keyOfEachField() {
        return table.schema.fields().stream().map(field -> field.name()).toList();
    }

    List<String> bitmapOfEachField() {
        return table.schema.fields().stream()
                .map(field -> BITMAP + field.name())
                .toList();
    }

    List<String> columnOfEachField() {
        return table.schema.fields().stream()
                .map(field -> COLUMN + field.name())
                .toList();
    }

    /** Asks all queries of a farm with these keys, and closes it. */
    void ask(Keyfarm farm, List<String> keys, Coverage coverage) throws Exception {
        try (farm) {
            farm.load(this);
            for (final String key : keys) {
                build(farm, key);
            }
            try (Session session = farm.session()) {
                for (final Asked asked : queries) {
                    try (PreparedQuery query = session.prepare(asked.query())) {
                        asked.given().forEach(query::set);
                        check(
                                asked,
                                query,
                                where + ", keys " + keys + ", slaves "
                                        + farm.settings().slaveCount());
                        coverage.countPair();
                        cover(asked, query, farm.settings().tier(), keys, coverage);
                    }
                }
            }
        }
    }

    void build(Keyfarm farm, String key) {
        if (key.startsWith(COLUMN)) {
            farm.columnCopies(table.schema.name(), key.substring(COLUMN.length()));
            return;
        }
        if (!key.startsWith(BITMAP)) {
            farm.keys(table.schema.name(), key);
            return;
        }
        try {
            farm.bitmapKeys(table.schema.name(), key.substring(BITMAP.length()));
        } catch (BadValueException e) {
            // Of a large table not every field can have one.
            assertTrue(String.valueOf(e.getMessage()).contains("65,537"), e.getMessage());
            assertTrue(table.rows.size() > 65_536);
        }
    }

    private void cover(Asked asked, PreparedQuery query, KeyTier tier, List<String> keys, Coverage coverage) {
        // Where no row can match, nothing is chosen: keys that are there count as taken.
        final String path = query.report().path();
        final boolean isUnchosen = table.rows.isEmpty() || path.equals("nothing");
        final boolean isScan = isUnchosen ? keys.isEmpty() : path.equals("full scan");
        final Structure sorted = tier == KeyTier.HOT ? Structure.HOT : Structure.COLD;
        final boolean isBitmaps =
                isUnchosen ? keys.stream().allMatch(key -> key.startsWith(BITMAP)) : path.startsWith("bitmap");
        final boolean isColumns =
                isUnchosen ? keys.stream().allMatch(key -> key.startsWith(COLUMN)) : path.startsWith("column");
        final Structure structure =
                isScan ? Structure.SCAN : isBitmaps ? Structure.BITMAPS : isColumns ? Structure.COLUMNS : sorted;
        asked.ask().leaves().forEach(leaf -> coverage.add(leaf, structure, table.rows.size()));
    }

    /** Asks all queries, several at a time, of whatever the session reaches; {@code between} happens before each few. */
    void askTogether(Session session, Runnable between) {
        for (int first = 0; first < queries.size(); ) {
            between.run();
            final List<Asked> together =
                    queries.subList(first, Math.min(queries.size(), first + 1 + random.nextInt(4)));
            final List<PreparedQuery> running = new ArrayList<>();
            for (final Asked asked : together) {
                final PreparedQuery query = session.prepare(asked.query());
                asked.given().forEach(query::set);
                query.run();
                running.add(query);
            }
            for (int i = 0; i < together.size(); i++) {
                verify(
                        together.get(i),
                        running.get(i).rows(),
                        where + "\n" + together.get(i).query());
                running.get(i).close();
            }
            first += together.size();
        }
    }

    /** The table's rows as dealt out to so many slaves: those of one of them. */
    Slab part(int slave, int slaveCount, MemoryLedger ledger) {
        try (SlabBuilder builder = new SlabBuilder(table.schema, ledger)) {
            table.writeTo(builder, slave, slaveCount);
            return builder.build();
        }
    }

    /** Asks some of the queries of a farm that has the rows shown. */
    void askSome(Session session, int count, String context) {
        for (int i = 0; i < count; i++) {
            final Asked asked = queries.get(random.nextInt(queries.size()));
            try (PreparedQuery query = session.prepare(asked.query())) {
                asked.given().forEach(query::set);
                check(asked, query, where + ", " + context);
            }
        }
    }

    private void check(Asked asked, PreparedQuery prepared, String context) {
        final String message = context + "\n" + asked.query() + "\nwith " + asked.given();
        try {
            verify(asked, prepared.run(), message);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(message + "\n" + prepared.report(), e);
        }
    }

    private void verify(Asked asked, Rows rows, String message) {
        if (asked.isCount()) {
            assertTrue(rows.next(), message);
            assertEquals(matching(asked).size(), rows.getLong(0), message);
            return;
        }
        final List<String> answer = new ArrayList<>();
        while (rows.next()) {
            answer.add(text(rows, asked.output().length));
        }
        final long expectedCount =
                Math.min(asked.limit(), Math.max(0, matching(asked).size() - asked.offset()));
        assertEquals(expectedCount, answer.size(), message);
        checkRows(asked, answer, message);
    }

    /** The same multiset of rows; of a limited answer, a part of it; of an ordered one, in an order that may be. */
    private void checkRows(Asked asked, List<String> answer, String message) {
        final List<@Nullable Object[]> expected = new ArrayList<>(matching(asked));
        if (asked.orderFields().length > 0) {
            expected.sort(comparator(asked));
        }
        final Map<String, Integer> left = new HashMap<>();
        for (final @Nullable Object[] row : expected) {
            left.merge(text(row, asked.output()), 1, Integer::sum);
        }
        for (final String row : answer) {
            final int count = left.merge(row, -1, Integer::sum);
            assertTrue(count >= 0, () -> message + "\nhas too many of " + row);
        }
        if (asked.orderFields().length > 0 && Arrays.equals(asked.output(), allFields())) {
            for (int i = 0; i < answer.size(); i++) {
                // Rows that tie may come in any order, so the order's own fields are compared, place by place.
                assertEquals(
                        text(expected.get(i + (int) asked.offset()), asked.orderFields()),
                        part(answer.get(i), asked.orderFields()),
                        message);
            }
        }
    }

    private Comparator<@Nullable Object[]> comparator(Asked asked) {
        return (left, right) -> {
            for (int i = 0; i < asked.orderFields().length; i++) {
                final int field = asked.orderFields()[i];
                final int order = compare(table.schema.field(field).type(), left[field], right[field]);
                if (order != 0) {
                    return asked.descending()[i] ? -order : order;
                }
            }
            return 0;
        };
    }

    private static int compare(FieldType type, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return Boolean.compare(left == null, right == null);
        }
        return Ask.compare(type, left, type, right);
    }

    private int[] allFields() {
        final int[] fields = new int[table.schema.fieldCount()];
        Arrays.setAll(fields, i -> i);
        return fields;
    }

    private int[] someFields(int count) {
        return random.ints(0, table.schema.fieldCount()).distinct().limit(count).toArray();
    }

    private FieldRef[] refs(Table words, int[] fields) {
        return Arrays.stream(fields)
                .mapToObj(field -> words.field(table.schema.field(field).name()))
                .toArray(FieldRef[]::new);
    }

    private static String text(Rows rows, int fieldCount) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < fieldCount; i++) {
            append(text, rows.get(i));
        }
        return text.toString();
    }

    private static String text(@Nullable Object[] row, int[] fields) {
        final StringBuilder text = new StringBuilder();
        for (final int field : fields) {
            append(text, row[field]);
        }
        return text.toString();
    }

    private static String part(String row, int[] fields) {
        final String[] values = row.split("\n", -1);
        final StringBuilder text = new StringBuilder();
        for (final int field : fields) {
            text.append(values[field]).append('\n');
        }
        return text.toString();
    }

    private static void append(StringBuilder text, @Nullable Object value) {
        // -0.0 and 0.0 are one value, and so are all NaNs: either may come back.
        if (value instanceof byte[] bytes) {
            text.append(Arrays.toString(bytes));
        } else if (value instanceof Double number) {
            text.append(number + 0.0);
        } else if (value instanceof Float number) {
            text.append(number + 0.0f);
        } else {
            text.append(value);
        }
        text.append('\n');
    }
}
