package io.keyfarm.query.plan;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Values;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The values that one run of a plan is given, by name or by place; to be filled, {@link #encode encoded}, cleared and
 * filled again. {@link #setLong} and {@link #setText} allocate nothing once their arrays have grown. Not thread-safe.
 */
public final class Parameters {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final byte BLANK = ' ';

    private final List<Parameter> parameters;
    private final Slot[] slots;
    private final UnsafeBuffer given = new UnsafeBuffer(0, 0);

    /** What one parameter holds, its values encoded one after another. */
    private static final class Slot {
        private final Field field;
        private final boolean text;
        private final UnsafeBuffer values = new UnsafeBuffer(new byte[Long.BYTES]);
        private byte state;
        private int count;
        private int length;

        Slot(Parameter parameter) {
            field = new Field(parameter.name(), parameter.type(), false);
            text = parameter.type().isText();
        }

        void begin(byte newState) {
            state = newState;
            count = 0;
            length = 0;
        }

        /** Room for so many bytes more; answers where they begin. */
        int append(int bytes) {
            final int at = length;
            final int needed = Math.addExact(at, bytes);
            if (needed > values.capacity()) {
                values.wrap(Arrays.copyOf(values.byteArray(), Math.max(needed, 2 * values.capacity())));
            }
            length = needed;
            count++;
            return at;
        }
    }

    public Parameters(QueryPlan plan) {
        this(plan.parameters());
    }

    public Parameters(List<Parameter> parameters) {
        this.parameters = List.copyOf(parameters);
        slots = parameters.stream().map(Slot::new).toArray(Slot[]::new);
    }

    public int count() {
        return slots.length;
    }

    /**
     * The place of the parameter called so.
     *
     * @throws BadValueException naming the parameters there are, if there is no such one
     */
    public int indexOf(String name) {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i].field.name().equals(name)) {
                return i;
            }
        }
        throw new BadValueException("the query has no parameter :" + name + "; it has " + parameters);
    }

    private boolean has(String name) {
        for (final Slot slot : slots) {
            if (slot.field.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** A Java value; for a set an {@code Iterable} or an array of them; null is a value that equals nothing. */
    public Parameters set(String name, @Nullable Object value) {
        return set(indexOf(name), value);
    }

    public Parameters set(int parameter, @Nullable Object value) {
        if (parameters.get(parameter).set()) {
            return setAll(parameter, value);
        }
        if (value == null) {
            return setNull(parameter);
        }
        if (slots[parameter].text) {
            final byte[] text = Values.toText(slots[parameter].field, value);
            given.wrap(text);
            return setText(parameter, given, 0, text.length);
        }
        return setLong(parameter, Values.toSortable(slots[parameter].field, value));
    }

    /** The {@link io.keyfarm.rows.Sortable} form of a value: of whole numbers and dates the number itself. */
    public Parameters setLong(int parameter, long sortable) {
        requireSet(parameter, false);
        requireSortable(parameter, sortable);
        slots[parameter].begin(ParameterBlock.ONE_VALUE);
        putLong(parameter, sortable);
        return this;
    }

    /** Text as its field holds it, which a {@code char(n)} pads. */
    public Parameters setText(int parameter, DirectBuffer text, int offset, int length) {
        requireSet(parameter, false);
        final int kept = requireText(parameter, text, offset, length);
        slots[parameter].begin(ParameterBlock.ONE_VALUE);
        putText(parameter, text, offset, kept);
        return this;
    }

    public Parameters setText(int parameter, byte[] text) {
        given.wrap(text);
        return setText(parameter, given, 0, text.length);
    }

    public Parameters setNull(int parameter) {
        requireSet(parameter, false);
        slots[parameter].begin(ParameterBlock.NULL);
        return this;
    }

    /** Makes a set empty; {@link #addLong} and {@link #addText} fill it. */
    public Parameters beginSet(int parameter) {
        requireSet(parameter, true);
        slots[parameter].begin(ParameterBlock.SET);
        return this;
    }

    public Parameters addLong(int parameter, long sortable) {
        requireSortable(parameter, sortable);
        requireRoom(parameter);
        putLong(parameter, sortable);
        return this;
    }

    public Parameters addText(int parameter, DirectBuffer text, int offset, int length) {
        final int kept = requireText(parameter, text, offset, length);
        requireRoom(parameter);
        putText(parameter, text, offset, kept);
        return this;
    }

    /**
     * Takes the values that others have for the parameters of the same names, which are of the same types. Where others lack
     * one it is unset; only an optional one may be lacking.
     */
    public Parameters copyFrom(Parameters other) {
        for (int i = 0; i < slots.length; i++) {
            if (parameters.get(i).optional() && !other.has(name(i))) {
                unset(i);
                continue;
            }
            final Slot from = other.slots[other.indexOf(name(i))];
            final Slot to = slots[i];
            to.begin(from.state);
            final int at = from.length == 0 ? 0 : to.append(from.length);
            to.values.putBytes(at, from.values, 0, from.length);
            to.count = from.count;
        }
        return this;
    }

    public Parameters unset(int parameter) {
        slots[parameter].begin(ParameterBlock.ABSENT);
        return this;
    }

    /** Unsets all of them. */
    public Parameters clear() {
        for (final Slot slot : slots) {
            slot.begin(ParameterBlock.ABSENT);
        }
        return this;
    }

    public boolean isSet(int parameter) {
        return slots[parameter].state != ParameterBlock.ABSENT;
    }

    /** Bytes that {@link #encode} writes. */
    public int encodedLength() {
        long length = 0;
        for (final Slot slot : slots) {
            length += Byte.BYTES + (slot.state == ParameterBlock.SET ? Integer.BYTES : 0) + slot.length;
        }
        if (length > ParameterBlock.MAX_BYTES) {
            throw new BadValueException(
                    "parameters have at most " + ParameterBlock.MAX_BYTES + " bytes, but these have " + length);
        }
        return (int) length;
    }

    /**
     * Writes the block that {@link ParameterBlock} reads; answers its length.
     *
     * @throws BadValueException naming a parameter that is neither set nor optional
     */
    public int encode(MutableDirectBuffer target, int offset) {
        target.checkLimit(offset + encodedLength());
        int at = offset;
        for (int i = 0; i < slots.length; i++) {
            at += encode(i, target, at);
        }
        return at - offset;
    }

    /** Writes what the block has of one parameter; answers its length. */
    public int encode(int parameter, MutableDirectBuffer target, int offset) {
        final Slot slot = slots[parameter];
        if (slot.state == ParameterBlock.ABSENT && !parameters.get(parameter).optional()) {
            throw new BadValueException(":" + name(parameter) + " is not set, and is not optional");
        }
        int at = offset;
        target.putByte(at++, slot.state);
        if (slot.state == ParameterBlock.SET) {
            target.putInt(at, slot.count, ORDER);
            at += Integer.BYTES;
        }
        target.putBytes(at, slot.values, 0, slot.length);
        return at + slot.length - offset;
    }

    private Parameters setAll(int parameter, @Nullable Object values) {
        final Iterable<?> all;
        if (values instanceof Iterable<?> many) {
            all = many;
        } else if (values instanceof Object[] many) {
            all = Arrays.asList(many);
        } else {
            throw new BadValueException(":" + name(parameter) + " is a set, and takes an Iterable or an array");
        }
        beginSet(parameter);
        final Slot slot = slots[parameter];
        for (final Object value : all) {
            if (value == null) {
                throw new BadValueException(
                        ":" + name(parameter) + " is a set, and null is in no set; isNull() finds it");
            }
            if (slot.text) {
                final byte[] text = Values.toText(slot.field, value);
                given.wrap(text);
                addText(parameter, given, 0, text.length);
            } else {
                addLong(parameter, Values.toSortable(slot.field, value));
            }
        }
        return this;
    }

    private void putLong(int parameter, long sortable) {
        final Slot slot = slots[parameter];
        slot.values.putLong(slot.append(Long.BYTES), sortable, ORDER);
    }

    private void putText(int parameter, DirectBuffer text, int offset, int length) {
        final Slot slot = slots[parameter];
        final int width =
                slot.field.type().kind() == FieldKind.CHAR ? slot.field.type().length() : length;
        final int at = slot.append(Integer.BYTES + width);
        slot.values.putInt(at, width, ORDER);
        slot.values.putBytes(at + Integer.BYTES, text, offset, length);
        slot.values.setMemory(at + Integer.BYTES + length, width - length, BLANK);
    }

    private void requireSortable(int parameter, long sortable) {
        if (slots[parameter].text) {
            throw new BadValueException(":" + name(parameter) + " is " + type(parameter) + ", not a number");
        }
        PlanCheck.requireSortable(name(parameter), type(parameter), sortable);
    }

    /** The bytes of the text that count: without the blanks at the end of a {@code char(n)}. */
    private int requireText(int parameter, DirectBuffer text, int offset, int length) {
        final FieldType type = type(parameter);
        if (!type.isText()) {
            throw new BadValueException(":" + name(parameter) + " is " + type + ", not text");
        }
        text.boundsCheck(offset, length);
        int kept = length;
        if (type.kind() == FieldKind.CHAR) {
            while (kept > 0 && text.getByte(offset + kept - 1) == BLANK) {
                kept--;
            }
        }
        final int most = type.kind() == FieldKind.CHAR ? type.length() : FieldType.MAX_TEXT_BYTES;
        if (kept > most) {
            throw new BadValueException(":" + name(parameter) + " holds " + most + " bytes, but this text has " + kept);
        }
        return kept;
    }

    private void requireRoom(int parameter) {
        final Slot slot = slots[parameter];
        if (slot.state != ParameterBlock.SET) {
            throw new IllegalStateException(":" + name(parameter) + " takes values after beginSet");
        }
        if (slot.count == ParameterBlock.MAX_SET_VALUES) {
            throw new BadValueException(
                    ":" + name(parameter) + " is a set of at most " + ParameterBlock.MAX_SET_VALUES + " values");
        }
    }

    private void requireSet(int parameter, boolean set) {
        if (parameters.get(parameter).set() != set) {
            throw new BadValueException(":" + name(parameter) + (set ? " is one value, not a set" : " is a set"));
        }
    }

    private String name(int parameter) {
        return slots[parameter].field.name();
    }

    private FieldType type(int parameter) {
        return slots[parameter].field.type();
    }

    /** {@code make = "FORD", year = 1990, zip absent}. */
    @Override
    public String toString() {
        final StringBuilder words = new StringBuilder();
        for (int i = 0; i < slots.length; i++) {
            words.append(i == 0 ? "" : ", ").append(name(i)).append(words(slots[i]));
        }
        return words.toString();
    }

    private static String words(Slot slot) {
        return switch (slot.state) {
            case ParameterBlock.ABSENT -> " absent";
            case ParameterBlock.NULL -> " = null";
            case ParameterBlock.SET -> " in " + slot.count + " values";
            default -> {
                if (!slot.text) {
                    yield " = " + Values.print(slot.field.type(), slot.values.getLong(0, ORDER));
                }
                final byte[] text = new byte[slot.length - Integer.BYTES];
                slot.values.getBytes(Integer.BYTES, text);
                yield " = \"" + Values.print(slot.field.type(), text) + "\"";
            }
        };
    }
}
