package io.keyfarm.query;

import io.keyfarm.query.plan.MergeJoinStep;
import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.OrderedRead;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.query.plan.Step;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a step of the words of a {@link JoinAll}. For one.
 *
 * <pre>
 *   from(words).where(word is "fox")     ─►  … where(doc &gt;= :from_0).orderBy(doc)     which a key word.doc can begin anywhere
 *   any other rows                       ─►  sort by doc
 * </pre>
 */
final class JoinAllCompiler {
    private final JoinAll join;
    private final List<String> fields;
    private final List<Param> params = new ArrayList<>();
    private final List<QueryPlan> reads = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Integer> of = new ArrayList<>();
    private final List<List<Integer>> keys = new ArrayList<>();
    private final List<String> skips = new ArrayList<>();

    JoinAllCompiler(JoinAll join, List<String> fields) {
        this.join = join;
        this.fields = fields;
    }

    Flow compile() {
        if (fields.isEmpty()) {
            throw new BadQueryException("by(...) names one field or more that all inputs have");
        }
        if (new HashSet<>(fields).size() < fields.size()) {
            throw new BadQueryException("by(" + String.join(", ", fields) + ") names a field twice");
        }
        join.inputs().forEach(input -> input.params().forEach(param -> Body.mergeParam(params, param)));
        for (int i = 0; i < join.inputs().size(); i++) {
            keys.add(keys(join.inputs().get(i)));
            skips.add("");
        }
        for (int i = 0; i < join.inputs().size(); i++) {
            add(i, join.inputs().get(i));
        }
        return flow();
    }

    private List<Integer> keys(Flow input) {
        final TableSchema first = join.inputs().get(0).schema();
        final List<Integer> places = new ArrayList<>();
        for (final String name : fields) {
            final int place = input.schema().indexOf(name);
            final Field field = input.schema().field(place);
            final Field other = first.field(first.indexOf(name));
            if (!field.type().equals(other.type())) {
                throw new BadQueryException(name + " is " + other.type() + " in " + first.name() + ", but "
                        + field.type() + " in " + input.schema().name());
            }
            places.add(place);
        }
        return places;
    }

    private void add(int input, Flow rows) {
        final int stepShift = steps.size();
        final int readShift = reads.size();
        reads.addAll(rows.reads());
        rows.steps().forEach(step -> steps.add(step.moved(stepShift, readShift)));
        if (rows.steps().size() == 1 && OrderedRead.isPossible(rows.reads().get(0))) {
            final QueryPlan read = rows.reads().get(0);
            if (!join.step(keys).takesNulls(input)
                    && OrderedRead.canSkip(read, keys.get(input).get(0))) {
                skips.set(input, skipName(input));
            }
            reads.set(readShift, OrderedRead.of(read, keys.get(input), skips.get(input)));
        } else {
            final List<OrderBy> order =
                    keys.get(input).stream().map(key -> new OrderBy(key, false)).toList();
            steps.add(new Step.Sort(steps.size() - 1, order, QueryPlan.UNLIMITED, 0));
        }
        of.add(steps.size() - 1);
    }

    /** A name that no parameter has which somebody else sets. */
    private String skipName(int input) {
        final Set<String> taken = new HashSet<>();
        params.forEach(param -> taken.add(param.name()));
        String name = "from_" + input;
        while (taken.contains(name)) {
            name += "_";
        }
        return name;
    }

    private Flow flow() {
        final MergeJoinStep plain = join.step(keys);
        final List<TableSchema> schemas =
                join.inputs().stream().map(Flow::schema).toList();
        final List<Integer> outputs = new ArrayList<>();
        final List<String> names = new ArrayList<>();
        final List<Body.@Nullable Use> origins = new ArrayList<>();
        for (int key = 0; key < fields.size(); key++) {
            outputs.add(key);
            names.add(fields.get(key));
            origins.add(join.inputs().get(0).rows().origin(keys.get(0).get(key)));
        }
        if (!join.counter().isEmpty()) {
            if (names.contains(join.counter())) {
                throw new BadQueryException("counted(" + join.counter() + "): that is a common field already");
            }
            outputs.add(plain.countPlace());
            names.add(join.counter());
            origins.add(null);
        }
        int place = plain.fieldsPlace();
        final int last = join.isOnce() ? 0 : join.isLeftOnly() ? 1 : schemas.size();
        for (int i = 0; i < last; i++) {
            for (int field = 0; field < schemas.get(i).fieldCount(); field++, place++) {
                if (!keys.get(i).contains(field)) {
                    outputs.add(place);
                    names.add(distinct(names, schemas.get(i), field));
                    origins.add(join.inputs().get(i).rows().origin(field));
                }
            }
        }
        final MergeJoinStep how = new MergeJoinStep(
                keys, plain.needsFirst(), plain.least(), plain.most(), plain.once(), outputs, names, skips);
        steps.add(new Step.MergeJoin(of, how));
        final TableSchema schema = how.schema(schemas);
        for (int i = 0; i < origins.size(); i++) {
            if (origins.get(i) == null) {
                origins.set(i, new Body.Use(schema, i));
            }
        }
        return new Flow(
                params, reads, steps, new FlowRows(schema, origins), join + ".by(" + String.join(", ", fields) + ')');
    }

    private static String distinct(List<String> taken, TableSchema schema, int field) {
        final String own = schema.field(field).name();
        String name = own;
        for (int i = 1; taken.contains(name); i++) {
            name = schema.name() + '_' + own + (i == 1 ? "" : "_" + i);
        }
        return name;
    }
}
