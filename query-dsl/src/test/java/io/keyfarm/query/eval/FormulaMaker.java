package io.keyfarm.query.eval;

import static io.keyfarm.query.Param.param;

import io.keyfarm.query.Expr;
import io.keyfarm.query.Param;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ValueTypes;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes formulas over the fields of a schema. What is tame never is trouble, whatever the rows and parameters hold. */
final class FormulaMaker {
    enum Family {
        WHOLE,
        DECIMAL,
        FLOAT,
        TEXT,
        DATE,
        TIME,
        BOOL
    }

    private static final List<ChronoUnit> UNITS = List.of(
            ChronoUnit.SECONDS,
            ChronoUnit.MINUTES,
            ChronoUnit.HOURS,
            ChronoUnit.DAYS,
            ChronoUnit.WEEKS,
            ChronoUnit.MONTHS,
            ChronoUnit.YEARS);

    private final Random random;
    private final TableSchema schema;
    private final Ask.Maker asks;
    private final boolean tame;

    FormulaMaker(Random random, TableSchema schema, Ask.Maker asks, boolean tame) {
        this.random = random;
        this.schema = schema;
        this.asks = asks;
        this.tame = tame;
    }

    Formula any(int depth) {
        return of(Family.values()[random.nextInt(Family.values().length)], depth);
    }

    Formula number(int depth) {
        return of(Family.values()[random.nextInt(3)], depth);
    }

    Formula of(Family family, int depth) {
        if (depth <= 0) {
            return leaf(family);
        }
        return switch (random.nextInt(10)) {
            case 0 -> leaf(family);
            case 1 -> cases(family, depth);
            case 2 -> coalesce(family, depth);
            default -> computed(family, depth);
        };
    }

    private Formula computed(Family family, int depth) {
        return switch (family) {
            case WHOLE -> whole(depth);
            case DECIMAL -> decimal(depth);
            case FLOAT -> floating(depth);
            case TEXT -> text(depth);
            case DATE -> date(depth);
            case TIME -> time(depth);
            case BOOL -> leaf(family);
        };
    }

    private Formula leaf(Family family) {
        final List<Integer> fields = new ArrayList<>();
        for (int i = 0; i < schema.fieldCount(); i++) {
            if (familyOf(schema.field(i).type()) == family) {
                fields.add(i);
            }
        }
        final int dice = random.nextInt(8);
        if (dice < 5 && !fields.isEmpty()) {
            return field(fields.get(random.nextInt(fields.size())));
        }
        return dice < 7 ? constant(family) : parameter(family);
    }

