package io.keyfarm.query;

import io.keyfarm.query.plan.JoinLimit;
import io.keyfarm.query.plan.JoinLimit.Excess;
import io.keyfarm.query.plan.QueryPlan;
import org.jspecify.annotations.Nullable;

/** A join as it was said. */
final class JoinWords {
    private JoinWords() {}

    static String of(Join join) {
        final StringBuilder words =
                new StringBuilder(kind(join)).append('(').append(join.right()).append(')');
        append(words, "on", join.on());
        append(words, "keyed", join.keyed());
        append(words, "skipping", join.skipped());
        final JoinLimit limit = join.candidateLimit();
        if (limit.isLimited()) {
            words.append(limit.excess() == Excess.UNMATCHED ? ".atMost(" : ".limit(")
                    .append(limit.most())
                    .append(')')
                    .append(limit.excess() == Excess.SKIP ? ".skip()" : "")
                    .append(limit.excess() == Excess.SUBSTITUTE ? ".onFail(" + substitute(join) + ')' : "");
        }
        if (join.kept() != QueryPlan.UNLIMITED) {
            words.append(".keep(").append(join.kept()).append(')');
        }
        return words.append(join.isUnordered() ? ".unordered()" : "").toString();
    }

    private static String substitute(Join join) {
        return String.join(
                ", ", join.substitute().stream().map(Column::toString).toList());
    }

    private static String kind(Join join) {
        return switch (join.kind()) {
            case INNER -> "inner";
            case LEFT_OUTER -> "leftOuter";
            case LEFT_ONLY -> "leftOnly";
            case SEMI -> "semi";
        };
    }

    private static void append(StringBuilder words, String word, @Nullable Condition condition) {
        if (condition != null) {
            words.append('.').append(word).append('(').append(condition).append(')');
        }
    }
}
