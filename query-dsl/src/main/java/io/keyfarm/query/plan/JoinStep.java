package io.keyfarm.query.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Step.Join} finds and hands on the right rows of each left row.
 *
 * <pre>
 *   candidates   right rows that satisfy what the join keys by: through a read bound to the left row, or by hash of the
 *                fields that must be equal; whichever costs less, the candidates are the same
 *   limit        of candidates, and what becomes of a left row that has more
 *   keep         output rows a left row, at most
 * </pre>
 *
 * @param lookup the read that answers the candidates of one left row; {@link Node#NONE} if no monitor can express them
 * @param bindings for each parameter of that read: a field of the left row, or {@link Node#NONE} for the plan's
 *     parameter of the same name
 * @param leftFields fields of the left row that equal those of the right row at the same place of {@code rightFields}
 * @param rightFields as many
 * @param outputs the fields handed on: places among the left fields and, behind them, the right ones; none of kinds that
 *     hand on left rows as they are
 * @param names of these, as many
 * @param keep {@link QueryPlan#UNLIMITED} for all
 * @param unordered whether rows may come in another order than the left rows that they are of
 * @param keyed what a candidate satisfies beside the fields that are equal; null if nothing. The lookup says it too
 * @param rest what a candidate must satisfy to match; null if nothing
 * @param skip rows handed on for which this holds vanish; null if none do
 * @param substitute of a left row with too many candidates, values of right fields that are handed on, by these names; null if
 *     all are null
 */
public record JoinStep(
        JoinKind kind,
        int lookup,
        List<Integer> bindings,
        List<Integer> leftFields,
        List<Integer> rightFields,
        List<Integer> outputs,
        List<String> names,
        JoinLimit limit,
        long keep,
        boolean unordered,
        @Nullable ExpressionList keyed,
        @Nullable ExpressionList rest,
        @Nullable ExpressionList skip,
        @Nullable ExpressionList substitute) {
    public JoinStep {
        bindings = List.copyOf(bindings);
        leftFields = List.copyOf(leftFields);
        rightFields = List.copyOf(rightFields);
        outputs = List.copyOf(outputs);
        names = List.copyOf(names);
    }

    /** The same matches of a left outer join that hands on nothing, and has no limits. */
    JoinStep plain() {
        return new JoinStep(
                JoinKind.LEFT_OUTER,
                lookup,
                bindings,
                leftFields,
                rightFields,
                List.of(),
                List.of(),
                JoinLimit.NONE,
                QueryPlan.UNLIMITED,
                false,
                keyed,
                rest,
                null,
                null);
    }

    /** The step in a plan that has so many more reads before it. */
    JoinStep moved(int readShift) {
        return new JoinStep(
                kind,
                lookup == Node.NONE ? Node.NONE : lookup + readShift,
                bindings,
                leftFields,
                rightFields,
                outputs,
                names,
                limit,
                keep,
                unordered,
                keyed,
                rest,
                skip,
                substitute);
    }
}
