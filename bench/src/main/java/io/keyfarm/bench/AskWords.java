package io.keyfarm.bench;

import static io.keyfarm.query.Param.param;

import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.key.advice.FieldUse;
import io.keyfarm.key.advice.Shape;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.util.ArrayList;
import java.util.List;

/** Questions of one shape as a query with parameters: {@code fa = $fa}, {@code fb in $fb}, {@code fc between $fc and $fc_to}. */
final class AskWords {
    private static final String TO = "_to";

    private AskWords() {}

    static Query words(Table table, Shape shape, long limit, boolean isCount) {
        Query query = Query.from(table);
        for (int i = 0; i < shape.fieldCount(); i++) {
            final FieldRef field = table.field(shape.fields().get(i));
            final FieldUse use = shape.use(i);
            if (use.isRange()) {
                query = query.where(field.between(param(field.name()), param(field.name() + TO)));
            } else if (use.values() == 1) {
                query = query.where(field.is(param(field.name())));
            } else {
                query = query.where(field.in(param(field.name()).set()));
            }
        }
        if (isCount) {
            return query.count();
        }
        return limit == Ask.NO_LIMIT ? query : query.limit(limit);
    }

    static void bind(PreparedQuery query, Ask ask) {
        final Shape shape = ask.shape();
        for (int i = 0; i < shape.fieldCount(); i++) {
            final String field = shape.fields().get(i);
            final List<Long> ends = ends(ask.sets().get(i));
            if (shape.use(i).isRange()) {
                query.set(field, ends.get(0)).set(field + TO, ends.get(1));
            } else if (shape.use(i).values() == 1) {
                query.set(field, ends.get(0));
            } else {
                query.set(field, values(ends));
            }
        }
    }

    /** The first and the last value of each range. */
    private static List<Long> ends(ValueSet set) {
        final SegmentMonitor monitor = new SegmentMonitor(set.type());
        monitor.bind(set);
        final List<Long> ends = new ArrayList<>();
        for (int i = 0; i < monitor.rangeCount(); i++) {
            ends.add(monitor.low(i));
            ends.add(monitor.high(i));
        }
        return ends;
    }

    private static List<Long> values(List<Long> ends) {
        final List<Long> values = new ArrayList<>();
        for (int i = 0; i < ends.size(); i += 2) {
            for (long value = ends.get(i); value <= ends.get(i + 1); value++) {
                values.add(value);
            }
        }
        return values;
    }

    /** Asks, reads all rows, and answers how many there were, or what was counted. */
    static long run(PreparedQuery query, Ask ask) {
        bind(query, ask);
        return ask.isCount() ? query.count() : query.run().drain();
    }
}
