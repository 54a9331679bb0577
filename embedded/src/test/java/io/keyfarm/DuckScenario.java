package io.keyfarm;

import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.farmer.Rows;
import io.keyfarm.load.JavaObjects;
import io.keyfarm.query.AggregateCall;
import io.keyfarm.query.Aggregates;
import io.keyfarm.query.Column;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Order;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A random table in Keyfarm and in DuckDB, and random questions said in words and in SQL side by side. */
final class DuckScenario implements AutoCloseable {
    private static final String FIELDS =
            "id int32, n int16 null, big int64, price decimal(8,2) null, ratio float64 null,"
                    + " name varchar null, code char(2), day date null, flag bool";
    private static final String SQL_FIELDS = "id INTEGER, n SMALLINT, big BIGINT, price DECIMAL(8,2), ratio DOUBLE,"
            + " name VARCHAR, code VARCHAR, day DATE, flag BOOLEAN";
    private static final String[] NAMES = {"", "a", "ab", "Zoë", "a name that is longer than its slot", "b"};

    private final Random random;
    private final Keyfarm farm;
    private final Connection duck;
    private final Table table = Table.of("t: " + FIELDS);
    private final Table other = Table.of("u: " + FIELDS);

    DuckScenario(long seed, Connection duck) throws IOException, SQLException {
        random = new Random(seed);
        this.duck = duck;
        farm = Keyfarm.embedded(EmbeddedSettings.defaults().slaves(1 + random.nextInt(3)));
        load(table);
        load(other);
        if (random.nextBoolean()) {
            farm.keys("t", "n.price", "name");
        }
    }

