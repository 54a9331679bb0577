package io.keyfarm.query.eval.compute;

import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.rows.RecordLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Expressions at work over batches of rows: of one table, or of a left and a right one whose batches stand row beside row.
 * For one thread.
 *
 * <pre>{@code
 * evaluator.bind(parameters);                                    // once a run
 * evaluator.begin(left, right);                                  // once a batch
 * int kept = evaluator.filter(0, places, count);                 // a condition
 * Vector amounts = evaluator.compute(1, places, kept);           // a value
 * }</pre>
 */
public final class Evaluator implements AutoCloseable {
    private final ExpressionList expressions;
    private final Program[] programs;
    private final Run run;

    /**
     * Checks the fields against the rows anew, whoever sent them.
     *
     * @param right null if there are no right rows
     * @throws BadPlanException naming the field that the rows have not, or have otherwise; or a bad regular expression
     */
    public Evaluator(ExpressionList expressions, RecordLayout left, @Nullable RecordLayout right) {
        this(expressions, left, right, null);
    }

    /** @param memory that text which is made is taken of; null for memory of its own, which nobody counts */
    public Evaluator(
            ExpressionList expressions, RecordLayout left, @Nullable RecordLayout right, @Nullable FlowMemory memory) {
        this.expressions = expressions;
        run = new Run(memory);
        final FieldSources sources = new FieldSources(expressions, left, right);
        final Vectors vectors = new Vectors();
        programs = new Program[expressions.size()];
        for (int i = 0; i < programs.length; i++) {
            programs[i] = Compiler.compile(expressions, i, sources, vectors);
        }
    }

    public ExpressionList expressions() {
        return expressions;
    }

    /**
     * Takes the parameters of one run; without it all of them are null.
     *
     * @param parameters of {@link ExpressionList#parameters}, in their order
     */
    public void bind(ParameterBlock parameters) {
        for (final Program program : programs) {
            program.bind(parameters);
        }
    }

    /**
     * Takes the rows that follow.
     *
     * @param right beside the left ones, an address of 0 where there is none; null if no left row has one
     */
    public void begin(RowBatch left, @Nullable RowBatch right) {
        run.left = left;
        run.right = right;
    }

    /** Keeps those of the ascending places for which the condition holds, in place; answers how many. */
    public int filter(int expression, int[] places, int count) {
        run(expression, places, count);
        assert run.places == places;
        return run.count;
    }

    /**
     * The value at each of the ascending places. It stands until the next call.
     *
     * @throws ComputeException naming the expression and what it was computed of, if some place has none
     */
    public Vector compute(int expression, int[] places, int count) {
        run(expression, places, count);
        return Objects.requireNonNull(programs[expression].result());
    }

    private void run(int expression, int[] places, int count) {
        run.arena.clear();
        run.begin(places, count);
        programs[expression].run(run);
    }

    /** Gives back what text was made in. The parameters stay, and rows may follow. */
    @Override
    public void close() {
        run.arena.close();
    }
}
