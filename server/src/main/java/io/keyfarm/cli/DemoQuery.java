package io.keyfarm.cli;

import static io.keyfarm.query.Aggregates.count;
import static io.keyfarm.query.Aggregates.sum;
import static io.keyfarm.query.Expr.value;
import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Join.leftOnly;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;

import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One query of the demo: its words, and the values it is asked with.
 *
 * @param name what the query asks, for people
 * @param bindings parameter values by name, one map for each time it is asked; a parameter left out is absent.
 *     They stand for rows that every scale from 0.002 on has: order keys are sparse (1 to 7, 32 to 39, …), and every third
 *     customer has no orders
 */
record DemoQuery(String table, String name, Words words, List<Map<String, Object>> bindings) {
    /** What is asked, of tables by their names. */
    @FunctionalInterface
    interface Words {
        Plan compile(Function<String, Table> tables);
    }

    static final List<DemoQuery> ALL = List.of(
            on(
                    "lineitem",
                    "the lines of one order",
                    t -> from(t).where(t.field("l_orderkey").is(param("order"))),
                    Map.of("order", 1),
                    Map.of("order", 7),
                    Map.of("order", 4742)),
            on(
                    "lineitem",
                    "one part from one supplier",
                    t -> from(t).where(t.field("l_partkey").is(param("part")))
                            .where(t.field("l_suppkey").is(param("supplier"))),
                    Map.of("part", 12, "supplier", 13),
                    Map.of("part", 17, "supplier", 18)),
            on(
                    "lineitem",
                    "small lots of five parts",
                    t -> from(t).where(t.field("l_partkey").in(17, 170, 1700, 42, 4200))
                            .where(t.field("l_quantity").lessThan(10)),
                    Map.of()),
            on(
                    "lineitem",
                    "shipped on one day",
                    t -> from(t).where(t.field("l_shipdate").is(param("day"))),
                    Map.of("day", "1995-03-15")),
            on(
                    "lineitem",
                    "a week's shipments by air or rail",
                    t -> from(t).where(t.field("l_shipdate").between(param("from"), param("to")))
                            .where(t.field("l_shipmode").in("AIR", "RAIL")),
                    Map.of("from", "1994-06-06", "to", "1994-06-12")),
            on(
                    "lineitem",
                    "the search form: every field optional",
                    t -> from(t).where(t.field("l_partkey").is(param("part").optional()))
                            .where(t.field("l_suppkey").is(param("supplier").optional()))
                            .where(t.field("l_shipmode").is(param("mode").optional()))
                            .where(t.field("l_returnflag").is(param("flag").optional()))
                            .where(t.field("l_quantity")
                                    .atLeast(param("quantity").optional())),
                    Map.of("part", 1700),
                    Map.of("supplier", 42, "mode", "TRUCK"),
                    Map.of("supplier", 7, "flag", "R", "quantity", 45)),
            on(
                    "lineitem",
                    "came back by mail in a month, counted",
                    t -> from(t).where(t.field("l_returnflag").is("R"))
                            .where(t.field("l_shipmode").is("MAIL"))
                            .where(t.field("l_receiptdate").between("1994-03-01", "1994-03-31"))
                            .count(),
                    Map.of()),
            on(
                    "lineitem",
                    "late lines of one day",
                    t -> from(t).where(t.field("l_shipdate").is("1996-07-04"))
                            .where(t.field("l_commitdate").lessThan(t.field("l_receiptdate"))),
                    Map.of()),
            on(
                    "lineitem",
                    "a year's discounted lines, counted",
                    t -> from(t).where(t.field("l_discount").between("0.05", "0.07"))
                            .where(t.field("l_quantity").lessThan(24))
                            .where(t.field("l_shipdate").between("1994-01-01", "1994-12-31"))
                            .count(),
                    Map.of()),
            on(
                    "orders",
                    "one order",
                    t -> from(t).where(t.field("o_orderkey").is(param("order"))),
                    Map.of("order", 4742)),
            on(
                    "orders",
                    "the orders of one customer",
                    t -> from(t).where(t.field("o_custkey").is(param("customer"))),
                    Map.of("customer", 37),
                    Map.of("customer", 148)),
            on(
                    "orders",
                    "one customer's orders of three years",
                    t -> from(t).where(t.field("o_custkey").is(param("customer")))
                            .where(t.field("o_orderdate").between("1994-01-01", "1996-12-31"))
                            .orderBy(t.field("o_orderdate").ascending()),
                    Map.of("customer", 37)),
            on(
                    "orders",
                    "the ten largest urgent orders of a month",
                    t -> from(t).where(t.field("o_orderdate").between("1997-02-01", "1997-02-28"))
                            .where(t.field("o_orderpriority").in("1-URGENT", "2-HIGH"))
                            .orderBy(
                                    t.field("o_totalprice").descending(),
                                    t.field("o_orderkey").ascending())
                            .limit(10),
                    Map.of()),
            on(
                    "orders",
                    "what one clerk sold above 300,000",
                    t -> from(t).where(t.field("o_clerk").is(param("clerk")))
                            .where(t.field("o_totalprice").greaterThan(300_000)),
                    Map.of("clerk", "Clerk#000000002")),
            on(
                    "customer",
                    "one customer",
                    t -> from(t).where(t.field("c_custkey").is(148)),
                    Map.of()),
            on(
                    "customer",
                    "a segment in three nations, counted",
                    t -> from(t).where(t.field("c_mktsegment").is("BUILDING"))
                            .where(t.field("c_nationkey").in(3, 7, 19))
                            .count(),
                    Map.of()),
            on(
                    "customer",
                    "names that begin alike",
                    t -> from(t).where(t.field("c_name").startsWith("Customer#00000123"))
                            .select("c_custkey", "c_name"),
                    Map.of()),
            on(
                    "customer",
                    "the richest twenty",
                    t -> from(t).where(t.field("c_acctbal").greaterThan(9_900))
                            .orderBy(
                                    t.field("c_acctbal").descending(),
                                    t.field("c_custkey").ascending())
                            .limit(20),
                    Map.of()),
            on(
                    "part",
                    "a brand in two containers, up to size 10",
                    t -> from(t).where(t.field("p_brand").is("Brand#23"))
                            .where(t.field("p_container").in("MED BOX", "LG CASE"))
                            .where(t.field("p_size").atMost(10)),
                    Map.of()),
            on(
                    "part",
                    "forest things of promotional type",
                    t -> from(t).where(t.field("p_type").startsWith("PROMO"))
                            .where(t.field("p_name").contains("forest"))
                            .select("p_partkey", "p_name"),
                    Map.of()),
            flow(
                    "the lines of one customer's orders",
                    t -> from(t.apply("customer"))
                            .where(t.apply("customer").field("c_custkey").is(param("customer")))
                            .join(inner(t.apply("orders"))
                                    .on(t.apply("orders")
                                            .field("o_custkey")
                                            .is(t.apply("customer").field("c_custkey"))))
                            .join(inner(t.apply("lineitem"))
                                    .on(t.apply("lineitem")
                                            .field("l_orderkey")
                                            .is(t.apply("orders").field("o_orderkey")))),
                    Map.of("customer", 37),
                    Map.of("customer", 148)),
            flow("what a day's shipments earn, by nation", DemoQuery::earnedByNation, Map.of("day", "1995-03-15")),
            flow(
                    "rich customers without an order",
                    t -> from(t.apply("customer"))
                            .where(t.apply("customer").field("c_acctbal").greaterThan(9_900))
                            .join(leftOnly(t.apply("orders"))
                                    .on(t.apply("orders")
                                            .field("o_custkey")
                                            .is(t.apply("customer").field("c_custkey")))),
                    Map.of()),
            flow(
                    "who ordered urgently in a week",
                    t -> from(t.apply("orders"))
                            .where(t.apply("orders").field("o_orderdate").between("1997-02-01", "1997-02-07"))
                            .where(t.apply("orders").field("o_orderpriority").is("1-URGENT"))
                            .join(inner(t.apply("customer"))
                                    .on(t.apply("customer")
                                            .field("c_custkey")
                                            .is(t.apply("orders").field("o_custkey"))))
                            .select("o_orderkey", "o_totalprice", "c_name", "c_phone"),
                    Map.of()));

