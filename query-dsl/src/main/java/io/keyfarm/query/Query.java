package io.keyfarm.query;

import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.PlanDraft;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A question to one table. Immutable: every word answers a new query, and the one before is still there to be asked. */
public final class Query {
    private static final int NONE = -1;

    private final Table table;
    private final @Nullable Condition condition;
    /** Places of fields; null: all of them. */
    private final @Nullable List<Integer> selected;

    private final List<Order> order;
    private final long limit;
    private final long offset;
    private final boolean count;

    private Query(
            Table table,
            @Nullable Condition condition,
            @Nullable List<Integer> selected,
            List<Order> order,
            long limit,
            long offset,
            boolean count) {
        this.table = table;
        this.condition = condition;
        this.selected = selected;
        this.order = order;
        this.limit = limit;
        this.offset = offset;
        this.count = count;
    }

    public static Query from(Table table) {
        return new Query(table, null, null, List.of(), QueryPlan.UNLIMITED, 0, false);
    }

    /** The rows for which this condition holds too. */
    public Query where(Condition more) {
        for (final Body.Use asked : more.body().fields()) {
            if (!asked.schema().equals(table.schema())) {
                throw new BadQueryException("'" + more + "' asks of "
                        + asked.schema().name() + " (" + asked.schema() + "), but this query of " + table);
            }
        }
        return new Query(table, condition == null ? more : condition.and(more), selected, order, limit, offset, count);
    }

    /** Only these fields of each row, in this order; without this word all of them. */
    public Query select(String... fieldNames) {
        return selecting(Arrays.stream(fieldNames).map(table::field).toList());
    }

    public Query select(FieldRef... fields) {
        return selecting(List.of(fields));
    }

    /** By the first of these, where it ties by the second, and so on; what ties in all comes in any order. */
    public Query orderBy(Order... by) {
        for (final Order each : by) {
            placeOf(each.field());
        }
        if (by.length > OrderBy.MAX_COUNT) {
            throw new BadQueryException("a query orders by at most " + OrderBy.MAX_COUNT + " fields, not " + by.length);
        }
        requireRows("orderBy", by.length > 0);
        return new Query(table, condition, selected, List.of(by), limit, offset, count);
    }

    /** At most so many rows. Without an order, any that match. */
    public Query limit(long rows) {
        if (rows < 0) {
            throw new BadQueryException("limit takes 0 rows or more, not " + rows);
        }
        requireRows("limit", true);
        return new Query(table, condition, selected, order, rows, offset, count);
    }

    /** Without the first so many rows. */
    public Query offset(long rows) {
        if (rows < 0) {
            throw new BadQueryException("offset takes 0 rows or more, not " + rows);
        }
        requireRows("offset", true);
        return new Query(table, condition, selected, order, limit, rows, count);
    }

    /** How many rows match, instead of the rows. */
    public Query count() {
        if (selected != null || !order.isEmpty() || limit != QueryPlan.UNLIMITED || offset != 0) {
            throw new BadQueryException(
                    "count() answers one number; select, orderBy, limit and offset say nothing of it");
        }
        return new Query(table, condition, null, order, limit, offset, true);
    }

    /** Whether any row matches, as a count of 1 or 0, instead of the rows: no more than that is read. */
    public Query exists() {
        final Query counted = count();
        return new Query(table, counted.condition, null, order, 1, offset, true);
    }

    /** Rows with their matches of another side; from here on every word is a step of its own. */
    public Flow join(Join join) {
        return Flow.of(this).join(join);
    }

    /** Each row, and behind its fields what its children come to. */
    public Flow denormalize(Children children) {
        return Flow.of(this).denormalize(children);
    }

    /** Rows in groups of those whose fields are equal. */
    public Grouping groupBy(FieldRef... fields) {
        return Flow.of(this).groupBy(fields);
    }

    public Grouping groupBy(Column... by) {
        return Flow.of(this).groupBy(by);
    }

    /** One row, computed of all rows. */
    public Flow aggregate(AggregateCall... calls) {
        return Flow.of(this).aggregate(calls);
    }

    /** Values computed of each row. */
    public Flow select(Column... columns) {
        return Flow.of(this).select(columns);
    }

    /** Each row once. */
    public Flow distinct() {
        return Flow.of(this).distinct();
    }

    /** Each row, and behind its fields values that are carried from row to row. */
    public Flow iterate(Running... values) {
        return Flow.of(this).iterate(values);
    }

