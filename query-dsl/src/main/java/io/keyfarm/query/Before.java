package io.keyfarm.query;

import io.keyfarm.query.plan.FoldStep;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What came before a row: the values that are carried along, and the fields of the row before, all of them null at a start.
 */
public final class Before {
    private final FlowRows rows;
    private final TableSchema schema;

    Before(FlowRows rows, List<Field> values) {
        this.rows = rows;
        schema = FoldStep.before(rows.schema(), values);
    }

    static List<Field> fields(List<Running> columns, List<FieldType> types) {
        final List<Field> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            fields.add(new Field(columns.get(i).name(), types.get(i), true));
        }
        return fields;
    }

    /** The value or field that is called so. */
    public FieldRef field(String name) {
        return new FieldRef(schema, schema.indexOf(name));
    }

    /** As the row before had it. */
    public FieldRef field(FieldRef field) {
        return new FieldRef(schema, rows.place(field.use()));
    }

    /** What came before is the left side. */
    InputField input(Body.Use use, Function<Body.Use, InputField> others) {
        return use.schema().equals(schema) ? new InputField(InputField.LEFT, use.field()) : others.apply(use);
    }
}
