package io.keyfarm.query.eval;

import io.keyfarm.query.eval.compute.TextPattern;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.PlanCheck;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of one field with values: what it says before any row is seen, and what it says of the field as a
 * monitor, once the parameters of a run are known.
 */
final class LeafBinder {
    /** So many literals are sorted once and for all rather than in every run. */
    private static final int MANY = 8;

    private final Node node;
    private final Op op;
    private final boolean negated;
    private final Field field;
    private final FieldType type;
    private final ParameterBlock parameters;
    /** Asked only where the comparison is one with a pattern. */
    private final TextPattern pattern = new TextPattern();

    private final boolean constantPattern;
    private final UnsafeBuffer literal = new UnsafeBuffer(0, 0);
    private final @Nullable SegmentMonitor constant;

    LeafBinder(NormalForm form, int place, Field field, ParameterBlock parameters) {
        node = form.node(place);
        op = form.op(place);
        negated = form.isNegated(place);
        this.field = field;
        type = field.type();
        this.parameters = parameters;
        constantPattern = op.isPattern() && node.parameterCount() == 0;
        if (constantPattern) {
            literal.wrap(node.text(0));
            pattern.compile(op, literal, 0, literal.capacity(), node.escape());
        }
        constant = isManyLiterals() ? constant() : null;
    }

    private boolean isManyLiterals() {
        return (op == Op.IN || op == Op.NOT_IN)
                && node.parameterCount() == 0
                && node.sortableCount() + node.textCount() > MANY;
    }

    private SegmentMonitor constant() {
        final SegmentMonitor monitor = new SegmentMonitor(type);
        bindSet(monitor);
        return monitor;
    }

    /** What the comparison is before any row is seen; compiles the pattern that a parameter holds. */
    Truth truth() {
        boolean hasNull = false;
        for (int i = 0; i < node.parameterCount(); i++) {
            final int parameter = node.parameter(i);
            if (parameters.isAbsent(parameter)) {
                return Truth.HOLDS;
            }
            hasNull |= parameters.isNull(parameter);
        }
        // One of a set may be null and another still equal; nothing else with null holds.
        if (hasNull && op != Op.IN) {
            return Truth.FAILS;
        }
        if (op.isPattern() && !constantPattern) {
            compilePattern();
        }
        return switch (op) {
            case IS_NULL -> field.nullable() ? Truth.VARIES : Truth.FAILS;
            case IS_NOT_NULL -> field.nullable() ? Truth.VARIES : Truth.HOLDS;
            default -> Truth.VARIES;
        };
    }

    private void compilePattern() {
        final int text = parameters.firstText(node.parameter(0));
        final int length = parameters.textLength(text);
        final DirectBuffer block = parameters.buffer();
        PlanCheck.requirePattern(field.name(), op, block, text, length, node.escape());
        pattern.compile(op, block, text, length, node.escape());
    }

    /** Whether the monitor of {@link #bind} says all that the comparison does. */
    boolean isMonitor() {
        return !op.isPattern()
                || ((pattern.isExact() || pattern.isPrefix())
                        // A char's text never ends with a blank, but its padded form, which monitors see, may.
                        && !(type.kind() == FieldKind.CHAR && pattern.endsPrefixWithBlank()));
    }

    /** Whether the pattern is a parameter, so that every run may have another. */
    boolean hasGivenPattern() {
        return op.isPattern() && !constantPattern;
    }

    TextPattern pattern() {
        return pattern;
    }

    /** Whether only texts that begin with the pattern's prefix can match, although that is not all. */
    boolean narrowsByPrefix() {
        return op.isPattern() && !negated && pattern.prefixLength() > 0;
    }

    void bindPrefix(SegmentMonitor monitor) {
        monitor.begin();
        monitor.addTextPrefix(pattern.prefix(), 0, pattern.prefixLength());
        monitor.end();
    }

