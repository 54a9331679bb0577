package io.keyfarm.query;

import static io.keyfarm.query.Expr.caseWhen;
import static io.keyfarm.query.Expr.coalesce;
import static io.keyfarm.query.Expr.concat;
import static io.keyfarm.query.Expr.value;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.FieldType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class ExpressionWordsTest {
    private static final Table SALES = Table.of(
            "sales: id int64, state char(2), make varchar null, year uint16,"
                    + " sold date null, at timestamp, price decimal(12,2), rate decimal(18,10), weight float32, raw bytes, ok bool");
    private static final FieldRef ID = SALES.field("id");
    private static final FieldRef STATE = SALES.field("state");
    private static final FieldRef MAKE = SALES.field("make");
    private static final FieldRef YEAR = SALES.field("year");
    private static final FieldRef SOLD = SALES.field("sold");
    private static final FieldRef PRICE = SALES.field("price");

    @Test
    void shouldPrintBackItsWords() {
        prints("price * year", PRICE.times(YEAR));
        prints("(price + 1) * (price - 0.50)", PRICE.plus(1).times(PRICE.minus(new BigDecimal("0.50"))));
        prints("price / :by", PRICE.dividedBy(param("by")));
        prints("quotient(id, 10)", ID.quotient(10));
        prints("remainder(id, year)", ID.remainder(YEAR));
        prints("negated(abs(round(price, 1)))", PRICE.round(1).abs().negated());
        prints("ceil(floor(weight))", SALES.field("weight").floor().ceil());
        prints("concat(make, \" of \", state)", concat(MAKE, " of ", STATE));
        prints("upper(lower(trim(make)))", MAKE.trim().lower().upper());
        prints("substring(make, 1, :length)", MAKE.substring(1, param("length")));
        prints("length(replace(make, \"a\", state))", MAKE.replace("a", STATE).length());
        prints("position(make, \"\\\"\")", MAKE.position("\""));
        prints("month(plusMonths(sold, 3))", SOLD.plusMonths(3).month());
        prints("daysUntil(sold, 2024-01-31)", SOLD.daysUntil(LocalDate.of(2024, 1, 31)));
        prints(
                "truncatedTo(plusSeconds(at, -1), weeks)",
                SALES.field("at").plusSeconds(-1).truncatedTo(ChronoUnit.WEEKS));
        prints("coalesce(make, state, \"none\")", coalesce(MAKE, STATE, "none"));
        prints("to(price, int64)", PRICE.to(FieldType.INT64));
        prints(
                "case when year > 1990 and make is null then \"new\" when year is 1990 then make else state end",
                caseWhen(YEAR.greaterThan(1990).and(MAKE.isNull()), "new")
                        .when(YEAR.is(1990), MAKE)
                        .otherwise(STATE));
        assertEquals("price * 2 as double", PRICE.times(2).as("double").toString());
    }

    @Test
    void shouldPrintConditions() {
        prints("price * 2 > year", PRICE.times(2).greaterThan(YEAR));
        prints("upper(make) in (\"A\", \"B\", :c)", MAKE.upper().in("A", "B", param("c")));
        prints(
                "not (year(sold) not in :years)",
                SOLD.year().notIn(param("years")).not());
        prints("plusDays(sold, 1) in (2024-01-31)", SOLD.plusDays(1).in(LocalDate.of(2024, 1, 31)));
        prints("make matches \"F.*\"", MAKE.matches("F.*"));
        prints("make sounds like :name", MAKE.soundsLike(param("name")));
        prints(
                "make within 1 edit of \"FORD\" or make within 2 edits of state",
                MAKE.withinEdits("FORD", 1).or(MAKE.withinEdits(STATE, 2)));
        prints("trim(make) like \"x!%\" escape '!'", MAKE.trim().like("x!%", '!'));
        prints("trim(make) is null", MAKE.trim().isNull());
        prints("trim(make) starts with state", MAKE.trim().startsWith(STATE));
        prints("year + 1 >= 5 and year + 1 <= 7", YEAR.plus(1).between(5, 7));
        final Condition condition = PRICE.times(2).greaterThan(YEAR).and(STATE.is("FL"));
        assertEquals(
                "from(sales).where(price * 2 > year).where(state is \"FL\").count()",
                from(SALES).where(condition).count().toString());
        final QueryPlan plan = from(SALES).where(condition).compile();
        assertEquals(plan.toString(), QueryPlan.decode(plan.bytes()).toString());
        assertEquals(plan.id(), QueryPlan.decode(plan.bytes()).id());
    }

    private static void prints(String words, Object said) {
        assertEquals(words, said.toString());
    }

    @Test
    void shouldLeaveToMonitorsWhatTheyCanSay() {
        for (final Condition condition : List.of(
                YEAR.is(5), STATE.in("FL"), MAKE.startsWith("F"), MAKE.isNull(), YEAR.is(ID), YEAR.between(1, 2))) {
            assertTrue(condition.body().nodes().stream().noneMatch(Node::isOfValues), condition::toString);
        }
        assertTrue(PRICE.is(YEAR).body().nodes().stream().anyMatch(Node::isOfValues));
    }

    @Test
    void shouldHaveTypesAtOnce() {
        assertEquals(FieldType.INT64, YEAR.plus(YEAR).type());
        assertEquals(FieldType.decimal(18, 2), PRICE.plus(1).type());
        assertEquals(FieldType.decimal(18, 12), PRICE.times(SALES.field("rate")).type());
        assertEquals(FieldType.FLOAT64, PRICE.times(1.5).type());
        assertEquals(FieldType.FLOAT64, YEAR.dividedBy(2).type());
        assertEquals(FieldType.INT64, PRICE.floor().type());
        assertEquals(FieldType.VARCHAR, STATE.upper().type());
        assertEquals(FieldType.INT64, SOLD.minus(SOLD).type());
        assertEquals(FieldType.DATE, SOLD.plusMonths(YEAR).type());
        assertEquals(FieldType.decimal(18, 2), coalesce(YEAR, PRICE).type());
        assertEquals(
                FieldType.BOOL,
                caseWhen(YEAR.is(1), true).otherwise(SALES.field("ok")).type());
    }

    @Test
    @SuppressWarnings("NullAway") // callers that know no @Nullable
    void shouldNameTheExpressionAndBothTypesInItsErrors() {
        refuses("'+' takes numbers, but make is varchar and 1 is int64", () -> MAKE.plus(1));
        refuses(
                "'-' takes numbers, two dates, or two timestamps, but sold is date and at is timestamp",
                () -> SOLD.minus(SALES.field("at")));
        refuses(
                "'*' takes numbers whose scales add up to 18 at most, but rate is decimal(18,10) and rate is decimal(18,10)",
                () -> SALES.field("rate").times(SALES.field("rate")));
        refuses("'quotient' takes whole numbers, but price is decimal(12,2) and 2 is int64", () -> PRICE.quotient(2));
        refuses("'upper' takes text, but year is uint16", YEAR::upper);
        refuses(
                "'round' takes a number, and 0 to 18 digits to keep, but price is decimal(12,2)",
                () -> PRICE.round(19));
        refuses(
                "'is' takes values of one family, but upper(make) is varchar and year is uint16",
                () -> MAKE.upper().is(YEAR));
        refuses("price is decimal(12,2), of which no date can be made", () -> PRICE.to(FieldType.DATE));
        refuses("sold is truncated to seconds, minutes, hours, days", () -> SOLD.truncatedTo(ChronoUnit.DECADES));
        refuses("'truncatedTo' takes a timestamp, and seconds to years", () -> SOLD.truncatedTo(ChronoUnit.HOURS));
        refuses(
                "the values of a case are of one family, but here 1 is int64 and make is varchar",
                () -> caseWhen(YEAR.is(1), 1).otherwise(MAKE));
        refuses("'year is 1' is a condition, and no value", () -> YEAR.plus(YEAR.is(1)));
        refuses("nothing is computed with a Object", () -> YEAR.plus(new Object()));
        refuses("'within edits of' takes text, and 0 to 16 edits", () -> MAKE.withinEdits("x", 17));
        refuses("'(' is no regular expression: missing closing )", () -> MAKE.matches("("));
        refuses("'((a{100}){100}){1000}' grows beyond 20000 steps", () -> MAKE.matches("((a{100}){100}){1000}"));
        refuses(":p stands alone, so give it a type", () -> value(param("p")));
        refuses(
                "upper(make) is null finds nothing; null is found by isNull()",
                () -> MAKE.upper().is(null));
        refuses(
                "year + 1 takes one value, but :p is a set",
                () -> YEAR.plus(1).is(param("p").set()));
        refuses("'year + 1' is compared with 0.5", () -> YEAR.plus(1).in(new BigDecimal("0.5")));
        refuses(
                "beside 'plusDays(sold, 1)' stands what is no date",
                () -> SOLD.plusDays(1).is("tomorrow"));
    }

    @Test
    void shouldKeepTablesApart() {
        final Table other = SALES.as("other");
        final Condition join = ID.is(other.field("id")).and(YEAR.plus(1).is(other.field("year")));
        assertEquals("sales.id is other.id and sales.year + 1 is other.year", join.toString());
        refuses(
                "'sales.id is other.id and sales.year + 1 is other.year' asks of other (other: id int64",
                () -> from(SALES).where(join));
        final ExpressionList list = Expressions.over(SALES, other, true).condition(join);
        assertEquals(4, list.fields().size());
        assertEquals(list, ExpressionList.decode(list.encode()));
        refuses("both sides are called sales", () -> Expressions.over(SALES, SALES, false));
        refuses(
                "id is of other (other: id int64",
                () -> Expressions.over(SALES).columns(other.field("id").column()));
        assertEquals("sales", other.source());
        assertEquals("sales", from(other).compile().tableName());
    }

    private static void refuses(String message, Executable word) {
        final String said = String.valueOf(
                assertThrows(BadQueryException.class, word, message).getMessage());
        assertTrue(said.startsWith(message), () -> message + " | " + said);
    }
}
