package io.keyfarm.query;

import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.PlanCheck;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A field of a table, to say conditions and orders with. Immutable.
 *
 * <p>What it is compared with is a Java value that its type can hold ({@link Values} lists them), a {@link Param}, or
 * another field of the same family: whole numbers with each other, float32 with float64, char with varchar (which sees
 * no padding), everything else with its own type. No comparison finds a null; only {@link #isNull} does.
 */
public final class FieldRef extends Expr {
    private static final byte[][] NO_TEXTS = {};
    private static final long[] NO_SORTABLES = {};

    private final TableSchema schema;
    private final int index;
    private final Field field;

    FieldRef(TableSchema schema, int index) {
        this.schema = schema;
        this.index = index;
        this.field = schema.field(index);
    }

    public String name() {
        return field.name();
    }

    @Override
    public FieldType type() {
        return field.type();
    }

    public TableSchema schema() {
        return schema;
    }

    int index() {
        return index;
    }

    Body.Use use() {
        return new Body.Use(schema, index);
    }

    @Override
    Body body() {
        return Body.of(Node.field(0), List.of(), use());
    }

    /** Under its own name. */
    public Column column() {
        return as(name());
    }

    @Override
    public Condition is(Object value) {
        return compared(Op.IS, value);
    }

    @Override
    public Condition isNot(Object value) {
        return compared(Op.IS_NOT, value);
    }

    @Override
    public Condition lessThan(Object value) {
        return compared(Op.LESS_THAN, value);
    }

    @Override
    public Condition atMost(Object value) {
        return compared(Op.AT_MOST, value);
    }

    @Override
    public Condition greaterThan(Object value) {
        return compared(Op.GREATER_THAN, value);
    }

    @Override
    public Condition atLeast(Object value) {
        return compared(Op.AT_LEAST, value);
    }

    /** One of these values and parameters; one {@code Iterable} stands for what it holds. No value: no row. */
    @Override
    public Condition in(Object... values) {
        return ofSet(Op.IN, values);
    }

    /** One of the values that the run gives the parameter. */
    @Override
    public Condition in(Param values) {
        return ofSet(Op.IN, values.set());
    }

    /** Some other value, and not null. */
    @Override
    public Condition notIn(Object... values) {
        return ofSet(Op.NOT_IN, values);
    }

    @Override
    public Condition notIn(Param values) {
        return ofSet(Op.NOT_IN, values.set());
    }

    @Override
    public Condition isNull() {
        return leaf(Node.ofField(Op.IS_NULL, 0), List.of());
    }

    @Override
    public Condition isNotNull() {
        return leaf(Node.ofField(Op.IS_NOT_NULL, 0), List.of());
    }

    /** Text or bytes that begin so; of a {@code char(n)}, without its padding. */
    @Override
    public Condition startsWith(Object prefix) {
        return pattern(Op.STARTS_WITH, prefix, Node.NONE);
    }

    @Override
    public Condition contains(Object piece) {
        return pattern(Op.CONTAINS, piece, Node.NONE);
    }

    /** As in SQL: {@code %} stands for any text, {@code _} for any one character; the padding of a {@code char(n)} is no text. */
    @Override
    public Condition like(Object pattern) {
        return pattern(Op.LIKE, pattern, Node.NONE);
    }

    /** A character behind {@code escape} stands for itself. */
    @Override
    public Condition like(Object pattern, char escape) {
        Asking.requireEscape(this, escape);
        return pattern(Op.LIKE, pattern, escape);
    }

    public Order ascending() {
        return new Order(this, false);
    }

    public Order descending() {
        return new Order(this, true);
    }

    private Condition leaf(Node node, List<Param> params) {
        return new Condition(Body.of(node, params, use()));
    }

    @Override
    Condition compared(Op op, Object value) {
        if (value instanceof FieldRef other) {
            if (!PlanCheck.areComparable(type(), other.type())) {
                if (ValueTypes.common(type(), other.type()) != null) {
                    return super.compared(op, other);
                }
                throw new BadQueryException("%s is %s, and cannot be compared with %s, which is %s"
                        .formatted(name(), type(), other.name(), other.type()));
            }
            final List<Body.Use> uses = new ArrayList<>(List.of(use()));
            final int place = Body.mergeField(uses, other.use());
            return new Condition(new Body(uses, List.of(), List.of(Node.ofFields(op, 0, place))));
        }
        if (value instanceof Expr) {
            return super.compared(op, value);
        }
        return ofValues(op, List.of(requireValue(op, value)), Node.NONE);
    }

    private Condition pattern(Op op, Object pattern, int escape) {
        if (!PlanCheck.fits(op, type())) {
            throw new BadQueryException(name() + " is " + type() + ", not text, so it is not asked what it "
                    + (op == Op.LIKE ? "is like" : op.word()));
        }
        if (pattern instanceof Expr && op != Op.LIKE) {
            return super.compared(op, pattern);
        }
        return ofValues(op, List.of(requireValue(op, pattern)), escape);
    }

    private Condition ofSet(Op op, Object... values) {
        final List<Object> all = new ArrayList<>();
        if (values.length == 1 && values[0] instanceof Iterable<?> many) {
            many.forEach(value -> all.add(requireValue(op, value)));
        } else {
            Arrays.stream(values).forEach(value -> all.add(requireValue(op, value)));
        }
        return ofValues(op, all, Node.NONE);
    }

    private Object requireValue(Op op, Object value) {
        // Whoever calls from code that knows no @Nullable gets the better message.
        if (value == null) {
            throw new BadQueryException(name() + " " + op.word() + " null finds nothing; null is found by isNull()");
        }
        if (value instanceof Param param && param.isSet() && op != Op.IN && op != Op.NOT_IN) {
            throw new BadQueryException(name() + " " + op.word() + " one value, but :" + param.name() + " is a set");
        }
        return value;
    }

    private Condition ofValues(Op op, List<Object> values, int escape) {
        final FieldType type = PlanCheck.valueType(op, type());
        final List<byte[]> texts = new ArrayList<>();
        final List<Long> sortables = new ArrayList<>();
        final List<Param> params = new ArrayList<>();
        final List<Integer> places = new ArrayList<>();
        for (final Object value : values) {
            if (value instanceof Param param) {
                places.add(Body.mergeParam(params, param.typed(type, name())));
            } else if (value instanceof Expr) {
                throw new BadQueryException(name() + " " + op.word() + " takes values, not fields");
            } else if (!type.isText()) {
                sortables.add(Values.toSortable(field, value));
            } else {
                texts.add(op.isPattern() ? patternText(op, value, escape) : Values.toText(field, value));
            }
        }
        return leaf(
                Node.ofValues(
                        op,
                        0,
                        sortables.isEmpty()
                                ? NO_SORTABLES
                                : sortables.stream().mapToLong(Long::longValue).toArray(),
                        texts.toArray(NO_TEXTS),
                        places.stream().mapToInt(Integer::intValue).toArray(),
                        escape),
                params);
    }

    private byte[] patternText(Op op, Object value, int escape) {
        final byte[] text = Values.toText(new Field(name(), PlanCheck.valueType(op, type()), false), value);
        try {
            PlanCheck.requirePattern(name(), op, text, escape);
        } catch (BadPlanException e) {
            throw new BadQueryException(e.getMessage());
        }
        return text;
    }

    @Override
    public String toString() {
        return name();
    }
}
