package io.keyfarm.query.plan;

import java.nio.ByteOrder;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A window on the parameters of one run as they travel. Checked whole when it is wrapped, so that nothing behind it meets
 * a value its type cannot hold; copies nothing, and allocates nothing once made.
 *
 * <pre>
 *   for each parameter of the plan, in order, little-endian:
 *
 *   | 0 absent |     | 1 one value | value |     | 2 null |     | 3 set | count 4 | value | value | …
 *
 *   value    fixed width: the sortable, 8 bytes      text: | length 4 | bytes |, a char(n) padded
 * </pre>
 */
public final class ParameterBlock {
    public static final int MAX_BYTES = 64 << 20;
    public static final int MAX_SET_VALUES = 1 << 20;

    static final byte ABSENT = 0;
    public static final byte ONE_VALUE = 1;
    public static final byte NULL = 2;
    static final byte SET = 3;

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final List<Parameter> parameters;
    private final boolean[] texts;
    private final byte[] states;
    /** Where the first value of each parameter stands, from the block's start. */
    private final int[] offsets;

    private final int[] counts;
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);
    private int cursor;

    public ParameterBlock(QueryPlan plan) {
        this(plan.parameters());
    }

    public ParameterBlock(List<Parameter> parameters) {
        this.parameters = parameters;
        final int count = parameters.size();
        texts = new boolean[count];
        for (int i = 0; i < count; i++) {
            texts[i] = parameters.get(i).type().isText();
        }
        states = new byte[count];
        offsets = new int[count];
        counts = new int[count];
    }

    /**
     * Checks all of the block.
     *
     * @throws BadPlanException naming the parameter, if this is no block for the plan
     */
    public void wrap(DirectBuffer buffer, int offset, int length) {
        if (length < 0 || length > MAX_BYTES) {
            throw new BadPlanException("parameters have at most " + MAX_BYTES + " bytes, but these have " + length);
        }
        buffer.boundsCheck(offset, length);
        block.wrap(buffer, offset, length);
        cursor = 0;
        for (int i = 0; i < states.length; i++) {
            wrap(i);
        }
        if (cursor != length) {
            throw new BadPlanException("the parameters end after " + cursor + " bytes of " + length);
        }
    }

    /** A window on some of the parameters that another block has checked, by their places there; good as long as that is. */
    public void select(ParameterBlock of, int[] places) {
        block.wrap(of.block);
        for (int i = 0; i < states.length; i++) {
            assert of.parameters.get(places[i]).equals(parameters.get(i)) : parameters.get(i);
            states[i] = of.states[places[i]];
            counts[i] = of.counts[places[i]];
            offsets[i] = of.offsets[places[i]];
        }
    }

    /** Behind the part of this parameter, which begins at {@code offset} of a block that is known to be right. */
    public static int end(Parameter parameter, DirectBuffer buffer, int offset) {
        final byte state = buffer.getByte(offset);
        int at = offset + Byte.BYTES;
        int count = state == ONE_VALUE ? 1 : 0;
        if (state == SET) {
            count = buffer.getInt(at, ORDER);
            at += Integer.BYTES;
        }
        if (!parameter.type().isText()) {
            return at + count * Long.BYTES;
        }
        for (int i = 0; i < count; i++) {
            at += Integer.BYTES + buffer.getInt(at, ORDER);
        }
        return at;
    }

    private void wrap(int parameter) {
        final byte state = block.getByte(advance(parameter, Byte.BYTES));
        int count = 0;
        switch (state) {
            case ABSENT -> {
                if (!parameters.get(parameter).optional()) {
                    throw bad(parameter, "is not set, and is not optional");
                }
            }
            case NULL -> requireSet(parameter, false);
            case ONE_VALUE -> {
                requireSet(parameter, false);
                count = 1;
            }
            case SET -> {
                requireSet(parameter, true);
                count = block.getInt(advance(parameter, Integer.BYTES), ORDER);
                if (count < 0 || count > MAX_SET_VALUES) {
                    throw bad(parameter, "has 0 to " + MAX_SET_VALUES + " values, but is said to have " + count);
                }
            }
            default -> throw bad(parameter, "is in state " + state + ", which is nothing known");
        }
        states[parameter] = state;
        counts[parameter] = count;
        offsets[parameter] = cursor;
        for (int k = 0; k < count; k++) {
            requireValue(parameter);
        }
    }

    private void requireValue(int parameter) {
        final Parameter it = parameters.get(parameter);
        if (texts[parameter]) {
            final int length = block.getInt(advance(parameter, Integer.BYTES), ORDER);
            PlanCheck.requireText(it.name(), it.type(), length);
            advance(parameter, length);
        } else {
            PlanCheck.requireSortable(it.name(), it.type(), block.getLong(advance(parameter, Long.BYTES), ORDER));
        }
    }

    private int advance(int parameter, int bytes) {
        final int at = cursor;
        if (bytes > block.capacity() - at) {
            throw bad(parameter, "is cut off after " + block.capacity() + " bytes");
        }
        cursor = at + bytes;
        return at;
    }

    private void requireSet(int parameter, boolean set) {
        if (parameters.get(parameter).set() != set) {
            throw bad(parameter, set ? "is one value, but was given a set" : "is a set, but was given one value");
        }
    }

    private BadPlanException bad(int parameter, String what) {
        return new BadPlanException(":" + parameters.get(parameter).name() + " " + what);
    }

    public boolean isAbsent(int parameter) {
        return states[parameter] == ABSENT;
    }

    /** One value that is null, with which no comparison holds. */
    public boolean isNull(int parameter) {
        return states[parameter] == NULL;
    }

    public int valueCount(int parameter) {
        return counts[parameter];
    }

    /** The first value of a parameter that is not text. */
    public long sortable(int parameter) {
        return block.getLong(offsets[parameter], ORDER);
    }

    /** The k-th value of a parameter that is not text. */
    public long sortable(int parameter, int k) {
        assert 0 <= k && k < counts[parameter] : k;
        return block.getLong(offsets[parameter] + k * Long.BYTES, ORDER);
    }

    /** The block itself, in which texts stand. */
    public DirectBuffer buffer() {
        return block;
    }

    /** Where the first text's {@link #textLength} bytes begin in {@link #buffer}. */
    public int firstText(int parameter) {
        return offsets[parameter] + Integer.BYTES;
    }

    /** Of the text that begins at {@code text}. */
    public int textLength(int text) {
        return block.getInt(text - Integer.BYTES, ORDER);
    }

    /** Where the text behind the one that begins at {@code text} begins; no place if that was the last. */
    public int nextText(int text) {
        return text + textLength(text) + Integer.BYTES;
    }
}
