package io.keyfarm;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.countDistinct;
import static io.keyfarm.query.Aggregates.first;
import static io.keyfarm.query.Aggregates.max;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Children.children;
import static io.keyfarm.query.Expr.caseWhen;
import static io.keyfarm.query.Expr.coalesce;
import static io.keyfarm.query.Expr.concat;
import static io.keyfarm.query.Query.from;
import static io.keyfarm.query.Running.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.Children;
import io.keyfarm.query.Expr;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.FieldType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Children of rows, aggregated and folded, against a nested loop over Java objects, whatever keys and slaves there are. */
final class ChildrenOracleTest {
    private static final Table PARENTS =
            Table.of("parents: p_id int32, p_group int8 null, p_low int32, p_name varchar");
    private static final Table KIDS =
            Table.of("kids: k_id int32, k_group int8 null, k_size int32, k_name varchar null");
    private static final FieldRef P_ID = PARENTS.field("p_id");
    private static final FieldRef K_ID = KIDS.field("k_id");
    private static final FieldRef K_SIZE = KIDS.field("k_size");
    private static final FieldRef K_NAME = KIDS.field("k_name");
    private static final CostModel DEAR_SCANS = new CostModel(400, 250, 12, 1e6, 1);
    private static final String LONG = " of a name that is longer than its slot";

