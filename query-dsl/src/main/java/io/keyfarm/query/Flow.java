package io.keyfarm.query;

import io.keyfarm.query.plan.CombineOp;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.FlowDraft;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.FlowPruner;
import io.keyfarm.query.plan.FoldStep;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A question of several steps: what becomes of the rows of queries, one word after another. Immutable: every word answers a
 * new one, and the one before is still there to be asked.
 *
 * <pre>{@code
 * from(ORDERS).where(O_ORDERDATE.atLeast(day))
 *     .join(inner(CUSTOMER).on(C_CUSTKEY.is(O_CUSTKEY)))
 *     .groupBy(C_NATIONKEY)
 *     .aggregate(count().as("orders"), sum(O_TOTALPRICE).as("total"))
 *     .orderBy("total")
 * }</pre>
 *
 * Fields of tables go on being named by the table's fields, as far as they are still there; what was computed, and any
 * other, by {@link #field}.
 */
public final class Flow {
    private final List<Param> params;
    private final List<QueryPlan> reads;
    private final List<Step> steps;
    private final FlowRows rows;
    /** As it was said. */
    private final String words;

    Flow(List<Param> params, List<QueryPlan> reads, List<Step> steps, FlowRows rows, String words) {
        this.params = List.copyOf(params);
        this.reads = List.copyOf(reads);
        this.steps = List.copyOf(steps);
        this.rows = rows;
        this.words = words;
    }

    /** The rows of a query, to go on with. */
    public static Flow of(Query query) {
        final QueryPlan plan = query.compile();
        final TableSchema schema =
                new TableSchema(query.table().name(), plan.rowSchema().fields());
        final List<Body.Use> origins = new ArrayList<>();
        for (int i = 0; i < schema.fieldCount(); i++) {
            final int index = query.table().schema().find(schema.field(i).name());
            origins.add(
                    plan.isCount()
                            ? new Body.Use(schema, i)
                            : new Body.Use(query.table().schema(), index));
        }
        final Flow read = new Flow(
                query.params(),
                List.of(plan),
                List.of(new Step.Read(0)),
                new FlowRows(schema, origins),
                query.toString());
        return plan.hiddenCount() == 0 ? read : read.visible(plan.outputSchema().fieldCount());
    }

    /** Without the fields by which the rows were ordered, but which nobody asked to see. */
    private Flow visible(int count) {
        return picked(rows.allPlaces().subList(0, count), words);
    }

    /** The field called so of these rows, to go on asking by. */
    public FieldRef field(String name) {
        return new FieldRef(rows.schema(), rows.schema().indexOf(name));
    }

    /** What the rows hold. */
    public TableSchema schema() {
        return rows.schema();
    }

    /** The rows for which this condition holds. */
    public Flow where(Condition condition) {
        final List<Param> merged = new ArrayList<>(params);
        final ExpressionList compiled = compile(merged, List.of(condition.body()), List.of(""));
        return then(merged, new Step.Filter(last(), compiled), rows, "where", condition);
    }

    /** The same, of fields that have their names only by now: {@code where(it -> it.field("orders").greaterThan(10))}. */
    public Flow where(Function<Flow, Condition> condition) {
        return where(condition.apply(this));
    }

    /** Only these fields, in this order. */
    public Flow select(String... names) {
        return picked(
                Arrays.stream(names).map(name -> rows.schema().indexOf(name)).toList(),
                words + ".select(" + String.join(", ", names) + ')');
    }

    public Flow select(FieldRef... fields) {
        return picked(rows.places(fields), words + ".select(" + list(fields) + ')');
    }

    /** Values computed of each row. */
    public Flow select(Column... columns) {
        final List<Param> merged = new ArrayList<>(params);
        final List<Column> all = List.of(columns);
        return transformed(merged, all, ".select(" + list(columns) + ')');
    }

    /** The same, of fields that have their names only by now. */
    public Flow select(Function<Flow, List<Column>> columns) {
        return select(columns.apply(this).toArray(Column[]::new));
    }

    /** By the first of these, where it ties by the second, and so on; what ties in all comes as it came. */
    public Flow orderBy(Order... by) {
        if (by.length == 0) {
            throw new BadQueryException("orderBy takes one field or more");
        }
        return then(new Step.Sort(last(), order(by), QueryPlan.UNLIMITED, 0), rows, "orderBy", list(by));
    }

    /** At most so many rows. */
    public Flow limit(long count) {
        if (count < 0) {
            throw new BadQueryException("limit takes 0 rows or more, not " + count);
        }
        final Step.Sort sort = lastSort();
        return replaceSort(
                new Step.Sort(sort.input(), sort.order(), Math.min(count, sort.limit()), sort.offset()),
                "limit",
                count);
    }

    /** Without the first so many rows; said beside {@link #limit}, these are left out before the limit counts. */
    public Flow offset(long count) {
        if (count < 0) {
            throw new BadQueryException("offset takes 0 rows or more, not " + count);
        }
        final Step.Sort sort = lastSort();
        return replaceSort(new Step.Sort(sort.input(), sort.order(), sort.limit(), count), "offset", count);
    }

    /** Rows with their matches of another side. */
    public Flow join(Join join) {
        return new JoinCompiler(this, join).compile();
    }

    /** Each row, and behind its fields what its children come to. */
    public Flow denormalize(Children children) {
        return new ChildrenCompiler(this, children).compile();
    }

    /** Rows in groups of those whose fields are equal; nulls are equal here. */
    public Grouping groupBy(FieldRef... fields) {
        return groupBy(Arrays.stream(fields).map(FieldRef::column).toArray(Column[]::new));
    }

    public Grouping groupBy(Column... by) {
        if (by.length == 0) {
            throw new BadQueryException("groupBy takes one field or more; aggregate without it is of all rows");
        }
        for (final Column column : by) {
            column.expr().body().fields().forEach(rows::place);
        }
        return new Grouping(this, List.of(by));
    }

    /** One row, computed of all rows. */
    public Flow aggregate(AggregateCall... calls) {
        if (calls.length == 0) {
            throw new BadQueryException("aggregate takes one aggregate or more");
        }
        return aggregated(List.of(), List.of(calls));
    }

    /** How many rows there are, instead of the rows. */
    public Flow count() {
        return aggregate(Aggregates.count());
    }

    /** Each row once. */
    public Flow distinct() {
        return then(new Step.Distinct(last(), rows.allPlaces()), rows, "distinct", "");
    }

    /** The first row of those equal in these fields. */
    public Flow distinct(FieldRef... fields) {
        return then(new Step.Distinct(last(), rows.places(fields)), rows, "distinct", list(fields));
    }

    /** The first row of those that follow each other and are equal in these fields. */
    public Flow dedup(FieldRef... fields) {
        return then(new Step.Dedup(last(), rows.places(fields), false), rows, "dedup", list(fields));
    }

    /** The last row of those that follow each other and are equal in these fields. */
    public Flow dedupLast(FieldRef... fields) {
        return then(new Step.Dedup(last(), rows.places(fields), true), rows, "dedupLast", list(fields));
    }

    /**
     * Each row, and behind its fields values that are carried from row to row: running totals, row numbers, what has changed
     * since the row before.
     */
    public Flow iterate(Running... values) {
        return runsOf().iterate(values);
    }

    /**
     * Each row so often as a value says, a Java value or an expression of the row, and behind its fields a number that counts
     * from 1 on; a {@link #select} behind it makes of each what it is to be. Of 0, less, or null comes no row. ECL's NORMALIZE.
     */
    public Flow normalize(Object times, String counter) {
        final Object given = Operands.require("normalize", times);
        final Expr value = Operands.of(given, FieldType.INT64, "normalize");
        if (!ValueTypes.isWhole(value.type())) {
            throw new BadQueryException(
                    "normalize repeats rows by a whole number, not by " + value + ", which is " + value.type());
        }
        final List<Param> merged = new ArrayList<>(params);
        final ExpressionList compiled = compile(merged, List.of(value.body()), List.of(counter));
        final TableSchema schema = FoldStep.after(rows.schema(), List.of(new Field(counter, FieldType.INT64, false)));
        return then(
                merged,
                new Step.Normalize(last(), compiled),
                rows.extended(schema),
                "normalize",
                value + ", " + counter);
    }

    /** All rows as one, its values carried from the first to the last: see {@link Runs#rollup}. */
    public Flow rollup(Running... values) {
        return runsOf().rollup(values);
    }

    /** Rows in runs of those that follow each other and are equal in these fields; of no field, all are one run. */
    public Runs runsOf(FieldRef... fields) {
        rows.places(fields);
        return new Runs(this, List.of(fields), null);
    }

    /** Every n-th row, from the first on. */
    public Flow sample(long every) {
        if (every < 1) {
            throw new BadQueryException("sample takes every n-th row, n above 0 and not " + every);
        }
        return then(new Step.Sample(last(), every, 0), rows, "sample", every);
    }

    /** These rows, then those. */
    public Flow unionAll(Flow other) {
        return combined(CombineOp.UNION_ALL, other, List.of(), "unionAll");
    }

    /** The rows of both, each once. */
    public Flow union(Flow other) {
        return combined(CombineOp.UNION, other, List.of(), "union");
    }

    /** Each row once that both have. */
    public Flow intersect(Flow other) {
        return combined(CombineOp.INTERSECT, other, List.of(), "intersect");
    }

    /** Each row once that the other has not. */
    public Flow except(Flow other) {
        return combined(CombineOp.EXCEPT, other, List.of(), "except");
    }

    /** The rows of both, each in this order already, in this order. */
    public Flow merge(Flow other, Order... by) {
        return combined(CombineOp.MERGE, other, order(by), "merge");
    }

    /** What runs. The same words compile to the same plan and id. */
    public FlowPlan compile() {
        final FlowDraft said =
                new FlowDraft(params.stream().map(Param::compiled).toList(), reads, steps);
        return FlowPlan.of(FlowPruner.prune(said));
    }

    Flow aggregated(List<Column> by, List<AggregateCall> calls) {
        return new GroupCompiler(this, by, calls).compile();
    }

    /** Columns that are fields by themselves are picked, others computed. */
    Flow transformed(List<Param> merged, List<Column> columns, String said) {
        final boolean isPicking = columns.stream().allMatch(column -> column.expr() instanceof FieldRef);
        final List<Body.Use> origins = new ArrayList<>();
        final List<Integer> places = new ArrayList<>();
        for (final Column column : columns) {
            final Body.Use use = column.expr() instanceof FieldRef field ? field.use() : null;
            places.add(use == null ? Node.NONE : rows.place(use));
            origins.add(use == null ? null : rows.origin(rows.place(use)));
        }
        final List<String> names = columns.stream().map(Column::name).toList();
        final Step step;
        final TableSchema schema;
        if (isPicking) {
            step = new Step.Project(last(), places, names);
            schema = FlowSchemas.picked(rows.schema(), places, names);
        } else {
            final ExpressionList values = compile(
                    merged, columns.stream().map(column -> column.expr().body()).toList(), names);
            step = new Step.Transform(last(), values);
            schema = values.schema(rows.schema().name());
        }
        for (int i = 0; i < origins.size(); i++) {
            if (origins.get(i) == null) {
                origins.set(i, new Body.Use(schema, i));
            }
        }
        return new Flow(merged, reads, plus(step), new FlowRows(schema, origins), words + said);
    }

    private Flow picked(List<Integer> places, String said) {
        final List<String> names =
                places.stream().map(place -> rows.field(place).name()).toList();
        final List<Body.Use> origins = places.stream().map(rows::origin).toList();
        return new Flow(
                params,
                reads,
                plus(new Step.Project(last(), places, names)),
                new FlowRows(FlowSchemas.picked(rows.schema(), places, names), origins),
                said);
    }

    private Flow combined(CombineOp op, Flow other, List<OrderBy> order, String word) {
        final List<Param> merged = new ArrayList<>(params);
        other.params.forEach(param -> Body.mergeParam(merged, param));
        final List<QueryPlan> allReads = new ArrayList<>(reads);
        allReads.addAll(other.reads);
        final List<Step> all = new ArrayList<>(steps);
        other.steps.forEach(step -> all.add(step.moved(steps.size(), reads.size())));
        final List<Integer> inputs = new ArrayList<>();
        inputs.add(last());
        inputs.add(all.size() - 1);
        all.add(new Step.Combine(op, inputs, order));
        final TableSchema schema = FlowSchemas.combined(rows.schema(), other.rows.schema());
        return new Flow(
                merged,
                allReads,
                all,
                FlowRows.computed(schema),
                words + '.' + word + '(' + other + (order.isEmpty() ? "" : ", …") + ')');
    }

    /** Compiles bodies over these rows; parameters that are new are added. */
    ExpressionList compile(List<Param> merged, List<Body> bodies, List<String> names) {
        return FlowExpressions.compile(
                merged, bodies, names, use -> new InputField(InputField.LEFT, rows.field(rows.place(use))));
    }

    private Step.Sort lastSort() {
        return steps.get(last()) instanceof Step.Sort sort
                ? sort
                : new Step.Sort(last(), List.of(), QueryPlan.UNLIMITED, 0);
    }

    private Flow replaceSort(Step.Sort sort, String word, long count) {
        final List<Step> all = new ArrayList<>(steps);
        if (steps.get(last()) instanceof Step.Sort) {
            all.set(last(), sort);
        } else {
            all.add(sort);
        }
        return new Flow(params, reads, all, rows, words + '.' + word + '(' + count + ')');
    }

    private List<OrderBy> order(Order... by) {
        if (by.length > OrderBy.MAX_COUNT) {
            throw new BadQueryException("a query orders by at most " + OrderBy.MAX_COUNT + " fields, not " + by.length);
        }
        return Arrays.stream(by)
                .map(each -> new OrderBy(rows.place(each.field().use()), each.isDescending()))
                .toList();
    }

    private Flow then(Step step, FlowRows next, String word, Object said) {
        return then(params, step, next, word, said);
    }

    private Flow then(List<Param> merged, Step step, FlowRows next, String word, Object said) {
        return new Flow(merged, reads, plus(step), next, words + '.' + word + '(' + said + ')');
    }

    List<Step> plus(Step step) {
        final List<Step> all = new ArrayList<>(steps);
        all.add(step);
        return all;
    }

    private static String list(Object[] parts) {
        return String.join(", ", Arrays.stream(parts).map(Object::toString).toList());
    }

    int last() {
        return steps.size() - 1;
    }

    List<Param> params() {
        return params;
    }

    List<QueryPlan> reads() {
        return reads;
    }

    List<Step> steps() {
        return steps;
    }

    FlowRows rows() {
        return rows;
    }

    @Override
    public String toString() {
        return words;
    }
}
