package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.query.AggregateCall;
import io.keyfarm.query.Aggregates;
import io.keyfarm.query.Column;
import io.keyfarm.query.Expr;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.Ask;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random questions that group: filters and computed values before, conditions behind. Asked anywhere, compared as text. */
final class GroupScenario {
    private final Random random;
    private final Table table;

    /** A flow, the values of its parameters, and whether its answer hangs on the order of the rows. */
    record Asked(Flow flow, Map<String, @Nullable Object> given, boolean isOfOrder) {}

    GroupScenario(Random random, TableSchema schema) {
        this.random = random;
        table = Table.of(schema);
    }

    Asked next() {
        final Ask.Maker maker = new Ask.Maker(random, table.schema());
        Query query = Query.from(table);
        if (random.nextInt(3) > 0) {
            query = query.where(maker.condition(random.nextInt(3)).words(table));
        }
        Flow flow = Flow.of(query);
        final List<Expr> values = new ArrayList<>();
        table.schema().fields().forEach(field -> values.add(table.field(field.name())));
        Collections.shuffle(values, random);
        if (random.nextInt(4) == 0) {
            flow = flow.where(maker.condition(random.nextInt(2)).words(table));
        }
        if (random.nextInt(3) == 0) {
            values.replaceAll(this::computed);
        }
        boolean isOfOrder = false;
        final List<AggregateCall> calls = new ArrayList<>();
        final int groups = random.nextInt(4);
        for (int i = random.nextInt(5); i > 0 || (calls.isEmpty() && groups == 0); i--) {
            final Expr of = values.get(groups + random.nextInt(values.size() - groups));
            final int call = random.nextInt(10);
            isOfOrder |= call >= 8;
            calls.add(call(call, of).as("call" + calls.size()));
        }
        final AggregateCall[] all = calls.toArray(AggregateCall[]::new);
        final Column[] by = new Column[groups];
        for (int i = 0; i < groups; i++) {
            by[i] = values.get(i).as("by" + i);
        }
        if (groups == 0) {
            flow = flow.aggregate(all);
        } else {
            flow = calls.isEmpty() ? flow.groupBy(by).alone() : flow.groupBy(by).aggregate(all);
        }
        return new Asked(flow, maker.givenAll(), isOfOrder);
    }

    private Expr computed(Expr value) {
        final FieldType type = value.type();
        return switch (type.kind()) {
            case INT8, INT16, UINT8, UINT16 -> value.plus(1);
            case INT32, UINT32, INT64 -> random.nextBoolean() ? value.remainder(3) : value;
            case VARCHAR, CHAR -> random.nextBoolean() ? value.upper() : value.length();
            case DATE -> value.year();
            default -> value;
        };
    }

    private AggregateCall call(int call, Expr of) {
        final boolean isNumber = switch (of.type().kind()) {
            case BOOL, DATE, TIMESTAMP, CHAR, VARCHAR, BYTES -> false;
            default -> true;
        };
        return switch (call) {
            case 0 -> Aggregates.count();
            case 1 -> Aggregates.count(of);
            case 2, 3 -> isNumber ? Aggregates.sum(of) : Aggregates.max(of);
            case 4 -> isNumber ? Aggregates.avg(of) : Aggregates.min(of);
            case 5 -> Aggregates.min(of);
            case 6 -> Aggregates.max(of);
            case 7 -> random.nextInt(3) > 0 ? Aggregates.countAbout(of) : Aggregates.countDistinct(of);
            case 8 -> Aggregates.first(of);
            default -> Aggregates.last(of);
        };
    }

    /** The rows as text, or one line of what the query failed with. */
    static List<String> answer(Session session, Asked asked, boolean isShipping) {
        final FlowPlan plan = asked.flow().compile();
        try (PreparedFlow prepared = isShipping ? session.prepareShipping(plan) : session.prepare(plan)) {
            set(prepared, asked.given());
            final List<String> answer = new ArrayList<>();
            take(prepared.run(), answer);
            return answer;
        } catch (QueryException e) {
            assertEquals(FailureCode.BAD_VALUE, e.code(), e.getMessage());
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    static void take(Rows rows, List<String> into) {
        while (rows.next()) {
            into.add(text(rows));
        }
    }

    /** Sets those of the parameters that the flow has. */
    static void set(PreparedFlow flow, Map<String, @Nullable Object> given) {
        given.forEach((name, value) -> {
            if (flow.plan().parameters().stream()
                    .anyMatch(parameter -> parameter.name().equals(name))) {
                flow.set(name, value);
            }
        });
    }

    private static String text(Rows rows) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.schema().fieldCount(); i++) {
            final Object value = rows.get(i);
            text.append(
                    value instanceof byte[] bytes
                            ? Arrays.toString(bytes)
                            : value instanceof Double number
                                    ? number + 0.0
                                    : value instanceof Float number ? number + 0.0f : value);
            text.append('|');
        }
        return text.toString();
    }

    List<String> randomKeys() {
        final List<String> keys = new ArrayList<>();
        final List<String> names = new ArrayList<>(
                table.schema().fields().stream().map(Field::name).toList());
        for (int i = random.nextInt(4); i > 0; i--) {
            Collections.shuffle(names, random);
            keys.add(String.join(".", names.subList(0, 1 + random.nextInt(3))));
        }
        return keys;
    }
}