    private void load(Table to) throws IOException, SQLException {
        final int count = random.nextInt(5) == 0 ? random.nextInt(2) : random.nextInt(700);
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            final List<@Nullable Object> row = new ArrayList<>();
            row.add(id);
            for (final Field field : to.schema().fields().subList(1, to.schema().fieldCount())) {
                row.add(field.nullable() && random.nextInt(5) == 0 ? null : value(field));
            }
            rows.add(row);
        }
        farm.load(JavaObjects.ofLists(to.schema(), rows));
        try (Statement statement = duck.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE " + to.name() + " (" + SQL_FIELDS + ")");
        }
        final String marks =
                IntStream.range(0, to.schema().fieldCount()).mapToObj(i -> "?").collect(Collectors.joining(", "));
        try (PreparedStatement insert = duck.prepareStatement("INSERT INTO " + to.name() + " VALUES (" + marks + ")")) {
            for (final List<@Nullable Object> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    insert.setObject(i + 1, row.get(i));
                }
                insert.addBatch();
            }
            if (!rows.isEmpty()) {
                insert.executeBatch();
            }
        }
    }

    private Object value(Field field) {
        return switch (field.type().kind()) {
            case INT16 -> random.nextInt(12) - 5;
            case INT64 -> random.nextInt(3) == 0 ? random.nextLong() / 2000 : (long) random.nextInt(4);
            case DECIMAL -> BigDecimal.valueOf(random.nextInt(2000) - 1000, 2);
            case FLOAT64 -> (random.nextInt(9) - 4) / 4d;
            case VARCHAR -> NAMES[random.nextInt(NAMES.length)];
            case CHAR -> NAMES[1 + random.nextInt(2)];
            case DATE -> LocalDate.of(2020, 1, 1).plusDays(random.nextInt(9));
            case BOOL -> random.nextBoolean();
            default -> throw new AssertionError(field);
        };
    }

    /** One question; answers how many rows it had. */
    long check() throws SQLException {
        return switch (random.nextInt(4)) {
            case 0, 1 -> checkGroups();
            case 2 -> checkOrder();
            default -> checkSets();
        };
    }

    private long checkGroups() throws SQLException {
        final List<FieldRef> by = fields(random.nextInt(3), FieldKind.FLOAT64);
        final List<AggregateCall> calls = new ArrayList<>();
        final List<String> sql = new ArrayList<>();
        by.forEach(field -> sql.add(field.name()));
        for (int i = 0; i <= random.nextInt(4); i++) {
            addAggregate("a" + i, calls, sql);
        }
        final int least = random.nextInt(5);
        final Query asked = from(table).where(table.field("id").atLeast(least));
        final AggregateCall[] all = calls.toArray(AggregateCall[]::new);
        Flow flow = by.isEmpty()
                ? asked.aggregate(all)
                : asked.groupBy(by.toArray(FieldRef[]::new)).aggregate(all);
        final StringBuilder text = new StringBuilder("SELECT ")
                .append(String.join(", ", sql))
                .append(" FROM t WHERE id >= ")
                .append(least);
        if (!by.isEmpty()) {
            text.append(" GROUP BY ").append(names(by));
            if (random.nextInt(3) == 0) {
                flow = flow.where(it -> it.field("rows").greaterThan(2));
                text.append(" HAVING count(*) > 2");
            }
        }
        return compare(flow, text.toString(), false);
    }

    private void addAggregate(String name, List<AggregateCall> calls, List<String> sql) {
        if (calls.isEmpty()) {
            calls.add(Aggregates.count().as("rows"));
            sql.add("count(*)");
            return;
        }
        final List<FieldRef> any = fields(1);
        final FieldRef field = any.get(0);
        final FieldRef number = table.field(List.of("n", "price", "ratio", "id").get(random.nextInt(4)));
        switch (random.nextInt(7)) {
            case 0 -> add(Aggregates.count(field), "count(" + field + ")", name, calls, sql);
            case 1 -> add(Aggregates.countDistinct(field), "count(DISTINCT " + field + ")", name, calls, sql);
            case 2 -> add(Aggregates.sum(number), "sum(" + number + ")", name, calls, sql);
            case 3 -> add(Aggregates.avg(number), "avg(" + number + ")", name, calls, sql);
            case 4 -> add(Aggregates.min(field), "min(" + field + ")", name, calls, sql);
            case 5 -> add(Aggregates.max(field), "max(" + field + ")", name, calls, sql);
            default ->
                add(
                        Aggregates.sum(table.field("n").times(2).plus(table.field("id"))),
                        "sum(n * 2 + id)",
                        name,
                        calls,
                        sql);
        }
    }

    private static void add(AggregateCall call, String text, String name, List<AggregateCall> calls, List<String> sql) {
        calls.add(call.as(name));
        sql.add(text);
    }

    /** By id at last, so that the order is whole; or by the fields alone, and then the rows of the fields are compared. */
    private long checkOrder() throws SQLException {
        final List<FieldRef> by = fields(1 + random.nextInt(3));
        final List<Order> order = new ArrayList<>();
        final List<String> sql = new ArrayList<>();
        for (final FieldRef field : by) {
            final boolean isDescending = random.nextBoolean();
            order.add(isDescending ? field.descending() : field.ascending());
            sql.add(field + (isDescending ? " DESC NULLS FIRST" : " ASC NULLS LAST"));
        }
        final boolean isWhole = random.nextBoolean();
        if (isWhole && by.stream().noneMatch(field -> field.name().equals("id"))) {
            order.add(table.field("id").ascending());
            sql.add("id ASC");
        }
        final List<FieldRef> shown = new ArrayList<>(by);
        if (isWhole && by.stream().noneMatch(field -> field.name().equals("id"))) {
            shown.add(table.field("id"));
        }
        final boolean isFlow = random.nextBoolean();
        final long limit = random.nextInt(3) == 0 ? random.nextInt(20) : 10_000;
        final long offset = random.nextInt(3) == 0 ? random.nextInt(10) : 0;
        Flow flow = isFlow
                ? Flow.of(from(table))
                        .orderBy(order.toArray(Order[]::new))
                        .limit(limit)
                        .offset(offset)
                : Flow.of(from(table)
                        .orderBy(order.toArray(Order[]::new))
                        .limit(limit)
                        .offset(offset));
        flow = flow.select(shown.toArray(FieldRef[]::new));
        return compare(
                flow,
                "SELECT " + names(shown) + " FROM t ORDER BY " + String.join(", ", sql) + " LIMIT " + limit + " OFFSET "
                        + offset,
                true);
    }

    private long checkSets() throws SQLException {
        final List<FieldRef> shown = fields(1 + random.nextInt(3));
        final FieldRef[] of = shown.toArray(FieldRef[]::new);
        final Flow one = Flow.of(from(table).select(of));
        final Flow two = Flow.of(from(other)
                .select(shown.stream().map(field -> other.field(field.name())).toArray(FieldRef[]::new)));
        final String left = "SELECT " + names(shown) + " FROM t";
        final String right = "SELECT " + names(shown) + " FROM u";
        return switch (random.nextInt(6)) {
            case 0 -> compare(one.unionAll(two), left + " UNION ALL " + right, false);
            case 1 -> compare(one.union(two), left + " UNION " + right, false);
            case 2 -> compare(one.intersect(two), left + " INTERSECT " + right, false);
            case 3 -> compare(one.except(two), left + " EXCEPT " + right, false);
            case 4 -> compare(one.distinct(), "SELECT DISTINCT " + names(shown) + " FROM t", false);
            default -> {
                final Column doubled = table.field("n").times(2).as("twice");
                final Column upper = table.field("name").upper().as("loud");
                yield compare(
                        Flow.of(from(table)).select(doubled, upper).distinct(),
                        "SELECT DISTINCT n * 2, upper(name) FROM t",
                        false);
            }
        };
    }

    private List<FieldRef> fields(int count, FieldKind... but) {
        final List<FieldRef> all = new ArrayList<>();
        table.schema().fields().stream()
                .filter(field -> !List.of(but).contains(field.type().kind()))
                .forEach(field -> all.add(table.field(field.name())));
        Collections.shuffle(all, random);
        return all.subList(0, count);
    }

    private static String names(List<FieldRef> fields) {
        return fields.stream().map(FieldRef::name).collect(Collectors.joining(", "));
    }

    private long compare(Flow flow, String sql, boolean isOrdered) throws SQLException {
        final List<String> ours = new ArrayList<>();
        try (Rows rows = farm.query(flow)) {
            final TableSchema schema = rows.schema();
            while (rows.next()) {
                final StringBuilder row = new StringBuilder();
                for (int i = 0; i < schema.fieldCount(); i++) {
                    row.append(text(rows.get(i))).append('|');
                }
                ours.add(row.toString());
            }
        }
        final List<String> theirs = new ArrayList<>();
        try (Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            final int count = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                final StringBuilder row = new StringBuilder();
                for (int i = 1; i <= count; i++) {
                    row.append(text(rows.getObject(i))).append('|');
                }
                theirs.add(row.toString());
            }
        }
        if (!isOrdered) {
            Collections.sort(ours);
            Collections.sort(theirs);
        }
        assertEquals(String.join("\n", theirs), String.join("\n", ours), () -> flow + "\n" + sql);
        return ours.size();
    }

    /** Numbers alike, whatever class they come in; averages to as many digits as both have. */
    private static String text(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Double || value instanceof Float) {
            return new BigDecimal(((Number) value).doubleValue())
                    .setScale(6, RoundingMode.HALF_EVEN)
                    .stripTrailingZeros()
                    .toPlainString();
        }
        if (value instanceof Number) {
            return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
        }
        return value.toString().stripTrailing();
    }

    @Override
    public void close() {
        farm.close();
    }
}