    static @Nullable Family familyOf(FieldType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> Family.WHOLE;
            case DECIMAL -> Family.DECIMAL;
            case FLOAT32, FLOAT64 -> Family.FLOAT;
            case CHAR, VARCHAR -> Family.TEXT;
            case DATE -> Family.DATE;
            case TIMESTAMP -> Family.TIME;
            case BOOL -> Family.BOOL;
            case BYTES -> null;
        };
    }

    Formula field(int index) {
        final String name = schema.field(index).name();
        return new Formula(
                schema.field(index).type(),
                table -> table.field(name),
                (row, given) -> Formula.held(row[index]),
                Set.of());
    }

    private static FieldType typeOf(Family family) {
        return switch (family) {
            case WHOLE -> FieldType.INT64;
            case DECIMAL -> FieldType.decimal(18, 2);
            case FLOAT -> FieldType.FLOAT64;
            case TEXT -> FieldType.VARCHAR;
            case DATE -> FieldType.DATE;
            case TIME -> FieldType.TIMESTAMP;
            case BOOL -> FieldType.BOOL;
        };
    }

    Formula constant(Family family) {
        final FieldType type =
                family == Family.DECIMAL ? FieldType.decimal(18, tame ? 2 : random.nextInt(4)) : typeOf(family);
        final Object value = RandomTable.value(type, random);
        return new Formula(type, table -> Expr.value(value), (row, given) -> Formula.held(value), Set.of());
    }

    private Formula parameter(Family family) {
        final FieldType type = typeOf(family);
        final Ask.Use use = new Ask.Use("p" + asks.uses.size(), type, random.nextInt(3) > 0, false, Op.IS);
        asks.uses.add(use);
        final Param plain = param(use.name(), type);
        final Param said = use.optional() ? plain.optional() : plain;
        return new Formula(
                type,
                table -> Expr.value(said),
                (row, given) -> Formula.held(given.get(use.name())),
                Set.of(use.name()));
    }

    private Formula small() {
        final long value = random.nextInt(7) - 3L;
        return new Formula(FieldType.INT64, table -> Expr.value(value), (row, given) -> value, Set.of());
    }

    /** A whole number that computes with another without trouble, or any. */
    private Formula wholeOperand(int depth) {
        if (!tame) {
            return of(Family.WHOLE, depth - 1);
        }
        final int[] fields = java.util.stream.IntStream.range(0, schema.fieldCount())
                .filter(i -> ValueTypes.isWhole(schema.field(i).type())
                        && schema.field(i).type().kind() != FieldKind.INT64)
                .toArray();
        return random.nextInt(3) == 0 ? small() : field(fields[random.nextInt(fields.length)]);
    }

    private static Set<String> parameters(List<Formula> operands) {
        final Set<String> all = new HashSet<>();
        operands.forEach(operand -> all.addAll(operand.parameters()));
        return all;
    }

    private static Formula one(FieldType type, Formula of, UnaryOperator<Expr> words, Formula.Rule rule) {
        return new Formula(
                type,
                table -> words.apply(of.words().apply(table)),
                Formula.strict(List.of(of), rule),
                of.parameters());
    }

    private static Formula two(
            FieldType type, Formula left, Formula right, BinaryOperator<Expr> words, Formula.Rule rule) {
        final List<Formula> both = List.of(left, right);
        return new Formula(
                type,
                table -> words.apply(left.words().apply(table), right.words().apply(table)),
                Formula.strict(both, rule),
                parameters(both));
    }

    private static long whole(Object value) {
        return (Long) value;
    }

    private Formula whole(int depth) {
        final Formula a = wholeOperand(depth);
        final FieldType int64 = FieldType.INT64;
        return switch (random.nextInt(15)) {
            case 0 -> two(int64, a, wholeOperand(depth), Expr::plus, v -> Math.addExact(whole(v[0]), whole(v[1])));
            case 1 ->
                two(int64, a, wholeOperand(depth), Expr::minus, v -> Math.subtractExact(whole(v[0]), whole(v[1])));
            case 2 ->
                two(
                        int64,
                        a,
                        tame ? small() : wholeOperand(depth),
                        Expr::times,
                        v -> Math.multiplyExact(whole(v[0]), whole(v[1])));
            case 3 ->
                two(int64, a, divisor(depth), Expr::quotient, v -> {
                    if (whole(v[0]) == Long.MIN_VALUE && whole(v[1]) == -1) {
                        throw new Formula.Trouble("too large");
                    }
                    return whole(v[0]) / whole(v[1]);
                });
            case 4 -> two(int64, a, divisor(depth), Expr::remainder, v -> whole(v[0]) % whole(v[1]));
            case 5 -> one(int64, a, Expr::negated, v -> Math.negateExact(whole(v[0])));
            case 6 -> one(int64, a, Expr::abs, v -> whole(v[0]) < 0 ? Math.negateExact(whole(v[0])) : whole(v[0]));
            case 7 ->
                one(int64, of(Family.TEXT, depth - 1), Expr::length, v ->
                        (long) v[0].toString().codePointCount(0, v[0].toString().length()));
            case 8 ->
                two(int64, of(Family.TEXT, depth - 1), of(Family.TEXT, 0), Expr::position, v -> {
                    final int at = v[0].toString().indexOf(v[1].toString());
                    return at < 0 ? 0L : v[0].toString().codePointCount(0, at) + 1L;
                });
            case 9 -> {
                final Formula day = of(random.nextBoolean() ? Family.DATE : Family.TIME, depth - 1);
                yield switch (random.nextInt(3)) {
                    case 0 -> one(int64, day, Expr::year, v -> (long) day(v[0]).getYear());
                    case 1 -> one(int64, day, Expr::month, v -> (long) day(v[0]).getMonthValue());
                    default -> one(int64, day, Expr::day, v -> (long) day(v[0]).getDayOfMonth());
                };
            }
            case 10 -> {
                final Formula from = of(Family.DATE, depth - 1);
                final Formula to = of(Family.DATE, 0);
                yield random.nextBoolean()
                        ? two(
                                int64,
                                from,
                                to,
                                Expr::daysUntil,
                                v -> day(v[1]).toEpochDay() - day(v[0]).toEpochDay())
                        : two(
                                int64,
                                from,
                                to,
                                Expr::minus,
                                v -> day(v[0]).toEpochDay() - day(v[1]).toEpochDay());
            }
            case 11 -> {
                final Formula number = of(Family.DECIMAL, depth - 1);
                yield random.nextBoolean()
                        ? one(
                                int64,
                                number,
                                Expr::floor,
                                v -> ((BigDecimal) v[0])
                                        .setScale(0, RoundingMode.FLOOR)
                                        .longValueExact())
                        : one(
                                int64,
                                number,
                                Expr::ceil,
                                v -> ((BigDecimal) v[0])
                                        .setScale(0, RoundingMode.CEILING)
                                        .longValueExact());
            }
            case 12 -> one(int64, a, it -> it.round(2), v -> v[0]);
            case 13 ->
                tame
                        ? a
                        : two(
                                int64,
                                of(Family.TIME, 0),
                                of(Family.TIME, 0),
                                Expr::minus,
                                v -> Math.subtractExact(micros(v[0]), micros(v[1])));
            default ->
                tame
                        ? a
                        : cast(
                                List.of(FieldType.INT64, FieldType.INT16, FieldType.UINT32)
                                        .get(random.nextInt(3)),
                                of(
                                        List.of(Family.WHOLE, Family.DECIMAL, Family.FLOAT, Family.TEXT, Family.BOOL)
                                                .get(random.nextInt(5)),
                                        depth - 1));
        };
    }

    private Formula cast(FieldType to, Formula of) {
        return one(to, of, it -> it.to(to), v -> Formula.cast(v[0], of.type(), to));
    }

    private Formula divisor(int depth) {
        if (!tame) {
            return wholeOperand(depth);
        }
        final long by = 1L + random.nextInt(5);
        return new Formula(FieldType.INT64, table -> Expr.value(by), (row, given) -> by, Set.of());
    }

    private static LocalDate day(Object value) {
        return value instanceof LocalDate date
                ? date
                : ((Instant) value).atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static long micros(Object instant) {
        return Formula.microsOf((Instant) instant);
    }

    private Formula decimal(int depth) {
        final Formula a = of(Family.DECIMAL, depth - 1);
        final int scale = a.type().scale();
        final FieldType same = FieldType.decimal(18, scale);
        if (!tame && random.nextInt(4) == 0) {
            final int digits = random.nextInt(4);
            return one(
                    FieldType.decimal(18, Math.min(scale, digits)),
                    a,
                    it -> it.round(digits),
                    v -> Formula.fitting(((BigDecimal) v[0]).setScale(Math.min(scale, digits), RoundingMode.HALF_UP)));
        }
        if (tame || random.nextInt(5) == 0) {
            return random.nextBoolean()
                    ? one(same, a, Expr::negated, v -> ((BigDecimal) v[0]).negate())
                    : one(same, a, Expr::abs, v -> ((BigDecimal) v[0]).abs());
        }
        final Formula b = of(random.nextBoolean() ? Family.DECIMAL : Family.WHOLE, depth - 1);
        final int larger = Math.max(scale, b.type().scale());
        final FieldType wide = FieldType.decimal(18, larger);
        return switch (random.nextInt(4)) {
            case 0 ->
                two(
                        wide,
                        a.widened(larger),
                        b.widened(larger),
                        Expr::plus,
                        v -> Formula.fitting(((BigDecimal) v[0]).add((BigDecimal) v[1])));
            case 1 ->
                two(
                        wide,
                        b.widened(larger),
                        a.widened(larger),
                        Expr::minus,
                        v -> Formula.fitting(((BigDecimal) v[0]).subtract((BigDecimal) v[1])));
            case 2 ->
                scale + b.type().scale() > 12
                        ? a
                        : two(
                                FieldType.decimal(18, scale + b.type().scale()),
                                a,
                                b,
                                Expr::times,
                                v -> Formula.fitting(((BigDecimal) v[0]).multiply(new BigDecimal(v[1].toString()))));
            default ->
                cast(
                        FieldType.decimal(10, random.nextInt(4)),
                        of(
                                List.of(Family.WHOLE, Family.DECIMAL, Family.FLOAT, Family.TEXT)
                                        .get(random.nextInt(4)),
                                depth - 1));
        };
    }

    private Formula floating(int depth) {
        final FieldType to = FieldType.FLOAT64;
        final Formula a = of(Family.FLOAT, depth - 1);
        final Formula b = number(depth - 1);
        final int digits = random.nextInt(4);
        return switch (random.nextInt(9)) {
            case 0 -> two(to, a, b, Expr::plus, v -> Formula.floating(v[0]) + Formula.floating(v[1]));
            case 1 -> two(to, b, a, Expr::minus, v -> Formula.floating(v[0]) - Formula.floating(v[1]));
            case 2 -> two(to, a, b, Expr::times, v -> Formula.floating(v[0]) * Formula.floating(v[1]));
            case 3 -> two(to, b, number(0), Expr::dividedBy, v -> Formula.floating(v[0]) / Formula.floating(v[1]));
            case 4 -> one(to, a, Expr::negated, v -> -Formula.floating(v[0]));
            case 5 -> one(to, a, Expr::abs, v -> Math.abs(Formula.floating(v[0])));
            case 6 -> one(to, a, it -> it.round(digits), v -> Formula.roundedFloat(Formula.floating(v[0]), digits));
            case 7 ->
                random.nextBoolean()
                        ? one(to, a, Expr::floor, v -> Math.floor(Formula.floating(v[0])))
                        : one(to, a, Expr::ceil, v -> Math.ceil(Formula.floating(v[0])));
            default -> cast(to, b);
        };
    }

    private Formula text(int depth) {
        final FieldType to = FieldType.VARCHAR;
        final Formula a = of(Family.TEXT, depth - 1);
        return switch (random.nextInt(8)) {
            case 0 -> {
                final Formula b = of(Family.TEXT, depth - 1);
                yield two(to, a, b, (x, y) -> Expr.concat(x, y), v -> v[0].toString() + v[1]);
            }
            case 1 -> one(to, a, Expr::upper, v -> mapped(v[0].toString(), true));
            case 2 -> one(to, a, Expr::lower, v -> mapped(v[0].toString(), false));
            case 3 -> one(to, a, Expr::trim, v -> v[0].toString().replaceAll("^ +| +$", ""));
            case 4 -> {
                final Formula from = tame ? small() : of(Family.WHOLE, 0);
                final Formula length = of(Family.WHOLE, 0);
                final List<Formula> all = List.of(a, from, length);
                yield new Formula(
                        to,
                        table -> a.words()
                                .apply(table)
                                .substring(
                                        from.words().apply(table),
                                        length.words().apply(table)),
                        Formula.strict(all, v -> substring(v[0].toString(), whole(v[1]), whole(v[2]))),
                        parameters(all));
            }
            case 5 -> {
                final List<Formula> all = List.of(a, of(Family.TEXT, 0), of(Family.TEXT, 0));
                yield new Formula(
                        to,
                        table -> a.words()
                                .apply(table)
                                .replace(
                                        all.get(1).words().apply(table),
                                        all.get(2).words().apply(table)),
                        Formula.strict(
                                all,
                                v -> v[1].toString().isEmpty()
                                        ? v[0]
                                        : v[0].toString().replace(v[1].toString(), v[2].toString())),
                        parameters(all));
            }
            default ->
                cast(
                        to,
                        of(
                                List.of(
                                                Family.WHOLE,
                                                Family.DECIMAL,
                                                Family.FLOAT,
                                                Family.DATE,
                                                Family.TIME,
                                                Family.BOOL)
                                        .get(random.nextInt(6)),
                                depth - 1));
        };
    }

    private static String mapped(String text, boolean upper) {
        final StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(c -> out.appendCodePoint(upper ? Character.toUpperCase(c) : Character.toLowerCase(c)));
        return out.toString();
    }

    private static String substring(String text, long from, long length) {
        final int[] points = text.codePoints().toArray();
        final StringBuilder out = new StringBuilder();
        for (int i = 0; i < points.length; i++) {
            final BigDecimal place = BigDecimal.valueOf(i + 1L);
            if (i + 1L >= from && place.compareTo(BigDecimal.valueOf(from).add(BigDecimal.valueOf(length))) < 0) {
                out.appendCodePoint(points[i]);
            }
        }
        return out.toString();
    }

    private Formula date(int depth) {
        final Formula a = of(Family.DATE, depth - 1);
        final Formula by = tame ? small() : of(Family.WHOLE, depth - 1);
        return switch (random.nextInt(4)) {
            case 0 ->
                two(
                        FieldType.DATE,
                        a,
                        by,
                        Expr::plusDays,
                        v -> dated(Math.addExact(day(v[0]).toEpochDay(), whole(v[1]))));
            case 1 ->
                two(
                        FieldType.DATE,
                        a,
                        by,
                        Expr::plusMonths,
                        v -> dated(plusMonths(day(v[0]), whole(v[1])).toEpochDay()));
            case 2 -> {
                final ChronoUnit unit = UNITS.get(3 + random.nextInt(4));
                yield one(
                        FieldType.DATE,
                        a,
                        it -> it.truncatedTo(unit),
                        v -> dated(truncated(day(v[0]), unit).toEpochDay()));
            }
            default -> cast(FieldType.DATE, of(tame || random.nextBoolean() ? Family.TIME : Family.TEXT, depth - 1));
        };
    }

    private static LocalDate plusMonths(LocalDate date, long months) {
        if (Math.abs((double) months) > 1e9) {
            throw new Formula.Trouble(months + " months");
        }
        return date.plusMonths(months);
    }

    private static LocalDate dated(long day) {
        if (day != (int) day) {
            throw new Formula.Trouble(day + " is no date");
        }
        return LocalDate.ofEpochDay(day);
    }

    private static LocalDate truncated(LocalDate date, ChronoUnit unit) {
        return switch (unit) {
            case WEEKS -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTHS -> date.withDayOfMonth(1);
            case YEARS -> date.withDayOfYear(1);
            default -> date;
        };
    }

    private Formula time(int depth) {
        final FieldType to = FieldType.TIMESTAMP;
        final Formula a = of(Family.TIME, depth - 1);
        final Formula by = tame ? small() : of(Family.WHOLE, depth - 1);
        return switch (random.nextInt(6)) {
            case 0 ->
                two(
                        to,
                        a,
                        by,
                        Expr::plusSeconds,
                        v -> instant(Math.addExact(micros(v[0]), Math.multiplyExact(whole(v[1]), 1_000_000L))));
            case 1 -> two(to, a, by, Expr::plusMicros, v -> instant(Math.addExact(micros(v[0]), whole(v[1]))));
            case 2 ->
                two(
                        to,
                        a,
                        by,
                        Expr::plusDays,
                        v -> instant(Math.addExact(micros(v[0]), Math.multiplyExact(whole(v[1]), 86_400_000_000L))));
            case 3 ->
                two(
                        to,
                        a,
                        by,
                        Expr::plusMonths,
                        v -> Formula.micros(plusMonths(day(v[0]), whole(v[1]))
                                .atTime(((Instant) v[0])
                                        .atOffset(ZoneOffset.UTC)
                                        .toLocalTime())
                                .toInstant(ZoneOffset.UTC)));
            case 4 -> {
                final ChronoUnit unit = UNITS.get(random.nextInt(7));
                yield one(
                        to,
                        a,
                        it -> it.truncatedTo(unit),
                        v -> Formula.micros(
                                unit.isDateBased()
                                        ? truncated(day(v[0]), unit)
                                                .atStartOfDay()
                                                .toInstant(ZoneOffset.UTC)
                                        : ((Instant) v[0]).truncatedTo(unit)));
            }
            default -> cast(to, of(tame ? Family.TIME : Family.DATE, depth - 1));
        };
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private FieldType common(List<Formula> values) {
        return Objects.requireNonNull(
                ValueTypes.common(values.stream().map(Formula::type).toList()));
    }

    /** As a value of the common type. */
    private static @Nullable Object as(FieldType type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return Formula.isFloat(type)
                ? (Object) Formula.floating(value)
                : Formula.isDecimal(type) ? Formula.decimal(value, type.scale()) : value;
    }

    private Formula cases(Family family, int depth) {
        final List<Ask> conditions = new ArrayList<>();
        final List<Formula> values = new ArrayList<>();
        final int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            conditions.add(asks.tameCondition(random.nextInt(2)));
            values.add(of(family, depth - 1));
        }
        final boolean hasElse = random.nextBoolean();
        if (hasElse) {
            values.add(of(family, depth - 1));
        }
        final FieldType type = common(values);
        return new Formula(
                type,
                table -> {
                    io.keyfarm.query.CaseWhen words = Expr.caseWhen(
                            conditions.get(0).words(table),
                            values.get(0).words().apply(table));
                    for (int i = 1; i < count; i++) {
                        words = words.when(
                                conditions.get(i).words(table),
                                values.get(i).words().apply(table));
                    }
                    return hasElse ? words.otherwise(values.get(count).words().apply(table)) : words.otherwiseNull();
                },
                (row, given) -> {
                    for (int i = 0; i < count; i++) {
                        if (Boolean.TRUE.equals(conditions.get(i).judge(row, given, false))) {
                            return as(type, values.get(i).judge().of(row, given));
                        }
                    }
                    return hasElse ? as(type, values.get(count).judge().of(row, given)) : null;
                },
                parameters(values));
    }

    private Formula coalesce(Family family, int depth) {
        final List<Formula> values = List.of(of(family, depth - 1), of(family, depth - 1));
        final FieldType type = common(values);
        return new Formula(
                type,
                table -> Expr.coalesce(
                        values.get(0).words().apply(table),
                        values.get(1).words().apply(table)),
                (row, given) -> {
                    final Object first = as(type, values.get(0).judge().of(row, given));
                    final Object second = as(type, values.get(1).judge().of(row, given));
                    return first != null ? first : second;
                },
                parameters(values));
    }

    /** A condition that some expression is asked, of depth 1 or more so that no monitor can say it. */
    Question question(int depth) {
        final int dice = random.nextInt(12);
        if (dice < 6) {
            final Formula left = any(depth);
            final Family family = Objects.requireNonNull(familyOf(left.type()));
            final boolean isNumber = ValueTypes.isNumber(left.type());
            return Question.compared(random, left, isNumber ? number(depth - 1) : of(family, depth - 1));
        }
        if (dice == 6) {
            return Question.isNull(any(depth), random.nextBoolean());
        }
        if (dice == 7) {
            return Question.in(random, any(depth));
        }
        return Question.text(random, of(Family.TEXT, depth), of(Family.TEXT, 0));
    }
}
