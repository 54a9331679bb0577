package io.keyfarm.query.eval;

import static io.keyfarm.query.Param.param;

import io.keyfarm.query.Condition;
import io.keyfarm.query.FieldRef;
import io.keyfarm.query.Param;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.PlanCheck;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A random condition that can be said in words and judged row by row: slow, recursive, three-valued, over Java values, and
 * written without a look at what it judges.
 */
public sealed interface Ask {
    Condition words(Table table);

    /** True, false or null for unknown. {@code given} has no entry for an absent parameter, null for one that is null. */
    @Nullable
    Boolean judge(@Nullable Object[] row, Map<String, @Nullable Object> given, boolean negated);

    /** The comparisons with values, parameters or fields it is made of. */
    List<Leaf> leaves();

    record All(List<Ask> operands, boolean and) implements Ask {
        @Override
        public List<Leaf> leaves() {
            return operands.stream().flatMap(it -> it.leaves().stream()).toList();
        }

        @Override
        public Condition words(Table table) {
            Condition all = operands.get(0).words(table);
            for (final Ask operand : operands.subList(1, operands.size())) {
                all = and ? all.and(operand.words(table)) : all.or(operand.words(table));
            }
            return all;
        }

        @Override
        public @Nullable Boolean judge(@Nullable Object[] row, Map<String, @Nullable Object> given, boolean negated) {
            boolean isUnknown = false;
            for (final Ask operand : operands) {
                final Boolean holds = operand.judge(row, given, negated);
                if (holds == null) {
                    isUnknown = true;
                } else if (holds == (and == negated)) {
                    return holds;
                }
            }
            return isUnknown ? null : (Boolean) (and != negated);
        }
    }

    record Not(Ask operand) implements Ask {
        @Override
        public List<Leaf> leaves() {
            return operand.leaves();
        }

        @Override
        public Condition words(Table table) {
            return operand.words(table).not();
        }

        @Override
        public @Nullable Boolean judge(@Nullable Object[] row, Map<String, @Nullable Object> given, boolean negated) {
            return operand.judge(row, given, !negated);
        }
    }

    record Absent(String parameter, FieldType type) implements Ask {
        @Override
        public List<Leaf> leaves() {
            return List.of();
        }

        @Override
        public Condition words(Table table) {
            return param(parameter, type).isAbsent();
        }

        @Override
        public @Nullable Boolean judge(@Nullable Object[] row, Map<String, @Nullable Object> given, boolean negated) {
            return given.containsKey(parameter) == negated;
        }
    }

    /** Of values that are computed. */
    record Computed(Question question) implements Ask {
        @Override
        public List<Leaf> leaves() {
            return List.of();
        }

        @Override
        public Condition words(Table table) {
            return question.words().apply(table);
        }

        @Override
        public @Nullable Boolean judge(@Nullable Object[] row, Map<String, @Nullable Object> given, boolean negated) {
            return question.judge(row, given, negated);
        }
    }

    /** What a parameter may be given, by its type and whether it is a set. */
    record Use(String name, FieldType type, boolean optional, boolean set, Op op) {
        Param words() {
            final Param plain = set ? param(name).set() : param(name);
            return optional ? plain.optional() : plain;
        }
    }

