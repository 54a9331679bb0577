package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.Condition;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Join;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiPredicate;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** Two random tables with random keys on slaves of random number, and random joins of them, each checked by a nested loop. */
final class JoinScenario implements AutoCloseable {
    /** Fields at the same place can be compared; the left one is nowhere wider than its right one. */
    private static final String[][] TYPES = {
        {"int32", "int64"},
        {"int8", "int8"},
        {"varchar", "varchar"},
        {"char(3)", "char(3)"},
        {"decimal(6,1)", "decimal(6,1)"},
        {"float32", "float64"},
        {"int16", "int32"}
    };

    /** Small tables would always be hashed; where scans are so dear, the right side is looked up row by row. */
    private static final CostModel DEAR_SCANS = new CostModel(400, 250, 12, 1e6, 1);

    /** Beyond the ids of right rows. */
    private static final int SUBSTITUTE = 1_000_000;

    private static final String[] WORDS = {"", "a", "ab", "b", "ba", "a rather long text, longer than a slot"};

    private final Random random;
    private final Keyfarm farm;
    private final Table left;
    private final Table right;
    private final List<List<@Nullable Object>> leftRows;
    private final List<List<@Nullable Object>> rightRows;
    private final int fieldCount;
    private final String keys;
    private int halfKeyed;
    private int fullKeyed;