    @Test
    void shouldTellOfChildrenAsANestedLoopDoes() throws Exception {
        final Long only = Long.getLong("keyfarm.test.seed");
        final int farms = 80 * Integer.getInteger("keyfarm.test.scale", 1);
        for (long seed = only == null ? 1 : only; seed <= (only == null ? farms : only); seed++) {
            try {
                check(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static void check(Random random) throws IOException {
        final List<List<@Nullable Object>> parents = parents(random);
        final List<List<@Nullable Object>> kids = kids(random);
        try (Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults()
                        .slaves(1 + random.nextInt(4))
                        .maxFrameBytes(random.nextBoolean() ? 1024 : 64 << 10),
                SystemNanoClock.INSTANCE,
                random.nextBoolean() ? CostModel.typical() : DEAR_SCANS)) {
            farm.load(JavaObjects.ofLists(PARENTS.schema(), parents));
            farm.load(JavaObjects.ofLists(KIDS.schema(), kids));
            if (random.nextBoolean()) {
                farm.keys("kids", random.nextBoolean() ? "k_group" : "k_group.k_size");
            }
            for (int i = 0; i < 6; i++) {
                check(farm, new Case(random), parents, kids);
            }
        }
    }

    private static List<List<@Nullable Object>> parents(Random random) {
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(10) == 0 ? 1200 : random.nextInt(60); i > 0; i--) {
            rows.add(Arrays.asList(rows.size(), group(random), random.nextInt(10), "p" + (i % 3 == 0 ? LONG : "") + i));
        }
        return rows;
    }

    private static List<List<@Nullable Object>> kids(Random random) {
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(8) == 0 ? 2500 : random.nextInt(200); i > 0; i--) {
            rows.add(Arrays.asList(
                    rows.size(),
                    group(random),
                    random.nextInt(12),
                    random.nextInt(5) == 0 ? null : "k" + (i % 2 == 0 ? LONG : "") + random.nextInt(4)));
        }
        return rows;
    }

    private static @Nullable Integer group(Random random) {
        return random.nextInt(6) == 0 ? null : (Integer) random.nextInt(7);
    }

    /** What is asked of children. */
    private static final class Case {
        final boolean isOrdered;
        final long limit;
        final boolean asksRest;
        final boolean asksLow;
        final boolean folds;
        final boolean isFlow;

        Case(Random random) {
            isOrdered = random.nextInt(3) > 0;
            // Without an order a limit may keep any.
            limit = isOrdered && random.nextBoolean() ? random.nextInt(4) : Long.MAX_VALUE;
            asksRest = random.nextInt(3) == 0;
            asksLow = random.nextBoolean();
            folds = isOrdered && random.nextBoolean();
            isFlow = random.nextInt(4) == 0;
        }

        Flow flow() {
            Children children = isFlow
                    ? children(from(KIDS)
                            .select("k_id", "k_group", "k_size", "k_name")
                            .distinct())
                    : children(KIDS);
            children = children.on(KIDS.field("k_group").is(PARENTS.field("p_group")));
            children = asksLow ? children.on(K_SIZE.atLeast(PARENTS.field("p_low"))) : children;
            children = asksRest ? children.on(K_ID.plus(P_ID).remainder(3).isNot(0)) : children;
            children = isOrdered ? children.orderBy(K_SIZE.descending(), K_ID.ascending()) : children;
            children = limit == Long.MAX_VALUE ? children : children.limit(limit);
            final Query parents = from(PARENTS).orderBy(P_ID.ascending());
            return folds
                    ? parents.denormalize(children.fold(
                                    running(
                                            "names",
                                            PARENTS.field("p_name"),
                                            before -> concat(
                                                    before.field("names"),
                                                    "/",
                                                    coalesce(K_NAME, ""),
                                                    before.field(P_ID).to(FieldType.VARCHAR))),
                                    running(
                                            "sizes",
                                            0,
                                            before ->
                                                    before.field("sizes").plus(K_SIZE.times(PARENTS.field("p_low"))))))
                            .select("p_id", "names", "sizes")
                    : parents.denormalize(children.aggregate(
                                    count().as("kids"),
                                    count(K_NAME).as("named"),
                                    countDistinct(K_NAME).as("names"),
                                    sum(K_SIZE.minus(PARENTS.field("p_low"))).as("sum"),
                                    max(K_NAME).as("last_name"),
                                    first(K_ID).as("first")))
                            .select("p_id", "kids", "named", "names", "sum", "last_name", "first");
        }

        String expected(List<@Nullable Object> parent, List<List<@Nullable Object>> kids) {
            final List<List<@Nullable Object>> mine = new ArrayList<>();
            for (final List<@Nullable Object> kid : kids) {
                if (kid.get(1) != null
                        && kid.get(1).equals(parent.get(1))
                        && (!asksLow || number(kid, 2) >= number(parent, 2))
                        && (!asksRest || (number(kid, 0) + number(parent, 0)) % 3 != 0)) {
                    mine.add(kid);
                }
            }
            if (isOrdered) {
                mine.sort(Comparator.comparingInt((List<@Nullable Object> kid) -> -number(kid, 2))
                        .thenComparingInt(kid -> number(kid, 0)));
            }
            final List<List<@Nullable Object>> few = mine.subList(0, (int) Math.min(limit, mine.size()));
            return parent.get(0) + (folds ? folded(parent, few) : aggregated(parent, few));
        }

        private static int number(List<@Nullable Object> row, int field) {
            return (int) Objects.requireNonNull(row.get(field));
        }

        private static String folded(List<@Nullable Object> parent, List<List<@Nullable Object>> kids) {
            final StringBuilder names = new StringBuilder(String.valueOf(parent.get(3)));
            long sizes = 0;
            for (final List<@Nullable Object> kid : kids) {
                names.append('/').append(kid.get(3) == null ? "" : kid.get(3)).append(parent.get(0));
                sizes += (long) number(kid, 2) * number(parent, 2);
            }
            return " " + names + " " + sizes;
        }

        private String aggregated(List<@Nullable Object> parent, List<List<@Nullable Object>> kids) {
            long named = 0;
            long sum = 0;
            String last = null;
            final HashSet<Object> names = new HashSet<>();
            for (final List<@Nullable Object> kid : kids) {
                sum += number(kid, 2) - number(parent, 2);
                final String name = (String) kid.get(3);
                if (name != null) {
                    named++;
                    names.add(name);
                    last = last == null || name.compareTo(last) > 0 ? name : last;
                }
            }
            return " " + kids.size() + " " + named + " " + names.size() + " " + (kids.isEmpty() ? null : (Long) sum)
                    + " " + last + " "
                    + (isOrdered && !kids.isEmpty() ? kids.get(0).get(0) : null);
        }
    }

    private static void check(
            Keyfarm farm, Case asked, List<List<@Nullable Object>> parents, List<List<@Nullable Object>> kids) {
        final List<String> expected =
                parents.stream().map(parent -> asked.expected(parent, kids)).toList();
        final Flow flow = asked.flow();
        final List<String> found = new ArrayList<>();
        try (Rows rows = farm.query(flow)) {
            while (rows.next()) {
                final StringBuilder row = new StringBuilder();
                for (int i = 0; i < flow.schema().fieldCount(); i++) {
                    final String name = flow.schema().field(i).name();
                    final boolean isAny = name.equals("first") && !asked.isOrdered;
                    row.append(i == 0 ? "" : " ").append(isAny ? null : rows.get(name));
                }
                found.add(row.toString());
            }
        }
        assertEquals(expected, found, flow::toString);
    }

    /** What rows without children start with is not kept for longer than they are. */
    @Test
    void shouldFoldManyRowsWithoutChildrenInLittleMemory() throws IOException {
        final int rows = 200_000;
        final Table one = Table.of("t: a int32");
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().queryMemoryBytes(4 << 20));
                Session session = farm.session()) {
            farm.load(JavaObjects.ofLists(one.schema(), List.of(List.of(7))));
            final Table kids =
                    farm.load(JavaObjects.ofLists(Table.of("kids: x int32").schema(), List.of()));
            final Flow many = from(one).normalize(rows, "number");
            final Expr text = caseWhen(many.field("number").remainder(2).is(0), "a text that has no room in its slot")
                    .otherwise("another one, which is longer by some bytes");
            final Flow folded = many.denormalize(children(kids)
                    .on(kids.field("x").is(many.field("number")))
                    .fold(running("line", text, before -> before.field("line"))));
            assertEquals(rows, session.prepare(folded).run().drain());
        }
    }
}