    /** One field with literals, parameters or another field. */
    record Leaf(
            TableSchema schema,
            int field,
            Op op,
            List<Object> values,
            @Nullable Character escape) implements Ask {
        @Override
        public List<Leaf> leaves() {
            return List.of(this);
        }

        @Override
        public Condition words(Table table) {
            final FieldRef it = table.field(schema.field(field).name());
            final Object[] said = values.stream()
                    .map(value -> value instanceof Use use
                            ? use.words()
                            : value instanceof Integer other
                                    ? table.field(schema.field(other).name())
                                    : value)
                    .toArray();
            return switch (op) {
                case IS -> it.is(said[0]);
                case IS_NOT -> it.isNot(said[0]);
                case LESS_THAN -> it.lessThan(said[0]);
                case AT_MOST -> it.atMost(said[0]);
                case GREATER_THAN -> it.greaterThan(said[0]);
                case AT_LEAST -> it.atLeast(said[0]);
                case IN -> it.in(said);
                case NOT_IN -> it.notIn(said);
                case IS_NULL -> it.isNull();
                case IS_NOT_NULL -> it.isNotNull();
                case STARTS_WITH -> it.startsWith(said[0]);
                case CONTAINS -> it.contains(said[0]);
                case LIKE -> escape == null ? it.like(said[0]) : it.like(said[0], escape);
                default -> throw new AssertionError(op);
            };
        }

        @Override
        public @Nullable Boolean judge(@Nullable Object[] row, Map<String, @Nullable Object> given, boolean negated) {
            final List<@Nullable Object> with = new ArrayList<>();
            for (final Object value : values) {
                if (value instanceof Use use) {
                    if (!given.containsKey(use.name)) {
                        return true;
                    }
                    final Object of = given.get(use.name);
                    if (of instanceof List<?> many) {
                        with.addAll(many);
                    } else {
                        with.add(of);
                    }
                } else {
                    with.add(value instanceof Integer other ? row[other] : value);
                }
            }
            final FieldType otherType = !values.isEmpty() && values.get(0) instanceof Integer other
                    ? schema.field(other).type()
                    : schema.field(field).type();
            final Boolean holds = judge(row[field], otherType, with);
            return holds == null ? null : (Boolean) (holds != negated);
        }

        private @Nullable Boolean judge(@Nullable Object it, FieldType otherType, List<@Nullable Object> with) {
            if (op == Op.IS_NULL || op == Op.IS_NOT_NULL) {
                return (it == null) == (op == Op.IS_NULL);
            }
            if (it == null) {
                return null;
            }
            final FieldType type = schema.field(field).type();
            if (op == Op.IN || op == Op.NOT_IN) {
                boolean isUnknown = false;
                for (final Object one : with) {
                    if (one == null) {
                        isUnknown = true;
                    } else if (compare(type, it, type, one) == 0) {
                        return op == Op.IN;
                    }
                }
                return isUnknown ? null : (Boolean) (op == Op.NOT_IN);
            }
            final Object one = with.get(0);
            if (one == null) {
                return null;
            }
            if (op.isPattern()) {
                return judgePattern(it, one);
            }
            final int order = compare(type, it, otherType, one);
            return switch (op) {
                case IS -> order == 0;
                case IS_NOT -> order != 0;
                case LESS_THAN -> order < 0;
                case AT_MOST -> order <= 0;
                case GREATER_THAN -> order > 0;
                case AT_LEAST -> order >= 0;
                default -> throw new AssertionError(op);
            };
        }

        private boolean judgePattern(Object it, Object pattern) {
            // Bytes as Latin-1 are text of one character a byte.
            final String text = it instanceof byte[] b ? new String(b, StandardCharsets.ISO_8859_1) : it.toString();
            final String sought =
                    pattern instanceof byte[] b ? new String(b, StandardCharsets.ISO_8859_1) : pattern.toString();
            return switch (op) {
                case STARTS_WITH -> text.startsWith(sought);
                case CONTAINS -> text.contains(sought);
                default -> regex(sought).matcher(text).matches();
            };
        }

        private Pattern regex(String like) {
            final StringBuilder regex = new StringBuilder();
            final int[] points = like.codePoints().toArray();
            for (int i = 0; i < points.length; i++) {
                if (escape != null && points[i] == escape) {
                    regex.append(Pattern.quote(Character.toString(points[++i])));
                } else if (points[i] == '%' || points[i] == '_') {
                    regex.append(points[i] == '%' ? ".*" : ".");
                } else {
                    regex.append(Pattern.quote(Character.toString(points[i])));
                }
            }
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        }
    }

