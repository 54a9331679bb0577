package io.keyfarm.query.eval;

import io.keyfarm.query.Condition;
import io.keyfarm.query.Expr;
import io.keyfarm.query.Table;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A condition on formulas, judged without three values: whoever asks turns it around. */
record Question(Function<Table, Condition> words, Formula.Judge judge, Set<String> parameters) {
    private static final List<String> REGEXES =
            List.of("a.*", "[a-c ]+", ".*(b|é)", "", "a?b?c?d?", ".{2,5}", "(?i)A.*", "\\s*\\S+", "[^z]*");

    /** True, false or null for unknown; true where a parameter is absent. */
    @Nullable
    Boolean judge(@Nullable Object[] row, Map<String, @Nullable Object> given, boolean negated) {
        if (!given.keySet().containsAll(parameters)) {
            return true;
        }
        final Boolean holds = (Boolean) judge.of(row, given);
        return holds == null ? null : (Boolean) (holds != negated);
    }

    private static Question two(
            Formula left,
            Formula right,
            java.util.function.BiFunction<Expr, Expr, Condition> words,
            Formula.Rule rule) {
        final Set<String> parameters = new HashSet<>(left.parameters());
        parameters.addAll(right.parameters());
        return new Question(
                table -> words.apply(left.words().apply(table), right.words().apply(table)),
                Formula.strict(List.of(left, right), rule),
                parameters);
    }

    static Question compared(Random random, Formula left, Formula right) {
        final int op = random.nextInt(6);
        return two(
                left,
                right,
                (l, r) -> switch (op) {
                    case 0 -> l.is(r);
                    case 1 -> l.isNot(r);
                    case 2 -> l.lessThan(r);
                    case 3 -> l.atMost(r);
                    case 4 -> l.greaterThan(r);
                    default -> l.atLeast(r);
                },
                v -> {
                    final int order = Formula.compare(left.type(), v[0], right.type(), v[1]);
                    return switch (op) {
                        case 0 -> order == 0;
                        case 1 -> order != 0;
                        case 2 -> order < 0;
                        case 3 -> order <= 0;
                        case 4 -> order > 0;
                        default -> order >= 0;
                    };
                });
    }

    static Question isNull(Formula of, boolean wanted) {
        return new Question(
                table -> wanted
                        ? of.words().apply(table).isNull()
                        : of.words().apply(table).isNotNull(),
                (row, given) -> (of.judge().of(row, given) == null) == wanted,
                of.parameters());
    }

    static Question in(Random random, Formula of) {
        final FieldType type = of.type();
        final boolean wanted = random.nextBoolean();
        final List<Object> values = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            values.add(RandomTable.value(type, random));
        }
        return new Question(
                table -> wanted
                        ? of.words().apply(table).in(values)
                        : of.words().apply(table).notIn(values),
                Formula.strict(List.of(of), v -> isOneOf(v[0], type, values) == wanted),
                of.parameters());
    }

    private static boolean isOneOf(Object value, FieldType type, List<Object> values) {
        return values.stream()
                .map(one -> Objects.requireNonNull(Formula.held(one)))
                .anyMatch(one -> Formula.compare(type, value, type, one) == 0);
    }

    static Question text(Random random, Formula text, Formula other) {
        final int edits = random.nextInt(4);
        final String regex = REGEXES.get(random.nextInt(REGEXES.size()));
        final String like = RandomTable.text(random).replace('b', '%').replace('a', '_');
        return switch (random.nextInt(6)) {
            case 0 -> two(text, other, Expr::startsWith, v -> v[0].toString().startsWith(v[1].toString()));
            case 1 -> two(text, other, Expr::contains, v -> v[0].toString().contains(v[1].toString()));
            case 2 ->
                two(text, other, Expr::soundsLike, v -> {
                    final String code = Formula.soundex(v[0].toString());
                    return !code.isEmpty() && code.equals(Formula.soundex(v[1].toString()));
                });
            case 3 ->
                two(
                        text,
                        other,
                        (l, r) -> l.withinEdits(r, edits),
                        v -> Formula.edits(v[0].toString(), v[1].toString()) <= edits);
            case 4 ->
                new Question(
                        table -> text.words().apply(table).matches(regex),
                        Formula.strict(
                                List.of(text),
                                v -> Pattern.compile(regex, Pattern.DOTALL)
                                        .matcher(v[0].toString())
                                        .matches()),
                        text.parameters());
            default ->
                new Question(
                        table -> text.words().apply(table).to(FieldType.VARCHAR).like(like),
                        Formula.strict(List.of(text), v -> {
                            final StringBuilder pattern = new StringBuilder();
                            like.codePoints()
                                    .forEach(c -> pattern.append(
                                            c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(Character.toString(c))));
                            return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                                    .matcher(v[0].toString())
                                    .matches();
                        }),
                        text.parameters());
        };
    }
}
