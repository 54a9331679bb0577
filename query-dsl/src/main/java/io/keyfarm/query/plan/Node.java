package io.keyfarm.query.plan;

import java.util.Arrays;

/**
 * One node of a condition. Fields, parameters and operands are numbers: their places in the lists of whoever holds the
 * nodes. Immutable.
 */
public final class Node {
    /** No field, no other field, no escape. */
    public static final int NONE = -1;

    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};
    private static final byte[][] NO_TEXTS = {};

    private final Op op;
    private final int[] operands;
    private final int field;
    private final int other;
    private final long[] sortables;
    private final byte[][] texts;
    private final int[] parameters;
    private final int escape;

    /** The arrays belong to the node from here on. */
    Node(Op op, int[] operands, int field, int other, long[] sortables, byte[][] texts, int[] parameters, int escape) {
        this.op = op;
        this.operands = operands;
        this.field = field;
        this.other = other;
        this.sortables = sortables;
        this.texts = texts;
        this.parameters = parameters;
        this.escape = escape;
    }

    public static Node combining(Op op, int... operands) {
        return new Node(op, operands.clone(), NONE, NONE, NO_LONGS, NO_TEXTS, NO_INTS, NONE);
    }

    /** {@code is null} and {@code is not null}. */
    public static Node ofField(Op op, int field) {
        return ofValues(op, field, NO_LONGS, NO_TEXTS, NO_INTS, NONE);
    }

    public static Node ofFields(Op op, int field, int other) {
        return new Node(op, NO_INTS, field, other, NO_LONGS, NO_TEXTS, NO_INTS, NONE);
    }

    /** A field and what it is compared with; {@code escape} is a code point or {@link #NONE}. */
    public static Node ofValues(Op op, int field, long[] sortables, byte[][] texts, int[] parameters, int escape) {
        return new Node(op, NO_INTS, field, NONE, sortables.clone(), texts.clone(), parameters.clone(), escape);
    }

    public static Node absent(int parameter) {
        return new Node(Op.IS_ABSENT, NO_INTS, NONE, NONE, NO_LONGS, NO_TEXTS, new int[] {parameter}, NONE);
    }

    public Op op() {
        return op;
    }

    public int operandCount() {
        return operands.length;
    }

    /** The place of a node that this one combines; it stands before this one. */
    public int operand(int i) {
        return operands[i];
    }

    public int field() {
        return field;
    }

    /** The field that {@link #field} is compared with, or {@link #NONE}. */
    public int other() {
        return other;
    }

    public int sortableCount() {
        return sortables.length;
    }

    public long sortable(int i) {
        return sortables[i];
    }

    public int textCount() {
        return texts.length;
    }

    /** The node's own array, to be read only. */
    public byte[] text(int i) {
        return texts[i];
    }

    public int parameterCount() {
        return parameters.length;
    }

    public int parameter(int i) {
        return parameters[i];
    }

    public int escape() {
        return escape;
    }

    /** The node as it stands {@code shift} places further on, among other parameters. */
    public Node moved(int shift, int[] parameterPlaces) {
        final int[] movedOperands = new int[operands.length];
        Arrays.setAll(movedOperands, i -> operands[i] + shift);
        final int[] movedParameters = new int[parameters.length];
        Arrays.setAll(movedParameters, i -> parameterPlaces[parameters[i]]);
        return new Node(op, movedOperands, field, other, sortables, texts, movedParameters, escape);
    }

    /** The node among other fields. */
    public Node withFields(int[] fieldPlaces) {
        return new Node(
                op,
                operands,
                field == NONE ? NONE : fieldPlaces[field],
                other == NONE ? NONE : fieldPlaces[other],
                sortables,
                texts,
                parameters,
                escape);
    }
}
