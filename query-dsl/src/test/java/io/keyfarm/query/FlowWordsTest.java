package io.keyfarm.query;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Join.leftOnly;
import static io.keyfarm.query.Join.leftOuter;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.JoinStep;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Step;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class FlowWordsTest {
    private static final Table ORDERS =
            Table.of("orders: o_id int64, o_customer int32, o_total decimal(12,2), o_day date, o_status char(1) null");
    private static final Table CUSTOMER =
            Table.of("customer: c_id int64, c_nation int8, c_name varchar, c_limit decimal(12,2) null");
    private static final FieldRef O_CUSTOMER = ORDERS.field("o_customer");
    private static final FieldRef O_TOTAL = ORDERS.field("o_total");
    private static final FieldRef O_STATUS = ORDERS.field("o_status");
    private static final FieldRef C_ID = CUSTOMER.field("c_id");
    private static final FieldRef C_NATION = CUSTOMER.field("c_nation");
    private static final FieldRef C_NAME = CUSTOMER.field("c_name");
    private static final FieldRef C_LIMIT = CUSTOMER.field("c_limit");

    @Test
    void shouldSayTheSameAfterItTravelled() {
        final FlowPlan plan = from(ORDERS)
                .where(O_TOTAL.greaterThan(param("least")))
                .join(inner(from(CUSTOMER).where(C_NATION.in(param("nations"))))
                        .on(C_ID.is(O_CUSTOMER).and(C_NAME.contains("x")))
                        .keep(2))
                .groupBy(C_NATION)
                .aggregate(count().as("orders"), sum(O_TOTAL.times(2)).as("double"))
                .where(it -> it.field("orders").greaterThan(3))
                .orderBy(C_NATION.descending())
                .limit(10)
                .compile();
        final FlowPlan arrived = FlowPlan.decode(plan.bytes());
        assertEquals(plan, arrived);
        assertEquals(plan.id(), arrived.id());
        assertEquals(plan.steps().toString(), arrived.steps().toString());
        assertEquals(
                "orders: c_nation int8, orders int64, double decimal(18,2) null",
                arrived.outputSchema().toString());
        assertEquals("[:least, :nations]", arrived.parameters().toString());
        assertEquals(3, arrived.reads().size());
    }

    @Test
    void shouldKeyAJoinByWhatAMonitorCanSay() {
        final JoinStep how = join(from(ORDERS)
                .join(leftOuter(CUSTOMER)
                        .on(C_ID.is(O_CUSTOMER)
                                .and(C_LIMIT.greaterThan(O_TOTAL))
                                .and(C_NATION.in(1, 2))
                                .and(C_NAME.like("%x%")))));
        assertEquals(List.of(1), how.leftFields());
        assertEquals(List.of(0), how.rightFields());
        assertEquals(List.of(1, 2), how.bindings());
        assertEquals("c_limit > o_total", String.valueOf(how.keyed()));
        assertEquals("c_name like \"%x%\"", String.valueOf(how.rest()));
        assertEquals(2, how.lookup());
    }

    @Test
    void shouldLookUpWhatHasTheFewerConditionsAndTheLeftRowsValues() {
        final FlowPlan plan = from(ORDERS)
                .join(leftOnly(CUSTOMER).on(C_ID.is(O_CUSTOMER).and(C_NATION.is(3))))
                .compile();
        assertEquals(
                "from(customer).where(c_nation is 3).select(c_id)",
                plan.reads().get(1).toString());
        assertEquals(
                "from(customer).where(c_id is :left_0).where(c_nation is 3).select(c_id)",
                plan.reads().get(2).toString());
    }

    @Test
    void shouldNarrowWhatAJoinIsKeyedBy() {
        final JoinStep how = join(from(ORDERS)
                .join(inner(CUSTOMER)
                        .keyed(C_ID.is(O_CUSTOMER))
                        .on(C_LIMIT.greaterThan(O_TOTAL))
                        .limit(3)
                        .skip()));
        assertEquals(List.of(1), how.leftFields());
        assertNull(how.keyed());
        assertEquals("c_limit > o_total", String.valueOf(how.rest()));
        assertThrows(
                BadQueryException.class, () -> from(ORDERS).join(inner(CUSTOMER).keyed(C_NAME.contains("x"))));
    }

    @Test
    void shouldExpressASetOfTheLeftRowAsOneMonitor() {
        final JoinStep how =
                join(from(ORDERS).join(inner(CUSTOMER).on(C_ID.is(O_CUSTOMER).or(C_ID.is(7)))));
        assertTrue(how.leftFields().isEmpty());
        assertEquals("c_id is o_customer or c_id is 7", String.valueOf(how.keyed()));
        assertTrue(how.lookup() != Node.NONE);
    }

    @Test
    void shouldHashWhereTheRightSideIsNoPlainTable() {
        final JoinStep how = join(from(ORDERS)
                .join(inner(from(CUSTOMER).groupBy(C_NATION).aggregate(count())).on(C_NATION.is(O_CUSTOMER))));
        assertEquals(Node.NONE, how.lookup());
        assertEquals(List.of(1), how.leftFields());
    }

    @Test
    void shouldNameFieldsOfBothSidesApart() {
        final Table other = ORDERS.as("other");
        final Flow joined =
                from(ORDERS).join(inner(other).on(other.field("o_id").is(ORDERS.field("o_customer"))));
        assertEquals(
                "orders: o_id int64, o_customer int32, o_total decimal(12,2), o_day date, o_status char(1) null,"
                        + " other_o_id int64, other_o_customer int32, other_o_total decimal(12,2), other_o_day date,"
                        + " other_o_status char(1) null",
                joined.schema().toString());
        assertNotNull(joined.select(other.field("o_day"), ORDERS.field("o_day")).compile());
    }

    @Test
    void shouldSayWhatIsWrongWithAWord() {
        assertMessage("is no field of these rows", () -> from(ORDERS).groupBy(C_ID));
        assertMessage("a join needs on(condition)", () -> from(ORDERS).join(inner(CUSTOMER)));
        assertMessage("say limit(n) first", () -> inner(CUSTOMER).atMost(3).skip());
        assertMessage("cannot be put together", () -> from(ORDERS).unionAll(from(CUSTOMER)));
        assertMessage("there is no sum of o_status", () -> from(ORDERS).aggregate(sum(O_STATUS)));
    }

    @Test
    void shouldReadOnlyWhatSomeStepAsksFor() {
        final FlowPlan plan = from(ORDERS)
                .join(leftOuter(CUSTOMER).on(C_ID.is(O_CUSTOMER)).skipping(O_STATUS.is("X")))
                .groupBy(C_NATION)
                .aggregate(count().as("orders"), sum(O_TOTAL).as("total"))
                .select("total")
                .compile();
        assertEquals(
                "from(orders).select(o_customer, o_total, o_status)",
                plan.reads().get(0).toString());
        assertEquals(
                "from(customer).select(c_id, c_nation)", plan.reads().get(1).toString());
        assertEquals(
                "from(customer).where(c_id is :left_0).select(c_id, c_nation)",
                plan.reads().get(2).toString());
        assertEquals("orders: total decimal(18,2) null", plan.outputSchema().toString());
    }

    @Test
    void shouldPrintItsWords() {
        assertEquals(
                "from(orders).groupBy(o_status as o_status).aggregate(count() as count).orderBy(o_status).limit(3)",
                from(ORDERS)
                        .groupBy(O_STATUS)
                        .aggregate(count())
                        .orderBy(O_STATUS.ascending())
                        .limit(3)
                        .toString());
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable word) {
        final RuntimeException failure = assertThrows(RuntimeException.class, word);
        assertTrue(Objects.requireNonNull(failure.getMessage()).contains(part), failure.getMessage());
    }

    private static JoinStep join(Flow flow) {
        final FlowPlan plan = FlowPlan.decode(flow.compile().bytes());
        return ((Step.Join) plan.steps().get(plan.steps().size() - 1)).how();
    }
}
