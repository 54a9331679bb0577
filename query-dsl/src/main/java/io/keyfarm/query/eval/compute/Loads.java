package io.keyfarm.query.eval.compute;

import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Values that are there: of fields, constants and parameters. */
final class Loads {
    /** Stands in a batch of right rows where a left row has none. */
    private static final long NO_ROW = 0;

    private Loads() {}

    /** A field of the left or right rows; null where there is no right row. */
    static final class OfField extends Step {
        private final Vector out;
        private final boolean isLeft;
        private final FieldType type;
        private final int offset;
        private final int nullBit;

        OfField(Vector out, int input, RecordLayout layout, int field) {
            this.out = out;
            isLeft = input == InputField.LEFT;
            type = layout.schema().field(field).type();
            offset = layout.offset(field);
            nullBit = layout.nullBit(field);
            if (type.isText()) {
                out.forText();
            }
        }

        @Override
        void run(Run run) {
            final RowBatch rows = isLeft ? run.left : run.right;
            findNulls(rows, run.places, run.count);
            if (rows == null) {
                return;
            }
            switch (type.kind()) {
                case CHAR -> loadChars(rows, run.places, run.count);
                case VARCHAR, BYTES -> loadTexts(rows, run.places, run.count);
                case INT64, DECIMAL, TIMESTAMP, FLOAT64 -> loadLongs(rows, run.places, run.count);
                case FLOAT32 -> loadFloats(rows, run.places, run.count);
                default -> loadOthers(rows, run.places, run.count);
            }
        }

        private void findNulls(@Nullable RowBatch rows, int[] places, int count) {
            final boolean[] nulls = out.nulls;
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                final long row = rows == null ? NO_ROW : rows.row(place);
                nulls[place] = row == NO_ROW || RecordLayout.isNullBitSet(row, nullBit);
            }
        }

        private void loadLongs(RowBatch rows, int[] places, int count) {
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                if (!out.nulls[place]) {
                    out.values[place] = Memory.getLong(rows.row(place) + offset);
                }
            }
        }

        private void loadFloats(RowBatch rows, int[] places, int count) {
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                if (!out.nulls[place]) {
                    out.values[place] =
                            Double.doubleToRawLongBits(Float.intBitsToFloat(Memory.getInt(rows.row(place) + offset)));
                }
            }
        }

        private void loadOthers(RowBatch rows, int[] places, int count) {
            final FieldKind kind = type.kind();
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                if (!out.nulls[place]) {
                    out.values[place] = Sortable.read(kind, rows.row(place) + offset);
                }
            }
        }

        private void loadChars(RowBatch rows, int[] places, int count) {
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                if (!out.nulls[place]) {
                    final long text = rows.row(place) + offset;
                    out.setText(place, text, Utf8.lengthWithoutBlanks(text, type.length()));
                }
            }
        }

        private void loadTexts(RowBatch rows, int[] places, int count) {
            final long[] heapBases = rows.heapBases();
            for (int i = 0; i < count; i++) {
                final int place = places[i];
                if (!out.nulls[place]) {
                    final long slot = rows.row(place) + offset;
                    out.setText(place, TextSlot.address(slot, heapBases), TextSlot.length(slot));
                }
            }
        }
    }

    /** The same value at every place. */
    static final class Same extends Step {
        private final Vector out;
        private final FieldType type;
        private final int parameter;
        /** What a text stands in, for as long as this step lives. */
        private final TextArena own = new TextArena(null);

        private boolean isNull;
        private long value;
        private int length;

        private Same(Vector out, FieldType type, int parameter) {
            this.out = out;
            this.type = type;
            this.parameter = parameter;
            if (type.isText()) {
                out.forText();
            }
        }

        static Same constant(Vector out, FieldType type, long sortable) {
            final Same same = new Same(out, type, -1);
            same.set(sortable);
            return same;
        }

        static Same constant(Vector out, FieldType type, byte[] text) {
            final Same same = new Same(out, type, -1);
            same.value = same.own.allocate(text.length);
            Memory.copy(text, 0, same.value, text.length);
            same.setLength(text.length);
            return same;
        }

        static Same parameter(Vector out, FieldType type, int parameter) {
            final Same same = new Same(out, type, parameter);
            same.isNull = true;
            return same;
        }

        private void set(long sortable) {
            value = type.kind().isFloating() ? Double.doubleToRawLongBits(toDouble(type, sortable)) : sortable;
        }

        private void setLength(int bytes) {
            length = type.kind() == FieldKind.CHAR ? Utf8.lengthWithoutBlanks(value, bytes) : bytes;
        }

        @Override
        void bind(ParameterBlock parameters) {
            if (parameter < 0) {
                return;
            }
            isNull = parameters.isAbsent(parameter) || parameters.isNull(parameter);
            if (isNull) {
                return;
            }
            if (!type.isText()) {
                set(parameters.sortable(parameter));
                return;
            }
            final DirectBuffer block = parameters.buffer();
            final int text = parameters.firstText(parameter);
            final int bytes = parameters.textLength(text);
            own.clear();
            value = own.allocate(bytes);
            for (int i = 0; i < bytes; i++) {
                Memory.putByte(value + i, block.getByte(text + i));
            }
            setLength(bytes);
        }

        @Override
        void run(Run run) {
            for (int i = 0; i < run.count; i++) {
                final int place = run.places[i];
                out.nulls[place] = isNull;
                out.values[place] = value;
            }
            if (type.isText()) {
                for (int i = 0; i < run.count; i++) {
                    out.lengths[run.places[i]] = length;
                }
            }
        }
    }

    static double toDouble(FieldType type, long sortable) {
        return type.kind() == FieldKind.FLOAT32 ? Sortable.toFloat(sortable) : Sortable.toDouble(sortable);
    }
}
