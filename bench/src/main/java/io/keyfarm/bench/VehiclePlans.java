package io.keyfarm.bench;

import static io.keyfarm.query.Param.param;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Twenty other queries, so that what a point lookup shares with them is compiled for all of them: points, sets, ranges,
 * absent parameters, text, orders, counts, by keys of several kinds and by none.
 */
final class VehiclePlans {
    static final String[] KEYS = {
        "id", "make.model.year", "owner.year", "zip.price", "state.colour.year", "vin", "price", "listed.make"
    };

    /** A query, and how to set its parameters. */
    record Plan(Query words, BiConsumer<PreparedQuery, Draws> binder) {}

    private final Table table;
    private final List<Plan> plans = new ArrayList<>();

    private VehiclePlans(Table table) {
        this.table = table;
    }

    static List<Plan> all(Table table, Vehicles vehicles) {
        final VehiclePlans them = new VehiclePlans(table);
        them.addByPoints(vehicles);
        them.addByRanges();
        them.addByForm();
        them.addCounts(vehicles);
        return List.copyOf(them.plans);
    }

    private FieldRef field(String name) {
        return table.field(name);
    }

    private void add(Query words, BiConsumer<PreparedQuery, Draws> binder) {
        plans.add(new Plan(words, binder));
    }

    private void addByPoints(Vehicles vehicles) {
        add(Query.from(table).where(field("owner").is(param("owner"))), (q, d) -> q.set("owner", owner(vehicles, d)));
        add(
                Query.from(table)
                        .where(field("owner").is(param("owner")))
                        .where(field("year").atLeast(param("year"))),
                (q, d) -> q.set("owner", owner(vehicles, d)).set("year", year(d)));
        add(Query.from(table).where(field("vin").is(param("vin"))), (q, d) -> q.set("vin", "0000" + d.below(10_000)));
        add(Query.from(table).where(field("zip").is(param("zip"))).limit(10), (q, d) -> q.set("zip", zip(d)));
        add(
                Query.from(table)
                        .where(field("make").is(param("make")))
                        .where(field("model").is(param("model")))
                        .where(field("year").in(1999, 2004, 2011))
                        .limit(200),
                (q, d) -> q.set("make", 3).set("model", 3 * Vehicles.MODELS_A_MAKE + d.below(15)));
        add(
                Query.from(table).where(field("id").in(param("ids").set())).select("id", "price"),
                (q, d) -> q.set("ids", List.of(Vehicles.id(d.below(1_000)), Vehicles.id(d.below(1_000)), 7L)));
    }

    private void addByRanges() {
        add(
                Query.from(table)
                        .where(field("zip").is(param("zip")))
                        .where(field("price").lessThan(param("price"))),
                (q, d) -> q.set("zip", zip(d)).set("price", 5_000 + d.below(20_000)));
        add(
                Query.from(table)
                        .where(field("price").between(param("low"), param("high")))
                        .limit(50),
                (q, d) -> q.set("low", 20_000 + d.below(1_000)).set("high", 21_002));
        add(
                Query.from(table)
                        .where(field("state").is(param("state")))
                        .where(field("colour").in(3, 5, 8))
                        .where(field("year").greaterThan(2015))
                        .limit(20),
                (q, d) -> q.set("state", "A" + (char) ('A' + d.below(10))));
        add(
                Query.from(table)
                        .where(field("listed").is(param("day")))
                        .where(field("make").lessThan(5))
                        .select("make", "price", "listed")
                        .limit(200),
                (q, d) -> q.set("day", java.time.LocalDate.ofEpochDay(18_000 + d.below(2_000))));
        add(
                Query.from(table).where(field("vin").startsWith(param("start"))).limit(20),
                (q, d) -> q.set("start", "00" + (char) ('A' + d.below(6))));
        add(
                Query.from(table)
                        .where(field("zip").between(param("zip"), 40_000))
                        .where(field("colour").isNot(3))
                        .limit(5),
                (q, d) -> q.set("zip", zip(d)));
    }

    private void addByForm() {
        final Query form = Query.from(table)
                .where(field("make").is(param("make").optional()))
                .where(field("model").is(param("model").optional()))
                .where(field("state").is(param("state").optional()))
                .where(field("zip").is(param("zip").optional()))
                .where(field("year").atLeast(param("year").optional()))
                .where(field("price").atMost(param("price").optional()));
        add(form.limit(20), (q, d) -> q.clear().set("make", d.below(5)).set("year", year(d)));
        add(form.limit(21), (q, d) -> q.clear().set("zip", zip(d)).set("price", 30_000));
        add(
                Query.from(table)
                        .where(field("owner").is(param("owner")))
                        .where(field("make").is(1).or(field("colour").is(2))),
                (q, d) -> q.set("owner", d.below(1_000)));
        add(
                Query.from(table)
                        .where(field("zip").is(param("zip")))
                        .where(field("vin").contains("7"))
                        .orderBy(field("price").ascending())
                        .limit(10),
                (q, d) -> q.set("zip", zip(d)));
    }

    private void addCounts(Vehicles vehicles) {
        add(
                Query.from(table)
                        .where(field("state").is(param("state")))
                        .where(field("colour").is(param("colour")))
                        .where(field("year").is(param("year")))
                        .count(),
                (q, d) -> q.set("state", "BC").set("colour", d.below(20)).set("year", year(d)));
        add(
                Query.from(table)
                        .where(field("price").between(param("low"), 90_000))
                        .count(),
                (q, d) -> q.set("low", 89_900 + d.below(90)));
        add(
                Query.from(table)
                        .where(field("owner").is(param("owner")))
                        .where(field("price").greaterThan(50_000))
                        .count(),
                (q, d) -> q.set("owner", owner(vehicles, d)));
        add(
                Query.from(table)
                        .where(field("make").is(param("make")))
                        .where(field("year").isNot(2000))
                        .limit(15),
                (q, d) -> q.set("make", 20 + d.below(100)));
    }

    private static int owner(Vehicles vehicles, Draws draws) {
        return draws.below(vehicles.ownerCount());
    }

    private static int year(Draws draws) {
        return Vehicles.FIRST_YEAR + draws.below(Vehicles.YEARS);
    }

    private static int zip(Draws draws) {
        return 10_000 + draws.below(Vehicles.ZIPS);
    }
}
