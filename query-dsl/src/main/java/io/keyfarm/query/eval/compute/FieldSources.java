package io.keyfarm.query.eval.compute;

import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RecordLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the fields that expressions use lie in the rows that they are computed over. */
final class FieldSources {
    private final List<InputField> fields;
    private final RecordLayout left;
    private final @Nullable RecordLayout right;

    FieldSources(ExpressionList expressions, RecordLayout left, @Nullable RecordLayout right) {
        fields = expressions.fields();
        this.left = left;
        this.right = right;
        fields.forEach(this::requireField);
    }

    private void requireField(InputField input) {
        final RecordLayout layout = layout(input);
        final Field field = input.field();
        final int place = layout.schema().find(field.name());
        final Field found = place < 0 ? null : layout.schema().field(place);
        if (found == null || !found.type().equals(field.type()) || (found.nullable() && !field.nullable())) {
            throw new BadPlanException("the plan uses '" + field + "', but "
                    + layout.schema().name() + " has " + (found == null ? "no such field" : "'" + found + "'"));
        }
    }

    private RecordLayout layout(InputField input) {
        if (input.input() == InputField.LEFT) {
            return left;
        }
        if (right == null) {
            throw new BadPlanException("the plan uses '" + input.field() + "' of the right row, but there is none");
        }
        return right;
    }

    FieldType type(int field) {
        return fields.get(field).field().type();
    }

    Step step(Vector out, int field) {
        final InputField input = fields.get(field);
        final RecordLayout layout = layout(input);
        return new Loads.OfField(
                out,
                input.input(),
                layout,
                layout.schema().indexOf(input.field().name()));
    }
}
