package io.keyfarm;

import static io.keyfarm.query.Aggregates.avg;
import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.max;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Join.leftOnly;
import static io.keyfarm.query.Join.leftOuter;
import static io.keyfarm.query.Join.semi;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.RunReport;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.BadQueryException;
import io.keyfarm.query.Condition;
import io.keyfarm.query.Expr;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Join;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recorded behaviour of Roxie's keyed joins, in words: 64 people, joined with those called CLAIRE and KIMBERLY. */
final class JoinTest {
    private static final List<String> FIRST = List.of("DAVID", "CLAIRE", "KELLY", "KIMBERLY");
    private static final List<String> LAST = List.of("BAYLISS", "DOLSON", "BILLINGTON", "SMITH");
    private static final Table PEOPLE = Table.of("people: id int32, first varchar, last varchar, p int32");
    private static final Table FOUND = Table.of("found: rid int32, rfirst varchar, rlast varchar, rp int64");
    private static final FieldRef R_FIRST = FOUND.field("rfirst");
    private static final Condition NAMES =
            R_FIRST.is(PEOPLE.field("first")).and(FOUND.field("rlast").is(PEOPLE.field("last")));
    private static final Condition ALL_THREE = NAMES.and(FOUND.field("rp").is(PEOPLE.field("p")));

    private static Keyfarm farm(int slaves, boolean hasKey) throws IOException {
        final Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(slaves));
        load(farm, PEOPLE, FIRST);
        load(farm, FOUND, List.of("CLAIRE", "KIMBERLY"));
        if (hasKey) {
            farm.keys("found", "rlast.rfirst.rp");
        }
        return farm;
    }

    private static void load(Keyfarm farm, Table table, List<String> firstNames) throws IOException {
        final List<List<?>> rows = new ArrayList<>();
        for (final String first : firstNames) {
            for (int last = 0; last < 4; last++) {
                for (int p = 1; p <= 4; p++) {
                    rows.add(List.of(16 * FIRST.indexOf(first) + 4 * last + p - 1, first, LAST.get(last), p));
                }
            }
        }
        farm.load(JavaObjects.ofLists(table.schema(), rows));
    }

    private static long rows(Keyfarm farm, Join join) {
        final Flow flow = from(PEOPLE).join(join);
        try (Rows rows = farm.query(flow)) {
            return rows.drain();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "2,true", "5,true", "5,false"})
    void shouldJoinAsRoxieDoes(int slaves, boolean hasKey) throws IOException {
        try (Keyfarm farm = farm(slaves, hasKey)) {
            assertEquals(32, rows(farm, inner(FOUND).on(ALL_THREE)));
            assertEquals(32, rows(farm, leftOnly(FOUND).on(ALL_THREE)));
            assertEquals(64, rows(farm, leftOuter(FOUND).on(ALL_THREE)));
            assertEquals(32, rows(farm, semi(FOUND).on(ALL_THREE)));
            final Condition kimberly = PEOPLE.field("first").is("KIMBERLY");
            assertEquals(16, rows(farm, inner(FOUND).on(ALL_THREE).skipping(kimberly)));
            assertEquals(48, rows(farm, leftOuter(FOUND).on(ALL_THREE).skipping(kimberly)));
            assertEquals(64, rows(farm, inner(FOUND).on(NAMES).keep(2)));
            assertEquals(0, rows(farm, inner(FOUND).on(NAMES).atMost(3)));
            assertEquals(0, rows(farm, inner(FOUND).on(NAMES).limit(3).skip()));
            assertEquals(64, rows(farm, leftOuter(FOUND).on(NAMES).atMost(3)));
            assertEquals(32, rows(farm, leftOuter(FOUND).on(NAMES).limit(3).skip()));
            assertEquals(64, rows(farm, leftOuter(FOUND).on(NAMES).limit(3).onFail()));
            assertEquals(128, rows(farm, inner(FOUND).on(NAMES).limit(4)));
            final QueryException failure = assertThrows(
                    QueryException.class,
                    () -> rows(farm, inner(FOUND).on(NAMES).limit(3)));
            assertTrue(Objects.requireNonNull(failure.getMessage()).contains("more than the 3 candidates"));
        }
    }

    @Test
    void shouldPutOwnValuesInPlaceOfTooMany() throws IOException {
        try (Keyfarm farm = farm(2, true)) {
            final Join join = inner(FOUND)
                    .on(NAMES)
                    .limit(3)
                    .onFail(
                            Expr.concat(PEOPLE.field("first"), "?").as("rfirst"),
                            Expr.value(7).as("rp"));
            final Flow flow = from(PEOPLE).where(PEOPLE.field("id").is(16)).join(join);
            try (Rows rows = farm.query(flow)) {
                assertTrue(rows.next());
                assertEquals("CLAIRE?", rows.get("rfirst"));
                assertEquals(7L, rows.get("rp"));
                assertEquals(null, rows.get("rlast"));
                assertEquals(false, rows.next());
            }
            final BadQueryException failure = assertThrows(
                    BadQueryException.class,
                    () -> from(PEOPLE)
                            .join(inner(FOUND)
                                    .on(NAMES)
                                    .limit(3)
                                    .onFail(Expr.value(7).as("p"))));
            assertTrue(Objects.requireNonNull(failure.getMessage()).contains("is no right field"));
        }
    }

    @Test
    void shouldTellTheKeyOfLookupsBelowAGroup() throws IOException {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
                Session session = farm.session()) {
            final Table numbers = farm.load(new Numbers("numbers", 20_000, 1));
            farm.keys("numbers", "id");
            final Table others = numbers.as("others");
            final PreparedFlow flow = session.prepare(from(numbers)
                    .where(numbers.field("id").lessThan(10))
                    .join(inner(others).on(others.field("id").is(numbers.field("bucket"))))
                    .aggregate(count().as("rows")));
            for (int run = 0; run < 2; run++) {
                assertEquals(1, flow.run().drain());
                final List<RunReport> reports = flow.reports();
                assertEquals(
                        List.of("id", "id"),
                        reports.stream().map(RunReport::path).toList());
                assertEquals(10, reports.get(1).asked());
            }
        }
    }

    @Test
    void shouldGroupWhatWasJoined() throws IOException {
        try (Keyfarm farm = farm(2, true)) {
            final Flow flow = from(PEOPLE)
                    .join(inner(FOUND).on(NAMES))
                    .groupBy(R_FIRST)
                    .aggregate(
                            count().as("rows"),
                            sum(FOUND.field("rp")).as("sum"),
                            avg(PEOPLE.field("p")).as("mean"),
                            max(PEOPLE.field("last")).as("last"))
                    .orderBy(R_FIRST.ascending());
            try (Rows rows = farm.query(flow)) {
                assertTrue(rows.next());
                assertEquals("CLAIRE", rows.get("rfirst"));
                assertEquals(64L, rows.get("rows"));
                assertEquals(160L, rows.get("sum"));
                assertEquals(2.5, rows.get("mean"));
                assertEquals("SMITH", rows.get("last"));
                assertTrue(rows.next());
                assertEquals("KIMBERLY", rows.get("rfirst"));
                assertEquals(false, rows.next());
            }
        }
    }
}
