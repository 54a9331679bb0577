package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.List;

/** Whether values that are carried from row to row are made of what is there. */
final class FoldCheck {
    private final StepRules rules;

    FoldCheck(StepRules rules) {
        this.rules = rules;
    }

    /** The rows that the step hands on. */
    TableSchema schemaOf(Step.Iterate iterate, TableSchema input) {
        rules.requireDistinct(iterate.runs());
        iterate.runs().forEach(field -> rules.fieldOf(input, field));
        final FoldStep fold = iterate.fold();
        requireFold(fold, input, input);
        if (fold.when() != null) {
            rules.requireCondition(fold.when(), FoldStep.before(input, fold.values()), input);
        }
        return FoldStep.after(input, fold.values());
    }

    /** What is folded are values beside these rows, made of those. */
    void requireFold(FoldStep fold, TableSchema beside, TableSchema of) {
        rules.require(fold.next().size() > 0, "carries a value or more from row to row");
        rules.requireValues(fold.next(), FoldStep.before(beside, valuesOf(fold)), of);
        final ExpressionList start = fold.start();
        if (start == null) {
            return;
        }
        rules.requireValues(start, beside, null);
        final TableSchema values = new TableSchema("values", fold.values());
        for (int i = 0; i < start.size(); i++) {
            final int place = values.find(start.name(i));
            rules.require(
                    place >= 0 && values.field(place).type().equals(start.type(i)),
                    "starts with '" + start.words(start.root(i)) + "' as " + start.name(i)
                            + ", which is no value of that type");
            for (int k = 0; k < i; k++) {
                rules.require(!start.name(i).equals(start.name(k)), "starts " + start.name(i) + " twice");
            }
        }
    }

    private List<Field> valuesOf(FoldStep fold) {
        for (int i = 0; i < fold.next().size(); i++) {
            rules.require(!fold.next().isCondition(i), "computes values, and no conditions");
        }
        return fold.values();
    }
}
