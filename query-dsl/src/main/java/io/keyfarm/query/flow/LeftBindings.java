package io.keyfarm.query.flow;

import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the parameters with which a left row of a join asks for its candidates.
 *
 * <pre>
 *   lookup    from(customer).where(c_custkey is :key).where(c_nation in :nations)
 *   block     | key: o_custkey of the left row | nations: as the run of the whole query was given them |
 * </pre>
 *
 * A value that the right side's type cannot hold equals nothing there, and goes as null. Allocates nothing once its buffer
 * has grown. For one thread.
 */
public final class LeftBindings {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final byte BLANK = ' ';

    private final List<Integer> bindings;
    private final FieldType[] types;
    private final String[] names;
    private final RecordLayout left;
    /** What the run gives, encoded once a run; and where each parameter's part begins. */
    private final ExpandableArrayBuffer given = new ExpandableArrayBuffer();

    private final int[] givenOffsets;
    private final int[] givenLengths;

    /**
     * @param parameters of the lookup
     * @param bindings for each of them: a field of the left row, or below zero for the run's parameter of the same name
     */
    public LeftBindings(List<Parameter> parameters, List<Integer> bindings, RecordLayout left) {
        this.bindings = List.copyOf(bindings);
        this.left = left;
        types = parameters.stream().map(Parameter::type).toArray(FieldType[]::new);
        names = parameters.stream().map(Parameter::name).toArray(String[]::new);
        givenOffsets = new int[types.length];
        givenLengths = new int[types.length];
    }

    /** Takes what the run is given. */
    public void begin(Parameters run) {
        int at = 0;
        for (int i = 0; i < types.length; i++) {
            if (bindings.get(i) < 0) {
                givenOffsets[i] = at;
                givenLengths[i] = run.encode(run.indexOf(names[i]), given, at);
                at += givenLengths[i];
            }
        }
    }

    /** Writes the block of one left row; answers its length. */
    public int write(long row, long[] heapBases, MutableDirectBuffer target, int offset) {
        int at = offset;
        for (int i = 0; i < types.length; i++) {
            final int binding = bindings.get(i);
            if (binding < 0) {
                target.putBytes(at, given, givenOffsets[i], givenLengths[i]);
                at += givenLengths[i];
            } else {
                at += write(types[i], binding, row, heapBases, target, at);
            }
        }
        return at - offset;
    }

    private int write(FieldType type, int field, long row, long[] bases, MutableDirectBuffer target, int at) {
        if (left.isNull(row, field)) {
            return writeNull(target, at);
        }
        final long address = row + left.offset(field);
        final FieldKind kind = left.kind(field);
        if (kind == FieldKind.CHAR) {
            return writeText(
                    type,
                    address,
                    trimmed(address, left.schema().field(field).type().length()),
                    target,
                    at);
        }
        if (kind.isText()) {
            final long text = TextSlot.address(address, bases);
            return writeText(type, text, TextSlot.length(address), target, at);
        }
        final long sortable = Sortable.read(kind, address);
        return kind.isFloating() && kind != type.kind()
                ? writeFloating(type, sortable, target, at)
                : writeSortable(type, sortable, target, at);
    }

    private static int writeNull(MutableDirectBuffer target, int at) {
        target.putByte(at, ParameterBlock.NULL);
        return Byte.BYTES;
    }

    private static int writeSortable(FieldType type, long sortable, MutableDirectBuffer target, int at) {
        if (sortable < type.minSortable() || sortable > type.maxSortable()) {
            return writeNull(target, at);
        }
        target.putByte(at, ParameterBlock.ONE_VALUE);
        target.putLong(at + Byte.BYTES, sortable, ORDER);
        return Byte.BYTES + Long.BYTES;
    }

    /** One width of floating point to the other; what a float32 cannot be equals none. */
    private static int writeFloating(FieldType type, long sortable, MutableDirectBuffer target, int at) {
        if (type.kind() == FieldKind.FLOAT64) {
            return writeSortable(type, Sortable.of((double) Sortable.toFloat(sortable)), target, at);
        }
        final double value = Sortable.toDouble(sortable);
        final float narrow = (float) value;
        return (double) narrow == value || Double.isNaN(value)
                ? writeSortable(type, Sortable.of(narrow), target, at)
                : writeNull(target, at);
    }

    private static int writeText(FieldType type, long text, int length, MutableDirectBuffer target, int at) {
        final boolean isPadded = type.kind() == FieldKind.CHAR;
        final int width = isPadded ? type.length() : length;
        // A text that ends with a blank is not what a padded one holds.
        if (length > width || (isPadded && length > 0 && Memory.getByte(text + length - 1) == BLANK)) {
            return writeNull(target, at);
        }
        target.putByte(at, ParameterBlock.ONE_VALUE);
        target.putInt(at + Byte.BYTES, width, ORDER);
        final int from = at + Byte.BYTES + Integer.BYTES;
        for (int i = 0; i < length; i++) {
            target.putByte(from + i, Memory.getByte(text + i));
        }
        for (int i = length; i < width; i++) {
            target.putByte(from + i, BLANK);
        }
        return Byte.BYTES + Integer.BYTES + width;
    }

    private static int trimmed(long address, int width) {
        int length = width;
        while (length > 0 && Memory.getByte(address + length - 1) == BLANK) {
            length--;
        }
        return length;
    }
}