    void bind(SegmentMonitor monitor) {
        switch (op) {
            case IS_NULL -> monitor.bindOnlyNull();
            case IS_NOT_NULL -> monitor.bindNotNull();
            case IN, NOT_IN -> {
                if (constant != null) {
                    monitor.bindWild();
                    monitor.intersect(constant);
                } else {
                    bindSet(monitor);
                }
            }
            case STARTS_WITH, CONTAINS, LIKE -> bindPattern(monitor);
            default -> {
                if (type.isText()) {
                    bindText(monitor);
                } else {
                    bindNumber(monitor, number());
                }
            }
        }
    }

    private long number() {
        return node.parameterCount() > 0 ? parameters.sortable(node.parameter(0)) : node.sortable(0);
    }

    private void bindNumber(SegmentMonitor monitor, long value) {
        final long min = type.minSortable();
        final long max = type.maxSortable();
        switch (op) {
            case IS -> monitor.bindPoint(value);
            case IS_NOT -> {
                monitor.bindPoint(value);
                monitor.complement();
            }
            case AT_MOST -> monitor.bindRange(min, value);
            case AT_LEAST -> monitor.bindRange(value, max);
            case LESS_THAN -> {
                if (value == min) {
                    monitor.bindNothing();
                } else {
                    monitor.bindRange(min, value - 1);
                }
            }
            case GREATER_THAN -> {
                if (value == max) {
                    monitor.bindNothing();
                } else {
                    monitor.bindRange(value + 1, max);
                }
            }
            default -> throw new AssertionError(op);
        }
    }

    private void bindText(SegmentMonitor monitor) {
        final DirectBuffer buffer;
        final int offset;
        final int length;
        if (node.parameterCount() > 0) {
            buffer = parameters.buffer();
            offset = parameters.firstText(node.parameter(0));
            length = parameters.textLength(offset);
        } else {
            literal.wrap(node.text(0));
            buffer = literal;
            offset = 0;
            length = literal.capacity();
        }
        switch (op) {
            case IS -> monitor.bindText(buffer, offset, length);
            case IS_NOT -> {
                monitor.bindText(buffer, offset, length);
                monitor.complement();
            }
            case LESS_THAN, AT_MOST -> {
                monitor.begin();
                monitor.addTextRange(null, 0, 0, false, buffer, offset, length, op == Op.AT_MOST);
                monitor.end();
            }
            case GREATER_THAN, AT_LEAST -> {
                monitor.begin();
                monitor.addTextRange(buffer, offset, length, op == Op.AT_LEAST, null, 0, 0, false);
                monitor.end();
            }
            default -> throw new AssertionError(op);
        }
    }

    private void bindPattern(SegmentMonitor monitor) {
        if (pattern.isExact()) {
            monitor.bindText(pattern.prefix(), 0, pattern.prefixLength());
        } else {
            bindPrefix(monitor);
        }
        if (negated) {
            monitor.complement();
        }
    }

    private void bindSet(SegmentMonitor monitor) {
        monitor.begin();
        for (int i = 0; i < node.sortableCount(); i++) {
            monitor.addPoint(node.sortable(i));
        }
        for (int i = 0; i < node.textCount(); i++) {
            literal.wrap(node.text(i));
            monitor.addText(literal, 0, literal.capacity());
        }
        for (int i = 0; i < node.parameterCount(); i++) {
            addValues(monitor, node.parameter(i));
        }
        monitor.end();
        if (op == Op.NOT_IN) {
            monitor.complement();
        }
    }

    private void addValues(SegmentMonitor monitor, int parameter) {
        final int count = parameters.valueCount(parameter);
        if (!type.isText()) {
            for (int i = 0; i < count; i++) {
                monitor.addPoint(parameters.sortable(parameter, i));
            }
            return;
        }
        final DirectBuffer block = parameters.buffer();
        int text = parameters.firstText(parameter);
        for (int i = 0; i < count; i++) {
            monitor.addText(block, text, parameters.textLength(text));
            text = parameters.nextText(text);
        }
    }
}