    JoinScenario(long seed) throws IOException {
        random = new Random(seed);
        fieldCount = 2 + random.nextInt(3);
        final int[] types = random.ints(fieldCount, 0, TYPES.length).toArray();
        left = Table.of("lefts: l_id int32" + fields("l", 0, types));
        right = Table.of("rights: r_id int32" + fields("r", 1, types));
        leftRows = rows(left.schema(), random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(60));
        rightRows = rows(right.schema(), random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(120));
        farm = Keyfarm.embedded(
                EmbeddedSettings.defaults()
                        .growth(GrowthSettings.off())
                        .slaves(1 + random.nextInt(5))
                        .maxFrameBytes(random.nextBoolean() ? 1024 : 64 << 10),
                SystemNanoClock.INSTANCE,
                random.nextBoolean() ? CostModel.typical() : DEAR_SCANS);
        final Random chunks = new Random(~seed);
        Chunks.load(farm, left.schema(), leftRows, chunks);
        Chunks.load(farm, right.schema(), rightRows, chunks);
        final List<String> all = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            all.add(key());
        }
        farm.keys("rights", all.toArray(String[]::new));
        // Drawn by themselves, so that a seed's tables and joins are what they were before there were routed keys.
        final Random routed = new Random(seed * 31);
        for (int i = routed.nextInt(3); i > 0; i--) {
            all.add(routedKey(routed));
        }
        keys = String.join(" ", all);
    }

    private String fields(String prefix, int side, int[] types) {
        final StringBuilder fields = new StringBuilder();
        for (int i = 0; i < types.length; i++) {
            fields.append(", ").append(prefix).append(i).append(' ').append(TYPES[types[i]][side]);
            fields.append(random.nextInt(3) == 0 ? " null" : "");
        }
        return fields.toString();
    }

    private String key() {
        final List<Integer> fields = new ArrayList<>();
        for (int i = 0; i < fieldCount; i++) {
            fields.add(random.nextInt(fields.size() + 1), i);
        }
        return String.join(
                ".",
                fields.subList(0, 1 + random.nextInt(fieldCount)).stream()
                        .map(i -> "r" + i)
                        .toList());
    }

    /** Of some fields, and with some carried along, among them the id as often as not. */
    private String routedKey(Random drawn) {
        final List<String> fields = new ArrayList<>();
        for (int i = 0; i < fieldCount; i++) {
            fields.add(drawn.nextInt(fields.size() + 1), "r" + i);
        }
        final int count = 1 + drawn.nextInt(fieldCount);
        final List<String> carried =
                new ArrayList<>(fields.subList(count, count + drawn.nextInt(fieldCount - count + 1)));
        if (drawn.nextBoolean()) {
            carried.add("r_id");
        }
        final String key = String.join(".", fields.subList(0, count));
        farm.routedKey("rights", key, carried.toArray(String[]::new));
        return key + " routed with " + carried;
    }

    private List<List<@Nullable Object>> rows(TableSchema schema, int count) {
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            final List<@Nullable Object> row = new ArrayList<>();
            row.add(id);
            for (final Field field : schema.fields().subList(1, schema.fieldCount())) {
                row.add(field.nullable() && random.nextInt(4) == 0 ? null : value(field));
            }
            rows.add(row);
        }
        return rows;
    }

    private Object value(Field field) {
        final int number = random.nextInt(6) - 2;
        return switch (field.type().kind()) {
            case VARCHAR -> WORDS[random.nextInt(WORDS.length)];
            case CHAR -> WORDS[random.nextInt(WORDS.length - 1)];
            case DECIMAL -> BigDecimal.valueOf(number, 1);
            case FLOAT32 -> number / 2f;
            case FLOAT64 -> number / 2d;
            default -> number;
        };
    }

    /** What a join asks of a pair, in words and in Java. */
    private record Asked(Condition words, BiPredicate<List<@Nullable Object>, List<@Nullable Object>> holds) {
        Asked and(Asked other) {
            return new Asked(words.and(other.words), (l, r) -> holds.test(l, r) && other.holds.test(l, r));
        }
    }

    /** A random join; answers how many rows it had. */
    int check() {
        hasSubstitute = false;
        Asked keyed = equal(1 + random.nextInt(fieldCount));
        for (int i = random.nextInt(2); i > 0; i--) {
            keyed = keyed.and(compared(1 + random.nextInt(fieldCount)));
        }
        if (random.nextInt(4) == 0) {
            keyed = random.nextBoolean()
                    ? compared(1 + random.nextInt(fieldCount))
                    : either(1 + random.nextInt(fieldCount));
        }
        final Asked rest = random.nextInt(3) == 0 ? unkeyed() : null;
        final Asked whole = rest == null ? keyed : keyed.and(rest);
        rightFilter = filter();
        final int kind = random.nextInt(4);
        final Query filtered =
                rightFilter == null ? Query.from(right) : Query.from(right).where(rightFilter.words);
        Join join = switch (kind) {
            case 0 -> Join.inner(filtered);
            case 1 -> Join.leftOuter(filtered);
            case 2 -> Join.leftOnly(filtered);
            default -> Join.semi(filtered);
        };
        join = join.on(whole.words);
        final long limit = random.nextInt(3) == 0 ? random.nextInt(6) : Long.MAX_VALUE;
        final int excess = random.nextInt(4);
        if (limit != Long.MAX_VALUE) {
            join = switch (excess) {
                case 0 -> join.atMost(limit);
                case 1 -> join.limit(limit).skip();
                case 2 -> substituted(join.limit(limit), kind);
                default -> join.limit(limit);
            };
        }
        final long keep = random.nextInt(4) == 0 ? random.nextInt(4) : Long.MAX_VALUE;
        join = keep == Long.MAX_VALUE ? join : join.keep(keep);
        final boolean skips = kind < 2 && random.nextInt(4) == 0;
        if (skips) {
            join = join.skipping(left.field("l_id").lessThan(20));
        }
        isUnordered = random.nextInt(5) == 0;
        join = isUnordered ? join.unordered() : join;
        Flow flow = Query.from(left).orderBy(left.field("l_id").ascending()).join(join);
        final boolean isWhole = random.nextBoolean();
        if (!isWhole) {
            flow = kind < 2 ? flow.select("r_id", "l_id") : flow.select("l_id");
        }
        return new Expected(kind, keyed, rest, limit, excess, keep, skips, isWhole).compare(flow);
    }

    /** Whether a row in place of too many candidates has an id of its own. */
    private boolean hasSubstitute;

    private boolean isUnordered;

    private Join substituted(Join join, int kind) {
        hasSubstitute = kind < 2 && random.nextBoolean();
        return hasSubstitute ? join.onFail(left.field("l_id").plus(SUBSTITUTE).as("r_id")) : join.onFail();
    }

    private @Nullable Asked rightFilter;

    /** What is asked of the right side before the join, or nothing. */
    private @Nullable Asked filter() {
        return random.nextInt(3) == 0
                ? new Asked(right.field("r_id").atLeast(5), (l, r) -> (int) Objects.requireNonNull(r.get(0)) >= 5)
                : null;
    }

    private Asked equal(int field) {
        return compared(field, 0, random.nextBoolean());
    }

    private Asked compared(int field) {
        return compared(field, random.nextInt(5), random.nextBoolean());
    }

    private Asked compared(int field, int op, boolean isTurned) {
        final FieldRef one = isTurned ? left.field("l" + (field - 1)) : right.field("r" + (field - 1));
        final FieldRef other = isTurned ? right.field("r" + (field - 1)) : left.field("l" + (field - 1));
        final Condition words = switch (op) {
            case 0 -> one.is(other);
            case 1 -> one.lessThan(other);
            case 2 -> one.atMost(other);
            case 3 -> one.greaterThan(other);
            default -> one.atLeast(other);
        };
        return new Asked(words, (l, r) -> {
            final Integer order = isTurned ? order(l.get(field), r.get(field)) : order(r.get(field), l.get(field));
            return order != null
                    && switch (op) {
                        case 0 -> order == 0;
                        case 1 -> order < 0;
                        case 2 -> order <= 0;
                        case 3 -> order > 0;
                        default -> order >= 0;
                    };
        });
    }

    /** One right field in a set of the left row's and of a constant. */
    private Asked either(int field) {
        final FieldRef one = right.field("r" + (field - 1));
        final Object constant = value(right.schema().field(field));
        return new Asked(one.is(left.field("l" + (field - 1))).or(one.is(constant)), (l, r) -> {
            final Integer order = order(l.get(field), r.get(field));
            final Integer toConstant = order(constant, r.get(field));
            return (order != null && order == 0) || (toConstant != null && toConstant == 0);
        });
    }

    /** What no monitor of the right side can say. */
    private Asked unkeyed() {
        return new Asked(
                left.field("l_id").plus(right.field("r_id")).remainder(3).isNot(0),
                (l, r) -> ((int) Objects.requireNonNull(l.get(0)) + (int) Objects.requireNonNull(r.get(0))) % 3 != 0);
    }

    private static @Nullable Integer order(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return null;
        }
        if (one instanceof String text) {
            return Arrays.compareUnsigned(
                    text.getBytes(StandardCharsets.UTF_8), ((String) other).getBytes(StandardCharsets.UTF_8));
        }
        if (one instanceof BigDecimal number) {
            return number.compareTo((BigDecimal) other);
        }
        return Double.compare(((Number) one).doubleValue(), ((Number) other).doubleValue());
    }

    private void count(String path) {
        final boolean isRouted = path.startsWith("rights@");
        final boolean isFetched = path.endsWith("fetched");
        halfKeyed += isRouted && !isFetched ? 1 : 0;
        fullKeyed += isRouted && isFetched ? 1 : 0;
    }

    /** Joins that asked the entries of a routed key, and were told all. */
    int halfKeyed() {
        return halfKeyed;
    }

    /** Those that were told where the rows are. */
    int fullKeyed() {
        return fullKeyed;
    }

    /** The nested loop. */
    private final class Expected {
        private final int kind;
        private final Asked keyed;
        private final @Nullable Asked rest;
        private final long limit;
        private final int excess;
        private final long keep;
        private final boolean skips;
        /** Whether all fields are there to be compared. */
        private final boolean isWhole;

        Expected(
                int kind,
                Asked keyed,
                @Nullable Asked rest,
                long limit,
                int excess,
                long keep,
                boolean skips,
                boolean isWhole) {
            this.kind = kind;
            this.keyed = keyed;
            this.rest = rest;
            this.limit = limit;
            this.excess = excess;
            this.keep = keep;
            this.skips = skips;
            this.isWhole = isWhole;
        }

        /** For each left row the right rows it may come with, null for none, and how many of them come. */
        private record Of(List<@Nullable Integer> rights, long count) {}

        private @Nullable Of of(List<@Nullable Object> row) {
            final List<Integer> candidates = new ArrayList<>();
            final List<@Nullable Integer> matches = new ArrayList<>();
            for (int r = 0; r < rightRows.size(); r++) {
                final List<@Nullable Object> other = rightRows.get(r);
                if ((rightFilter == null || rightFilter.holds.test(row, other)) && keyed.holds.test(row, other)) {
                    candidates.add(r);
                    if (rest == null || rest.holds.test(row, other)) {
                        matches.add(r);
                    }
                }
            }
            final boolean isSkipped = skips && (int) Objects.requireNonNull(row.get(0)) < 20;
            if (candidates.size() > limit) {
                switch (excess) {
                    case 0 -> matches.clear();
                    case 1 -> {
                        return new Of(List.of(), 0);
                    }
                    case 2 -> {
                        final Integer id = hasSubstitute ? SUBSTITUTE + (int) Objects.requireNonNull(row.get(0)) : null;
                        return kind == 2 ? new Of(List.of(), 0) : new Of(Arrays.asList(id), Math.min(keep, 1));
                    }
                    default -> {
                        return null;
                    }
                }
            }
            return switch (kind) {
                case 0 -> new Of(matches, isSkipped ? 0 : Math.min(keep, matches.size()));
                case 1 ->
                    matches.isEmpty()
                            ? new Of(Arrays.asList((Integer) null), isSkipped ? 0 : Math.min(keep, 1))
                            : new Of(matches, isSkipped ? 0 : Math.min(keep, matches.size()));
                case 2 -> new Of(Arrays.asList((Integer) null), matches.isEmpty() ? Math.min(keep, 1) : 0);
                default -> new Of(Arrays.asList((Integer) null), matches.isEmpty() ? 0 : Math.min(keep, 1));
            };
        }

        int compare(Flow flow) {
            final List<Of> expected = new ArrayList<>();
            boolean fails = false;
            for (final List<@Nullable Object> row : leftRows) {
                final Of of = of(row);
                fails |= of == null;
                expected.add(of == null ? new Of(List.of(), 0) : of);
            }
            try (Session session = farm.session();
                    PreparedFlow prepared = session.prepare(flow)) {
                final int count;
                try (Rows rows = prepared.run()) {
                    count = compare(rows, expected, flow);
                }
                prepared.reports().forEach(report -> count(report.path()));
                assertTrue(!fails, () -> "no failure, where a limit was exceeded: " + words(flow));
                return count;
            } catch (QueryException e) {
                assertTrue(fails, () -> e.getMessage() + ": " + words(flow));
                return 0;
            }
        }

        private int compare(Rows rows, List<Of> expected, Flow flow) {
            final Map<Integer, List<@Nullable Integer>> found = new HashMap<>();
            int before = -1;
            int count = 0;
            while (rows.next()) {
                final int id = (int) rows.getLong("l_id");
                final int last = before;
                assertTrue(
                        isUnordered || id >= last, () -> "left row " + id + " came after " + last + ": " + words(flow));
                before = id;
                final boolean hasRight = kind < 2 && rows.get("r_id") != null;
                found.computeIfAbsent(id, none -> new ArrayList<>())
                        .add(hasRight ? Integer.valueOf((int) rows.getLong("r_id")) : null);
                if (isWhole) {
                    requireValues(rows, id, hasRight && rows.getLong("r_id") < SUBSTITUTE, flow);
                }
                count++;
            }
            for (int id = 0; id < expected.size(); id++) {
                final int left = id;
                final List<@Nullable Integer> got = found.getOrDefault(id, List.of());
                final List<@Nullable Integer> may = new ArrayList<>(expected.get(id).rights);
                assertEquals(expected.get(id).count, got.size(), () -> "rows of left row " + left + ": " + words(flow));
                for (final Integer each : got) {
                    assertTrue(may.remove(each), () -> "left row " + left + " came with " + each + ": " + words(flow));
                }
            }
            return count;
        }

        private void requireValues(Rows rows, int id, boolean hasRight, Flow flow) {
            for (int field = 0; field < fieldCount; field++) {
                final int place = field;
                final Object leftValue = leftRows.get(id).get(field + 1);
                assertEquals(text(leftValue), text(rows.get("l" + field)), () -> "l" + place + ": " + words(flow));
                if (hasRight) {
                    final Object rightValue =
                            rightRows.get((int) rows.getLong("r_id")).get(field + 1);
                    assertEquals(text(rightValue), text(rows.get("r" + field)), () -> "r" + place + ": " + words(flow));
                }
            }
        }
    }

    private static String text(@Nullable Object value) {
        return value instanceof Number number && !(value instanceof BigDecimal)
                ? Double.toString(number.doubleValue())
                : String.valueOf(value);
    }

    private String words(Flow flow) {
        return flow + " with keys " + keys + " of " + left + " and " + right;
    }

    @Override
    public void close() {
        farm.close();
    }
}
