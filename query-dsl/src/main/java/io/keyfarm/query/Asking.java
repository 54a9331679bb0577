package io.keyfarm.query;

import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.PlanCheck;
import io.keyfarm.query.plan.Regexes;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conditions made of expressions: the words of {@link Expr} that answer one. */
final class Asking {
    private static final byte[][] NO_TEXTS = {};

    private Asking() {}

    static Condition of(Node node, Expr... operands) {
        final List<FieldType> types = Arrays.stream(operands).map(Expr::type).toList();
        if (!ValueTypes.isAsked(node.op(), types, node.argument())) {
            throw Expr.wrongTypes(node.op(), List.of(operands));
        }
        return new Condition(Body.combining(
                node, List.of(), Arrays.stream(operands).map(Expr::body).toList()));
    }

    static Expr operand(Expr expr, Op op, Object value) {
        if (op.isComparison() || op.isPattern()) {
            return Operands.compared(value, expr.type(), expr.toString());
        }
        return Operands.of(value, FieldType.VARCHAR, expr.toString());
    }

    static Condition pattern(Expr expr, Op op, int escape, Object pattern) {
        final Object given = Operands.require(expr + " " + op.word(), pattern);
        if (given instanceof Expr) {
            throw new BadQueryException(
                    expr + " " + op.word() + " a text or parameter, not what is computed: " + given);
        }
        final Expr operand = Operands.of(given, FieldType.VARCHAR, expr.toString());
        if (given instanceof String text) {
            requirePattern(expr, op, text, escape);
        }
        return of(op == Op.LIKE ? Node.ofLike(escape) : Node.computing(op, Node.NONE), expr, operand);
    }

    private static void requirePattern(Expr expr, Op op, String pattern, int escape) {
        try {
            PlanCheck.requirePatternText(expr.toString(), op, Values.toText(FieldType.VARCHAR, pattern), escape);
            if (op == Op.MATCHES) {
                Regexes.compile(pattern);
            }
        } catch (BadPlanException e) {
            throw new BadQueryException(e.getMessage());
        }
    }

    static char requireEscape(Expr expr, char escape) {
        if (!PlanCheck.isEscapeCharacter(escape)) {
            throw new BadQueryException(expr + " is like a pattern whose escape is '" + escape
                    + "'; an escape is one visible ASCII character other than % and _");
        }
        return escape;
    }

    static Condition ofSet(Expr expr, Op op, Object... values) {
        final FieldType type = ValueTypes.computed(expr.type());
        final List<Object> all = new ArrayList<>();
        if (values.length == 1 && values[0] instanceof Iterable<?> many) {
            many.forEach(all::add);
        } else {
            all.addAll(Arrays.asList(values));
        }
        final List<Long> sortables = new ArrayList<>();
        final List<byte[]> texts = new ArrayList<>();
        final List<Param> params = new ArrayList<>();
        for (final Object value : all) {
            final Object given = Operands.require(expr + " " + op.word(), value);
            if (given instanceof Param param) {
                params.add(param.typed(type, expr.toString()));
            } else if (given instanceof Expr other) {
                throw new BadQueryException(expr + " " + op.word() + " takes values, not expressions: " + other);
            } else if (type.isText()) {
                texts.add(Values.toText(type, given));
            } else {
                sortables.add(sortable(expr, type, given));
            }
        }
        final int[] places = new int[params.size()];
        Arrays.setAll(places, i -> i);
        final Node node = Node.ofSet(
                op, type, sortables.stream().mapToLong(Long::longValue).toArray(), texts.toArray(NO_TEXTS), places);
        return new Condition(Body.combining(node, params, List.of(expr.body())));
    }

    private static long sortable(Expr expr, FieldType type, Object value) {
        try {
            return Values.toSortable(new Field("it", type, false), value);
        } catch (BadValueException e) {
            throw new BadQueryException("'" + expr + "' is compared with " + value + ": " + e.getMessage());
        }
    }
}
