package io.keyfarm.query;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** What rows hold behind a step, as the words need it before the plan is made. */
final class FlowSchemas {
    private FlowSchemas() {}

    static TableSchema picked(TableSchema rows, List<Integer> places, List<String> names) {
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            final Field field = rows.field(places.get(i));
            fields.add(new Field(names.get(i), field.type(), field.nullable()));
        }
        return new TableSchema(rows.name(), fields);
    }

    static TableSchema combined(TableSchema one, TableSchema other) {
        if (one.fieldCount() != other.fieldCount()) {
            throw new BadQueryException("rows of " + one.fieldCount() + " fields cannot be put together with rows of "
                    + other.fieldCount() + ": " + one + " and " + other);
        }
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < one.fieldCount(); i++) {
            final Field field = one.field(i);
            if (!field.type().equals(other.field(i).type())) {
                throw new BadQueryException(field.name() + " is " + field.type() + ", but the other rows have "
                        + other.field(i) + " in its place");
            }
            fields.add(new Field(
                    field.name(),
                    field.type(),
                    field.nullable() || other.field(i).nullable()));
        }
        return new TableSchema(one.name(), fields);
    }
}
