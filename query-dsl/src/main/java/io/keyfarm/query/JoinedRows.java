package io.keyfarm.query;

import io.keyfarm.query.plan.JoinKind;
import io.keyfarm.query.plan.JoinLimit.Excess;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** The rows that a join of left and right rows hands on. */
final class JoinedRows {
    private JoinedRows() {}

    /** Of the left fields, then the right ones, each as it is called if that is not taken. */
    static List<String> names(FlowRows left, FlowRows right) {
        final List<String> names = new ArrayList<>();
        left.schema().fields().forEach(field -> names.add(field.name()));
        final TableSchema schema = right.schema();
        for (final Field field : schema.fields()) {
            String name = field.name();
            for (int i = 1; names.contains(name); i++) {
                name = schema.name() + '_' + field.name() + (i == 1 ? "" : "_" + i);
            }
            names.add(name);
        }
        return names;
    }

    static FlowRows of(Join join, FlowRows left, FlowRows right, List<String> names) {
        final boolean canLackRight =
                join.kind() == JoinKind.LEFT_OUTER || join.candidateLimit().excess() == Excess.SUBSTITUTE;
        final List<Field> fields = new ArrayList<>(left.schema().fields());
        final List<Body.Use> origins = new ArrayList<>();
        for (int i = 0; i < left.count(); i++) {
            origins.add(left.origin(i));
        }
        for (int i = 0; i < right.count(); i++) {
            final Field field = right.field(i);
            fields.add(new Field(names.get(fields.size()), field.type(), field.nullable() || canLackRight));
            origins.add(right.origin(i));
        }
        return new FlowRows(new TableSchema(left.schema().name(), fields), origins);
    }
}
