package io.keyfarm.query;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.FieldType;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class WordsTest {
    private static final Table VEHICLES =
            Table.of("vehicles: id int64, state char(2), make varchar null, year uint16, built date null,"
                    + " price decimal(8,2), weight float32, raw bytes, tag int8 null");
    private static final FieldRef STATE = VEHICLES.field("state");
    private static final FieldRef MAKE = VEHICLES.field("make");
    private static final FieldRef YEAR = VEHICLES.field("year");
    private static final FieldRef PRICE = VEHICLES.field("price");
    private static final FieldRef BUILT = VEHICLES.field("built");

    @Test
    void shouldPrintBackItsWords() {
        final Query southern = from(VEHICLES).where(STATE.in("FL", "GA"));
        final Query fords = southern.where(MAKE.is(param("make"))).limit(100);
        assertEquals(
                "from(vehicles).where(state in (\"FL\", \"GA\")).where(make is :make).limit(100)", fords.toString());
        assertEquals(
                "from(vehicles).where(state in (\"FL\", \"GA\")).count()",
                southern.count().toString());
        assertEquals(
                "from(vehicles).where(state in (\"FL\", \"GA\")).select(id, make).orderBy(year descending, id).limit(5).offset(10)",
                southern.select("id", "make")
                        .orderBy(YEAR.descending(), VEHICLES.field("id").ascending())
                        .limit(5)
                        .offset(10)
                        .toString());
    }

    @Test
    void shouldPrintEveryKindOfCondition() {
        assertEquals("state is \"FL\"", STATE.is("FL").toString());
        assertEquals("state is not \"FL\"", STATE.isNot("FL").toString());
        assertEquals("year < 1990", YEAR.lessThan(1990).toString());
        assertEquals("year <= 1990", YEAR.atMost(1990).toString());
        assertEquals("year > 1990", YEAR.greaterThan(1990).toString());
        assertEquals("year >= 1990", YEAR.atLeast(1990).toString());
        assertEquals(
                "price between 1.50 and :top?",
                PRICE.between(1.5, param("top").optional()).toString());
        assertEquals(
                "built not in (2024-01-31)",
                BUILT.notIn(LocalDate.of(2024, 1, 31)).toString());
        assertEquals("state in :states", STATE.in(param("states")).toString());
        assertEquals("state in (\"FL\", :other)", STATE.in("FL", param("other")).toString());
        assertEquals("year in (1, 2, 3)", YEAR.in(List.of(1, 2, 3)).toString());
        assertEquals("year in ()", YEAR.in().toString());
        assertEquals("make is null", MAKE.isNull().toString());
        assertEquals("make is not null", MAKE.isNotNull().toString());
        assertEquals("make starts with \"F\"", MAKE.startsWith("F").toString());
        assertEquals("make contains \"a \\\"b\\\"\"", MAKE.contains("a \"b\"").toString());
        assertEquals("make like \"50!%%\" escape '!'", MAKE.like("50!%%", '!').toString());
        assertEquals("make is state", MAKE.is(STATE).toString());
        assertEquals(
                "raw contains \"\\\\x00ff\"",
                VEHICLES.field("raw").contains(new byte[] {0, -1}).toString());
    }

    @Test
    void shouldPrintBracketsWhereTheyChangeTheMeaning() {
        final Condition a = YEAR.is(1);
        final Condition b = YEAR.is(2);
        final Condition c = STATE.is("FL");
        assertEquals(
                "(year is 1 or year is 2) and state is \"FL\"", a.or(b).and(c).toString());
        assertEquals("year is 1 or year is 2 or state is \"FL\"", a.or(b).or(c).toString());
        assertEquals("year is 1 or year is 2 or state is \"FL\"", a.or(b.or(c)).toString());
        assertEquals(
                "year is 1 or (year is 2 and state is \"FL\")", a.or(b.and(c)).toString());
        assertEquals("not (year is 1 or year is 2)", a.or(b).not().toString());
        assertEquals("not (not (year is 1))", a.not().not().toString());
        assertEquals(
                "state is \"FL\" or year between 1 and 2",
                c.or(YEAR.between(1, 2)).toString());
        assertEquals(
                "state is \"FL\" and year between 1 and 2",
                c.and(YEAR.between(1, 2)).toString());
        assertEquals(
                "from(vehicles).where(year between 1 and 2).where(state is \"FL\")",
                from(VEHICLES).where(YEAR.between(1, 2).and(c)).toString());
        assertEquals(
                ":d? is absent or state is :d?",
                param("d").isAbsent().or(STATE.is(param("d"))).toString());
    }

    @Test
    void shouldLeaveTheQueryBeforeAsItWas() {
        final Query all = from(VEHICLES);
        final Condition southern = STATE.in("FL", "GA");
        final Query first = all.where(southern).limit(1);
        southern.not();
        southern.and(YEAR.is(1));
        first.where(YEAR.is(1)).orderBy(YEAR.ascending()).select("id");
        assertEquals("from(vehicles)", all.toString());
        assertEquals("state in (\"FL\", \"GA\")", southern.toString());
        assertEquals("from(vehicles).where(state in (\"FL\", \"GA\")).limit(1)", first.toString());
    }

    @Test
    @SuppressWarnings("NullAway") // callers that know no @Nullable
    void shouldNameTheFieldInTheErrorOfTheWordThatMadeIt() {
        refuses("state holds 2 bytes, but 'FLA' needs 3", () -> STATE.is("FLA"));
        refuses("state holds 2 bytes, but 'FLA' needs 3", () -> STATE.in("FL", "FLA"));
        refuses("state takes no Integer, and was given 5", () -> STATE.is(5));
        refuses("year is uint16 and holds 0 to 65535, but not 70000", () -> YEAR.atLeast(70000));
        refuses("year is uint16, not text, so it is not asked what it starts with", () -> YEAR.startsWith("19"));
        refuses(
                "raw is bytes, not text, so it is not asked what it is like",
                () -> VEHICLES.field("raw").like("a%"));
        refuses("make is like a pattern that ends with its escape '!'", () -> MAKE.like("50!", '!'));
        refuses(
                "make is like a pattern whose escape is '%'; an escape is one visible ASCII character other than % and _",
                () -> MAKE.like("50", '%'));
        refuses("year is uint16, and cannot be compared with state, which is char(2)", () -> YEAR.is(STATE));
        refuses("make is null finds nothing; null is found by isNull()", () -> MAKE.is(null));
        refuses("year is one value, but :y is a set", () -> YEAR.is(param("y").set()));
        refuses("year in takes values, not fields", () -> YEAR.in(YEAR));
        refuses(
                "vehicles has no field zip; it has id, state, make, year, built, price, weight, raw, tag",
                () -> VEHICLES.field("zip"));
    }

    @Test
    void shouldRefuseParametersThatAreTwoThings() {
        final Condition byYear = YEAR.is(param("x"));
        refuses(":x is uint16 in one condition, but char(2) in another", () -> byYear.and(STATE.is(param("x"))));
        refuses(":x is one value in one condition, but a set in another", () -> byYear.and(YEAR.in(param("x"))));
        refuses("state is compared with char(2), but :x is int32", () -> STATE.is(param("x", FieldType.INT32)));
        refuses(
                ":flag is compared with no field, so give it a type: param(\"flag\", FieldType.BOOL)",
                () -> from(VEHICLES).where(param("flag").isAbsent()).compile());
    }

    @Test
    void shouldRefuseWhatMakesNoQuery() {
        final Table other = Table.of("people: id int64");
        refuses(
                "'id is 1' asks of people (people: id int64), but this query of " + VEHICLES,
                () -> from(VEHICLES).where(other.field("id").is(1)));
        refuses("limit takes 0 rows or more, not -1", () -> from(VEHICLES).limit(-1));
        refuses("id is selected twice", () -> from(VEHICLES).select("id", "id"));
        refuses(
                "count() answers one number; select, orderBy, limit and offset say nothing of it",
                () -> from(VEHICLES).limit(1).count());
        refuses(
                "count() answers one number; limit says nothing of it",
                () -> from(VEHICLES).count().limit(1));
    }

    @Test
    void shouldTakeConditionsAsDeepAsTheyAreLong() {
        Condition deep = YEAR.is(1);
        for (int i = 0; i < 819; i++) {
            deep = deep.not().and(YEAR.is(2)).or(YEAR.is(3));
        }
        final Condition condition = deep;
        final QueryPlan plan = from(VEHICLES).where(condition).compile();
        assertEquals(plan, QueryPlan.decode(plan.bytes()));
        assertEquals(plan.toString(), QueryPlan.decode(plan.bytes()).toString());
        refuses(
                "a condition has at most 4096 comparisons and words between them, but this one has 4098;"
                        + " many values of one field go into one in(...)",
                () -> condition.and(YEAR.is(1)));
    }

    private static void refuses(String message, Executable words) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, words).getMessage());
    }
}