    /** The order of two values that are not null. */
    static int compare(FieldType leftType, Object left, FieldType rightType, Object right) {
        return switch (leftType.kind()) {
            case FLOAT32, FLOAT64 -> floating(((Number) left).doubleValue(), ((Number) right).doubleValue());
            case BYTES -> Arrays.compareUnsigned((byte[]) left, (byte[]) right);
            case CHAR, VARCHAR -> {
                final boolean bothPadded = leftType.kind() == FieldKind.CHAR && rightType.kind() == FieldKind.CHAR;
                yield Arrays.compareUnsigned(utf8(left, bothPadded), utf8(right, bothPadded));
            }
            case DECIMAL -> ((BigDecimal) left).compareTo((BigDecimal) right);
            case BOOL -> ((Boolean) left).compareTo((Boolean) right);
            case DATE -> ((LocalDate) left).compareTo((LocalDate) right);
            case TIMESTAMP -> ((Instant) left).compareTo((Instant) right);
            default -> ((Long) left).compareTo((Long) right);
        };
    }

    private static int floating(double left, double right) {
        return left == right ? 0 : Double.compare(left, right);
    }

    private static byte[] utf8(Object text, boolean padded) {
        final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (!padded) {
            return bytes;
        }
        final byte[] wide = Arrays.copyOf(bytes, 64);
        Arrays.fill(wide, bytes.length, wide.length, (byte) ' ');
        return wide;
    }

    /** Makes conditions over some fields of a schema, and remembers their parameters. */
    final class Maker {
        private final Random random;
        private final TableSchema schema;
        private final int[] fields;
        public final List<Use> uses = new ArrayList<>();
        /** What was made last, and so all of it. */
        private @Nullable Ask made;

        public Maker(Random random, TableSchema schema) {
            this.random = random;
            this.schema = schema;
            fields = random.ints(1 + random.nextInt(3), 0, schema.fieldCount()).toArray();
        }

        public Ask condition(int depth) {
            made = anyCondition(depth);
            return made;
        }

        private Ask anyCondition(int depth) {
            final int dice = random.nextInt(10);
            if (depth == 0 || dice < 3) {
                return leaf();
            }
            if (dice < 5) {
                return new Not(condition(depth - 1));
            }
            final List<Ask> operands = new ArrayList<>();
            final int count = 2 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                operands.add(condition(depth - 1));
            }
            return new All(operands, random.nextBoolean());
        }

        /** What may be asked of a field of this type. */
        public static List<Op> ops(FieldType type) {
            return Arrays.stream(Op.values())
                    .filter(op -> !op.isCombining() && op != Op.IS_ABSENT && PlanCheck.fits(op, type))
                    .toList();
        }

        /** One that no row or parameter is trouble to. */
        Ask tameCondition(int depth) {
            return condition(depth);
        }

        private Ask leaf() {
            if (random.nextInt(4) == 0) {
                return new Computed(new FormulaMaker(random, schema, this, true).question(1 + random.nextInt(2)));
            }
            final int field = fields[random.nextInt(fields.length)];
            final List<Op> ops = ops(schema.field(field).type());
            return leaf(field, ops.get(random.nextInt(ops.size())));
        }

        /** A comparison of this field, with random values. */
        public Ask leaf(int field, Op op) {
            made = anyLeaf(field, op);
            return made;
        }