    /** Line items, their orders, their customers, their nations. */
    private static Flow earnedByNation(Function<String, Table> tables) {
        final Table lines = tables.apply("lineitem");
        final Table orders = tables.apply("orders");
        final Table customers = tables.apply("customer");
        final Table nations = tables.apply("nation");
        return from(lines)
                .where(lines.field("l_shipdate").is(param("day")))
                .join(inner(orders).on(orders.field("o_orderkey").is(lines.field("l_orderkey"))))
                .join(inner(customers).on(customers.field("c_custkey").is(orders.field("o_custkey"))))
                .join(inner(nations).on(nations.field("n_nationkey").is(customers.field("c_nationkey"))))
                .groupBy(nations.field("n_name"))
                .aggregate(
                        count().as("lines"),
                        sum(lines.field("l_extendedprice").times(value(1).minus(lines.field("l_discount"))))
                                .as("earned"))
                .orderBy(nations.field("n_name").ascending());
    }

    @SafeVarargs
    private static DemoQuery flow(
            String name, Function<Function<String, Table>, Flow> words, Map<String, Object>... bindings) {
        return new DemoQuery("joins", name, tables -> words.apply(tables).compile(), all(bindings));
    }

    @SafeVarargs
    private static DemoQuery on(
            String table, String name, Function<Table, Query> words, Map<String, Object>... bindings) {
        return new DemoQuery(
                table, name, tables -> words.apply(tables.apply(table)).compile(), all(bindings));
    }

    @SafeVarargs
    private static List<Map<String, Object>> all(Map<String, Object>... bindings) {
        final List<Map<String, Object>> all = new ArrayList<>();
        for (final Map<String, Object> binding : bindings) {
            all.add(binding);
        }
        return all;
    }
}
