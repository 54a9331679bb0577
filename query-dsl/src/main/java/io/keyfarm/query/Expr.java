package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.TimeUnits;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.FieldType;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A typed value that is computed from a row, or from two that are joined: a field, a constant, a parameter, or what words
 * make of them. Immutable.
 *
 * <p>Whatever stands in a word beside the expression is another one, a {@link Param}, or a Java value. A null makes the
 * result null, but for {@link #coalesce} and {@link #caseWhen}. Whole numbers compute as int64 and decimals as
 * decimal(18,s); what does not fit fails the query. Floating point follows IEEE 754.
 */
public abstract sealed class Expr permits FieldRef, Computed {
    Expr() {}

    public abstract FieldType type();

    abstract Body body();

    /** A constant, to begin with; for a parameter, one that was given its type. */
    public static Expr value(Object value) {
        final Object given = Operands.require("value", value);
        if (given instanceof Param param && param.type() == null) {
            throw new BadQueryException(":" + param.name() + " stands alone, so give it a type: param(\"" + param.name()
                    + "\", FieldType.INT64)");
        }
        return Operands.of(given, FieldType.INT64, "value");
    }

    /** The value where the condition holds; more by {@code when}, and the rest by {@code otherwise}. */
    public static CaseWhen caseWhen(Condition condition, Object value) {
        return new CaseWhen(condition, value);
    }

    /** The first that is not null. */
    public static Expr coalesce(Object... values) {
        Arrays.stream(values).forEach(value -> Operands.require("coalesce", value));
        return made(Op.COALESCE, Node.NONE, Operands.ofOneType("coalesce", List.of(values)));
    }

    /** The texts one behind another; null if one of them is. */
    public static Expr concat(Object... texts) {
        return made(
                Op.CONCAT,
                Node.NONE,
                Arrays.stream(texts)
                        .map(text -> Operands.of(Operands.require("concat", text), FieldType.VARCHAR, "concat"))
                        .toList());
    }

    public Expr plus(Object other) {
        return computed(Op.PLUS, other);
    }

    /** Of two dates the days, and of two timestamps the microseconds, from the other to this. */
    public Expr minus(Object other) {
        return computed(Op.MINUS, other);
    }

    public Expr times(Object other) {
        return computed(Op.TIMES, other);
    }

    /** As float64, whatever is divided; whole numbers by {@link #quotient}. */
    public Expr dividedBy(Object other) {
        return computed(Op.DIVIDED_BY, other);
    }

    /** How often a whole number goes into this one, towards zero. By zero the query fails. */
    public Expr quotient(Object other) {
        return computed(Op.QUOTIENT, other);
    }

    /** What {@link #quotient} leaves, with the sign of this. */
    public Expr remainder(Object other) {
        return computed(Op.REMAINDER, other);
    }

    public Expr negated() {
        return computed(Op.NEGATED);
    }

    public Expr abs() {
        return computed(Op.ABS);
    }

    /** To so many digits behind the point, halves away from zero. */
    public Expr round(int digits) {
        return made(Op.ROUND, digits, List.of(this));
    }

    /** The largest whole number that is not above; of a decimal an int64. */
    public Expr floor() {
        return computed(Op.FLOOR);
    }

    /** The smallest whole number that is not below; of a decimal an int64. */
    public Expr ceil() {
        return computed(Op.CEIL);
    }

    /** Character by character, in all scripts that have cases. */
    public Expr upper() {
        return computed(Op.UPPER);
    }

    public Expr lower() {
        return computed(Op.LOWER);
    }

    /** Without blanks at either end. */
    public Expr trim() {
        return computed(Op.TRIM);
    }

    /** The characters from this place on, the first of them being 1, as far as there are any. */
    public Expr substring(Object from, Object length) {
        return made(Op.SUBSTRING, Node.NONE, List.of(this, whole(from), whole(length)));
    }

    /** In characters. */
    public Expr length() {
        return computed(Op.LENGTH);
    }

    /** All of {@code what}, from the left, as {@code by}. */
    public Expr replace(Object what, Object by) {
        return made(Op.REPLACE, Node.NONE, List.of(this, text(what), text(by)));
    }

    /** Where the piece first begins, in characters from 1; 0 if it is not there. */
    public Expr position(Object piece) {
        return made(Op.POSITION, Node.NONE, List.of(this, text(piece)));
    }

    public Expr year() {
        return computed(Op.YEAR);
    }

    /** 1 to 12. */
    public Expr month() {
        return computed(Op.MONTH);
    }

    /** 1 to 31. */
    public Expr day() {
        return computed(Op.DAY);
    }

    public Expr plusDays(Object days) {
        return made(Op.PLUS_DAYS, Node.NONE, List.of(this, whole(days)));
    }

    /** A day that the month has not becomes its last. */
    public Expr plusMonths(Object months) {
        return made(Op.PLUS_MONTHS, Node.NONE, List.of(this, whole(months)));
    }

    public Expr plusSeconds(Object seconds) {
        return made(Op.PLUS_SECONDS, Node.NONE, List.of(this, whole(seconds)));
    }

    public Expr plusMicros(Object micros) {
        return made(Op.PLUS_MICROS, Node.NONE, List.of(this, whole(micros)));
    }

    public Expr daysUntil(Object date) {
        final Expr other = Operands.compared(Operands.require("daysUntil", date), FieldType.DATE, "daysUntil");
        return made(Op.DAYS_UNTIL, Node.NONE, List.of(this, other));
    }

    /** The start of the second to year, in UTC, that it lies in; a week begins on Monday. */
    public Expr truncatedTo(ChronoUnit unit) {
        final int code = TimeUnits.code(unit);
        if (code == Node.NONE) {
            throw new BadQueryException(this + " is truncated to seconds, minutes, hours, days, weeks, months or years,"
                    + " not to " + unit);
        }
        return made(Op.TRUNCATED_TO, code, List.of(this));
    }

    /** The same value as another type; what that type cannot hold fails the query. */
    public Expr to(FieldType wanted) {
        final FieldType made = ValueTypes.result(Op.TO, List.of(type()), Node.NONE, wanted);
        if (made == null) {
            throw new BadQueryException(this + " is " + type() + ", of which no " + wanted + " can be made");
        }
        return new Computed(Body.combining(Node.to(wanted), body()), made);
    }

    /** The name by which it stands in the rows that are made of it. */
    public Column as(String name) {
        return new Column(this, name);
    }

    public Condition is(Object value) {
        return compared(Op.IS, value);
    }

    public Condition isNot(Object value) {
        return compared(Op.IS_NOT, value);
    }

    public Condition lessThan(Object value) {
        return compared(Op.LESS_THAN, value);
    }

    public Condition atMost(Object value) {
        return compared(Op.AT_MOST, value);
    }

    public Condition greaterThan(Object value) {
        return compared(Op.GREATER_THAN, value);
    }

    public Condition atLeast(Object value) {
        return compared(Op.AT_LEAST, value);
    }

    /** Both ends included. */
    public Condition between(Object low, Object high) {
        return atLeast(low).and(atMost(high));
    }

    /** One of these values and parameters; one {@code Iterable} stands for what it holds. No value: no row. */
    public Condition in(Object... values) {
        return Asking.ofSet(this, Op.IN, values);
    }

    /** One of the values that the run gives the parameter. */
    public Condition in(Param values) {
        return Asking.ofSet(this, Op.IN, values.set());
    }

    /** Some other value, and not null. */
    public Condition notIn(Object... values) {
        return Asking.ofSet(this, Op.NOT_IN, values);
    }

    public Condition notIn(Param values) {
        return Asking.ofSet(this, Op.NOT_IN, values.set());
    }

    public Condition isNull() {
        return Asking.of(Node.computing(Op.IS_NULL, Node.NONE), this);
    }

    public Condition isNotNull() {
        return Asking.of(Node.computing(Op.IS_NOT_NULL, Node.NONE), this);
    }

    /** Text or bytes that begin so. */
    public Condition startsWith(Object prefix) {
        return compared(Op.STARTS_WITH, prefix);
    }

    public Condition contains(Object piece) {
        return compared(Op.CONTAINS, piece);
    }

    /** As in SQL: {@code %} stands for any text, {@code _} for any one character. */
    public Condition like(Object pattern) {
        return Asking.pattern(this, Op.LIKE, Node.NONE, pattern);
    }

    /** A character behind {@code escape} stands for itself. */
    public Condition like(Object pattern, char escape) {
        return Asking.pattern(this, Op.LIKE, Asking.requireEscape(this, escape), pattern);
    }

    /** Whether the regular expression, of RE2's syntax, matches all of the text; {@code .*} stands for any. */
    public Condition matches(Object regex) {
        return Asking.pattern(this, Op.MATCHES, Node.NONE, regex);
    }

    /** Whether both have the same Soundex code, by the letters A to Z; text without one sounds like nothing. */
    public Condition soundsLike(Object text) {
        return Asking.of(
                Node.computing(Op.SOUNDS_LIKE, Node.NONE),
                this,
                Asking.operand(this, Op.SOUNDS_LIKE, Operands.require("soundsLike", text)));
    }

    /** Whether at most so many characters, 0 to 16, put in, left out or replaced make one text of the other. */
    public Condition withinEdits(Object text, int edits) {
        return Asking.of(
                Node.computing(Op.WITHIN_EDITS, edits),
                this,
                Asking.operand(this, Op.WITHIN_EDITS, Operands.require("withinEdits", text)));
    }

    /** What a field says otherwise, where a monitor can say it. */
    Condition compared(Op op, Object value) {
        final Object given = Operands.require(this + " " + op.word(), value);
        return Asking.of(Node.computing(op, Node.NONE), this, Asking.operand(this, op, given));
    }

    private Expr whole(Object value) {
        return Operands.of(Operands.require("null", value), FieldType.INT64, toString());
    }

    private Expr text(Object value) {
        return Operands.of(Operands.require("null", value), FieldType.VARCHAR, toString());
    }

    private Expr computed(Op op) {
        return made(op, Node.NONE, List.of(this));
    }

    private Expr computed(Op op, Object other) {
        final Object given = Operands.require(this + " " + op.word(), other);
        return made(op, Node.NONE, List.of(this, Operands.of(given, ValueTypes.computed(type()), toString())));
    }

    private static Expr made(Op op, int argument, List<Expr> operands) {
        final List<FieldType> types = operands.stream().map(Expr::type).toList();
        final @Nullable FieldType type =
                ValueTypes.takes(op, operands.size()) ? ValueTypes.result(op, types, argument, null) : null;
        if (type == null) {
            throw wrongTypes(op, operands);
        }
        final List<Body> bodies = new ArrayList<>();
        operands.forEach(operand -> bodies.add(operand.body()));
        return new Computed(Body.combining(Node.computing(op, argument), List.of(), bodies), type);
    }

    static BadQueryException wrongTypes(Op op, List<Expr> operands) {
        return new BadQueryException("'%s' takes %s, but %s"
                .formatted(
                        op.word(),
                        ValueTypes.wanted(op),
                        operands.stream().map(it -> it + " is " + it.type()).collect(Collectors.joining(" and "))));
    }
}