        private Ask anyLeaf(int field, Op op) {
            final FieldType type = schema.field(field).type();
            if (op == Op.IS_NULL || op == Op.IS_NOT_NULL) {
                return new Leaf(schema, field, op, List.of(), null);
            }
            if (op.isComparison() && random.nextInt(5) == 0) {
                final int[] others = IntStream.range(0, schema.fieldCount())
                        .filter(other -> PlanCheck.areComparable(
                                type, schema.field(other).type()))
                        .toArray();
                return new Leaf(schema, field, op, List.of((Object) others[random.nextInt(others.length)]), null);
            }
            final boolean hasEscape = op == Op.LIKE && random.nextInt(3) == 0;
            final List<Object> values = new ArrayList<>();
            final int count = op == Op.IN || op == Op.NOT_IN ? random.nextInt(12) : 1;
            for (int i = 0; i < count; i++) {
                values.add(random.nextInt(3) == 0 ? use(op, type, hasEscape) : literal(op, type, hasEscape));
            }
            final Ask leaf = new Leaf(schema, field, op, values, hasEscape ? '!' : null);
            if (values.size() == 1 && values.get(0) instanceof Use use && use.optional && random.nextInt(3) == 0) {
                final Ask absent = new Absent(use.name, use.type);
                return use.set ? leaf : new All(List.of(absent, leaf), false);
            }
            return leaf;
        }

        private Use use(Op op, FieldType type, boolean hasEscape) {
            final FieldType of = PlanCheck.valueType(op, type);
            // Sometimes a parameter that is there already; never a pattern with an escape, where others have none.
            for (final Use use : uses) {
                if (!hasEscape
                        && !op.isPattern()
                        && !use.op.isPattern()
                        && use.type.equals(of)
                        && random.nextBoolean()) {
                    if (!use.set || op == Op.IN || op == Op.NOT_IN) {
                        return use;
                    }
                }
            }
            final boolean set = (op == Op.IN || op == Op.NOT_IN) && random.nextBoolean();
            final Use use = new Use("p" + uses.size() + (hasEscape ? "e" : ""), of, random.nextInt(3) > 0, set, op);
            uses.add(use);
            return use;
        }

        Object literal(Op op, FieldType type, boolean hasEscape) {
            final Object value = RandomTable.value(PlanCheck.valueType(op, type), random);
            return op == Op.LIKE ? like(value.toString(), hasEscape) : value;
        }

        private String like(String text, boolean hasEscape) {
            final StringBuilder like = new StringBuilder();
            text.codePoints().forEach(c -> {
                switch (random.nextInt(8)) {
                    case 0 -> like.append('_');
                    case 1 -> like.append('%');
                    case 2 -> like.append(hasEscape ? "!" : "").appendCodePoint(c);
                    default -> like.appendCodePoint(c);
                }
            });
            return like.append(random.nextInt(3) == 0 ? "%" : "").toString();
        }

        /** Of parameters that were thought of, some are in formulas that were not taken. */
        private Set<String> used() {
            final Table table = Table.of(schema);
            return made == null
                    ? uses.stream().map(Use::name).collect(Collectors.toSet())
                    : Query.from(table).where(made.words(table)).compile().parameters().stream()
                            .map(Parameter::name)
                            .collect(Collectors.toSet());
        }

        /** What a run gives the parameters: a value, null, or for an optional one perhaps nothing. */
        public Map<String, @Nullable Object> given() {
            return given(used());
        }

        /** As {@link #given}, also of those that no condition has. */
        public Map<String, @Nullable Object> givenAll() {
            return given(uses.stream().map(Use::name).collect(Collectors.toSet()));
        }

        private Map<String, @Nullable Object> given(Set<String> used) {
            final Map<String, @Nullable Object> given = new TreeMap<>();
            for (final Use use : uses) {
                final int dice = random.nextInt(10);
                if (!used.contains(use.name) || (use.optional && dice < 3)) {
                    continue;
                }
                if (use.set) {
                    final List<Object> many = new ArrayList<>();
                    for (int i = random.nextInt(5); i > 0; i--) {
                        many.add(RandomTable.value(use.type, random));
                    }
                    given.put(use.name, many);
                } else {
                    given.put(use.name, dice == 9 ? null : literal(use.op, use.type, use.name.endsWith("e")));
                }
            }
            return given;
        }
    }
}
