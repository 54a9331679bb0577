package io.keyfarm;

import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows from anywhere as rows of a table that is there: fields are found by their names, and values may come in a type whose
 * values the field's type has as well. Whether it can hold each of them is for the sink to say.
 */
final class FittedRows implements RowSource {
    private final TableSchema schema;
    private final RowSource rows;
    /** By field of the rows: where it stands in the table, and by what its whole numbers are multiplied. */
    private final int[] targets;

    private final long[] factors;
    /** Whether its texts are filled up with blanks, that are none of the text where the table has it. */
    private final boolean[] isPadded;

    private FittedRows(TableSchema schema, RowSource rows) {
        this.schema = schema;
        this.rows = rows;
        final List<Field> given = rows.schema().fields();
        targets = new int[given.size()];
        factors = new long[given.size()];
        isPadded = new boolean[given.size()];
        for (int i = 0; i < targets.length; i++) {
            final Field field = given.get(i);
            targets[i] = schema.indexOf(field.name());
            factors[i] = factor(field, schema.field(targets[i]));
            isPadded[i] = field.type().kind() == FieldKind.CHAR;
        }
        for (final Field field : schema.fields()) {
            if (given.stream().noneMatch(it -> it.name().equals(field.name()))) {
                throw new BadValueException("the rows to be appended to %s lack its field %s; they have %s"
                        .formatted(
                                schema.name(),
                                field.name(),
                                given.stream().map(Field::name).collect(Collectors.joining(", "))));
            }
        }
    }

    /** @throws BadValueException naming the field that the rows lack, have too many, or have in another type */
    static RowSource of(TableSchema schema, RowSource rows, LoadProgress progress) throws IOException {
        final RowSource typed = rows.typedAs(schema);
        typed.prepare(progress);
        return typed.schema().equals(schema) ? typed : new FittedRows(schema, typed);
    }

    private long factor(Field from, Field to) {
        if (isWhole(from.type()) && isWhole(to.type())) {
            return 1;
        }
        final int places = to.type().scale() - from.type().scale();
        if (isNumber(from.type()) && to.type().kind() == FieldKind.DECIMAL && places >= 0) {
            return FieldType.powerOfTen(places);
        }
        final FieldKind kind = from.type().kind();
        final boolean isSame = kind == to.type().kind() && kind != FieldKind.DECIMAL;
        final boolean isWider = kind == FieldKind.FLOAT32 && to.type().kind() == FieldKind.FLOAT64;
        if (isSame || isWider || (isText(from.type()) && isText(to.type()))) {
            return 1;
        }
        throw new BadValueException("%s of %s is %s, and not %s as in the rows to be appended"
                .formatted(to.name(), schema.name(), to.type(), from.type()));
    }

    private static boolean isNumber(FieldType type) {
        return isWhole(type) || type.kind() == FieldKind.DECIMAL;
    }

    private static boolean isWhole(FieldType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> true;
            default -> false;
        };
    }

    private static boolean isText(FieldType type) {
        return type.kind() == FieldKind.CHAR || type.kind() == FieldKind.VARCHAR;
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public long estimatedBytes() {
        return rows.estimatedBytes();
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) throws IOException {
        return rows.load(new Sink(sink), progress);
    }

    /** Takes rows as the source has them, and gives them on as the table has them. */
    private final class Sink implements RowSink {
        private final RowSink to;

        Sink(RowSink to) {
            this.to = to;
        }

        @Override
        public TableSchema schema() {
            return rows.schema();
        }

        @Override
        public RowSink beginRow() {
            to.beginRow();
            return this;
        }

        @Override
        public RowSink putNull(int field) {
            to.putNull(targets[field]);
            return this;
        }

        @Override
        public RowSink putLong(int field, long value) {
            final long high = Math.multiplyHigh(value, factors[field]);
            final long product = value * factors[field];
            if (high != product >> 63) {
                final Field target = schema.field(targets[field]);
                throw new BadValueException(
                        "%s is %s, which cannot hold %d".formatted(target.name(), target.type(), value));
            }
            to.putLong(targets[field], product);
            return this;
        }

        @Override
        public RowSink putDouble(int field, double value) {
            to.putDouble(targets[field], value);
            return this;
        }

        @Override
        public RowSink putText(int field, byte[] text) {
            to.putText(targets[field], isPadded[field] ? withoutPadding(text) : text);
            return this;
        }

        @Override
        public RowSink endRow() {
            to.endRow();
            return this;
        }

        private byte[] withoutPadding(byte[] text) {
            int length = text.length;
            while (length > 0 && text[length - 1] == ' ') {
                length--;
            }
            return Arrays.copyOf(text, length);
        }
    }
}
