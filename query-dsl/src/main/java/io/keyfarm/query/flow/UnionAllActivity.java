package io.keyfarm.query.flow;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.List;

/** All rows of all inputs, one input behind the other. Inputs that come from afar work meanwhile: all begin at once. */
public final class UnionAllActivity implements Activity {
    private final List<Activity> inputs;
    private int current;

    /** @throws BadValueException naming the field by which one input differs from the first */
    public UnionAllActivity(List<? extends Activity> inputs) {
        this.inputs = List.copyOf(inputs);
        requireSameRows(this.inputs);
    }

    /** Names may differ, types and what may be null not. */
    static void requireSameRows(List<? extends Activity> inputs) {
        final TableSchema first = inputs.get(0).layout().schema();
        for (final Activity input : inputs) {
            final TableSchema other = input.layout().schema();
            if (other.fieldCount() != first.fieldCount()) {
                throw new BadValueException(
                        "one input has " + first.fieldCount() + " fields, and another " + other.fieldCount());
            }
            for (int i = 0; i < first.fieldCount(); i++) {
                final Field one = first.field(i);
                final Field another = other.field(i);
                if (!one.type().equals(another.type()) || one.nullable() != another.nullable()) {
                    throw new BadValueException("one input has " + one + ", and another " + another);
                }
            }
        }
    }

    @Override
    public RecordLayout layout() {
        return inputs.get(0).layout();
    }

    @Override
    public void begin() {
        current = 0;
        inputs.forEach(Activity::begin);
    }

    @Override
    public int next(RowBatch batch) {
        while (current < inputs.size()) {
            final int count = inputs.get(current).next(batch);
            if (count != 0) {
                return count;
            }
            inputs.get(current++).close();
        }
        return 0;
    }

    @Override
    public void close() {
        inputs.forEach(Activity::close);
    }
}
