package io.keyfarm.query.plan;

import io.keyfarm.rows.FieldType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One node of a condition or of a value that is computed. Fields, parameters and operands are numbers: their places in the lists of whoever holds the
 * nodes. Immutable.
 */
public final class Node {
    /** No field, no other field, no escape, no argument. */
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
    private final @Nullable FieldType type;
    private final int argument;

    /** The arrays belong to the node from here on. */
    Node(
            Op op,
            int[] operands,
            int field,
            int other,
            long[] sortables,
            byte[][] texts,
            int[] parameters,
            int escape,
            @Nullable FieldType type,
            int argument) {
        this.op = op;
        this.operands = operands;
        this.field = field;
        this.other = other;
        this.sortables = sortables;
        this.texts = texts;
        this.parameters = parameters;
        this.escape = escape;
        this.type = type;
        this.argument = argument;
    }

    private Node(
            Op op,
            int[] operands,
            int field,
            int other,
            long[] sortables,
            byte[][] texts,
            int[] parameters,
            int escape) {
        this(op, operands, field, other, sortables, texts, parameters, escape, null, NONE);
    }

    /** An operation on values, its operands yet to come by {@link #withOperands}. */
    public static Node computing(Op op, int argument) {
        return new Node(op, NO_INTS, NONE, NONE, NO_LONGS, NO_TEXTS, NO_INTS, NONE, null, argument);
    }

    public static Node field(int field) {
        return ofField(Op.FIELD, field);
    }

    public static Node constant(FieldType type, long sortable) {
        return new Node(Op.CONSTANT, NO_INTS, NONE, NONE, new long[] {sortable}, NO_TEXTS, NO_INTS, NONE, type, NONE);
    }

    public static Node constant(FieldType type, byte[] text) {
        return new Node(Op.CONSTANT, NO_INTS, NONE, NONE, NO_LONGS, new byte[][] {text}, NO_INTS, NONE, type, NONE);
    }

    public static Node parameter(Op op, int parameter) {
        return new Node(op, NO_INTS, NONE, NONE, NO_LONGS, NO_TEXTS, new int[] {parameter}, NONE);
    }

    public static Node to(FieldType type) {
        return new Node(Op.TO, NO_INTS, NONE, NONE, NO_LONGS, NO_TEXTS, NO_INTS, NONE, type, NONE);
    }

    /** {@code in} and {@code not in} of a value, the one operand that is yet to come. */
    public static Node ofSet(Op op, FieldType type, long[] sortables, byte[][] texts, int[] parameters) {
        return new Node(
                op, NO_INTS, NONE, NONE, sortables.clone(), texts.clone(), parameters.clone(), NONE, type, NONE);
    }

    /** {@code like} of two operands that are yet to come. */
    public static Node ofLike(int escape) {
        return new Node(Op.LIKE, NO_INTS, NONE, NONE, NO_LONGS, NO_TEXTS, NO_INTS, escape);
    }

    public Node withOperands(int... places) {
        return new Node(op, places.clone(), field, other, sortables, texts, parameters, escape, type, argument);
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
        return parameter(Op.IS_ABSENT, parameter);
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

    /** Of a constant, and what {@code to} makes of a value. */
    public @Nullable FieldType type() {
        return type;
    }

    /** The digits of {@code round}, the {@link TimeUnits} of {@code truncatedTo}, the edits of {@code within edits of}. */
    public int argument() {
        return argument;
    }

    /** Whether a condition asks of values that are computed, rather than of a field or a parameter by itself. */
    public boolean isOfValues() {
        return operands.length > 0 && !op.isCombining();
    }

    /** The node as it stands {@code shift} places further on, among other fields and parameters. */
    public Node moved(int shift, int[] fieldPlaces, int[] parameterPlaces) {
        final int[] movedOperands = new int[operands.length];
        Arrays.setAll(movedOperands, i -> operands[i] + shift);
        final int[] movedParameters = new int[parameters.length];
        Arrays.setAll(movedParameters, i -> parameterPlaces[parameters[i]]);
        return new Node(
                op,
                movedOperands,
                field == NONE ? NONE : fieldPlaces[field],
                other == NONE ? NONE : fieldPlaces[other],
                sortables,
                texts,
                movedParameters,
                escape,
                type,
                argument);
    }

    /** The node {@code shift} places further on, or back. */
    public Node shifted(int shift) {
        return withOperands(
                Arrays.stream(operands).map(operand -> operand + shift).toArray());
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
                escape,
                type,
                argument);
    }
}