    /** Each row so often as a value says, and behind its fields a number that counts from 1 on. */
    public Flow normalize(Object times, String counter) {
        return Flow.of(this).normalize(times, counter);
    }

    /** Rows in runs of those that follow each other and are equal in these fields. */
    public Runs runsOf(FieldRef... fields) {
        return Flow.of(this).runsOf(fields);
    }

    /** These rows, then those. */
    public Flow unionAll(Query other) {
        return Flow.of(this).unionAll(Flow.of(other));
    }

    /** The rows of both, each once. */
    public Flow union(Query other) {
        return Flow.of(this).union(Flow.of(other));
    }

    /** Each row once that both have. */
    public Flow intersect(Query other) {
        return Flow.of(this).intersect(Flow.of(other));
    }

    /** Each row once that the other has not. */
    public Flow except(Query other) {
        return Flow.of(this).except(Flow.of(other));
    }

    public Table table() {
        return table;
    }

    List<Param> params() {
        return condition == null ? List.of() : condition.body().params();
    }

    /** Whether more conditions may be said of it as if they had been said first. */
    boolean isPlain() {
        return !count && order.isEmpty() && limit == QueryPlan.UNLIMITED && offset == 0;
    }

    /** What runs. The same words compile to the same plan and id. */
    public QueryPlan compile() {
        final TableSchema schema = table.schema();
        final Body asked = condition == null ? new Body(List.of(), List.of(), List.of()) : condition.body();
        final int[] places = new int[schema.fieldCount()];
        Arrays.fill(places, NONE);
        final List<Field> used = new ArrayList<>();
        final int[] output =
                outputFields().map(field -> use(schema, field, places, used)).toArray();
        final int[] conditionFields = asked.fields().stream()
                .mapToInt(field -> use(schema, field.index(), places, used))
                .toArray();
        final List<OrderBy> by = order.stream()
                .map(each -> new OrderBy(use(schema, each.field().index(), places, used), each.isDescending()))
                .toList();
        return QueryPlan.of(new PlanDraft(
                table.source(),
                used,
                asked.params().stream().map(Param::compiled).toList(),
                asked.nodes().stream()
                        .map(node -> node.withFields(conditionFields))
                        .toList(),
                count,
                output,
                by,
                limit,
                offset));
    }

    private IntStream outputFields() {
        if (count) {
            return IntStream.empty();
        }
        return selected == null
                ? IntStream.range(0, table.schema().fieldCount())
                : selected.stream().mapToInt(Integer::intValue);
    }

    private static int use(TableSchema schema, int field, int[] places, List<Field> used) {
        if (places[field] == NONE) {
            places[field] = used.size();
            used.add(schema.field(field));
        }
        return places[field];
    }

    private Query selecting(List<FieldRef> fields) {
        requireRows("select", true);
        if (fields.isEmpty()) {
            throw new BadQueryException("select takes one field or more");
        }
        final List<Integer> places = fields.stream().map(this::placeOf).toList();
        for (int i = 0; i < places.size(); i++) {
            if (places.indexOf(places.get(i)) != i) {
                throw new BadQueryException(fields.get(i) + " is selected twice");
            }
        }
        return new Query(table, condition, places, order, limit, offset, count);
    }

    private int placeOf(FieldRef field) {
        if (!field.schema().equals(table.schema())) {
            throw new BadQueryException(field + " is of " + field.schema().name() + " (" + field.schema()
                    + "), but this query of " + table);
        }
        return field.index();
    }

    private void requireRows(String word, boolean given) {
        if (count && given) {
            throw new BadQueryException("count() answers one number; " + word + " says nothing of it");
        }
    }

    @Override
    public String toString() {
        final StringBuilder words =
                new StringBuilder("from(").append(table.name()).append(')');
        if (condition != null) {
            words.append(condition.body().printer().wheres());
        }
        if (selected != null) {
            words.append(".select(")
                    .append(selected.stream()
                            .map(field -> table.schema().field(field).name())
                            .collect(Collectors.joining(", ")))
                    .append(')');
        }
        if (!order.isEmpty()) {
            words.append(".orderBy(")
                    .append(order.stream().map(Order::toString).collect(Collectors.joining(", ")))
                    .append(')');
        }
        if (count) {
            return words.append(limit == 1 ? ".exists()" : ".count()").toString();
        }
        if (limit != QueryPlan.UNLIMITED) {
            words.append(".limit(").append(limit).append(')');
        }
        if (offset != 0) {
            words.append(".offset(").append(offset).append(')');
        }
        return words.toString();
    }
}
