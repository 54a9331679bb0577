package io.keyfarm.farmer;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.Estimate;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.wire.KeyHint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How a read that is bound to rows of a join would be read, when no such row is known yet: for values drawn from the data.
 * Pure.
 */
final class LookupWays {
    private LookupWays() {}

    static Explanation explain(QueryPlan plan, TableEntry table, CostModel costs) {
        final Set<String> equal = fieldsThatEqual(plan);
        final List<KeyCandidate> ways = new ArrayList<>();
        for (int i = 0; i < table.summaries().size(); i++) {
            final KeySummary summary = table.summaries().get(i);
            final int leading = leading(summary.spec().fields(), equal);
            if (leading > 0) {
                final Estimate estimate = new Estimate(summary.expectedRows(leading), 1);
                ways.add(new KeyCandidate(
                        summary.spec().toString(),
                        i,
                        estimate.seeks(),
                        estimate.rows(),
                        costs.keyedNs(estimate, summary.tier())));
            }
        }
        final double all = (double) table.rowCount();
        ways.add(new KeyCandidate("full scan", KeyHint.SCAN, 0, all, costs.scanNs(all)));
        ways.sort((a, b) -> Double.compare(a.costNs(), b.costNs()));
        final List<String> narrowed = new ArrayList<>();
        final List<String> confirmed = new ArrayList<>();
        for (final String field : equal) {
            final boolean isKeyed = ways.get(0).fields().contains(field);
            (isKeyed ? narrowed : confirmed).add(field + " equal to a value of the left row");
        }
        return new Explanation(plan.toString(), table.schema().name(), ways, narrowed, confirmed);
    }

    /** Those that the whole condition asks to equal a parameter. */
    private static Set<String> fieldsThatEqual(QueryPlan plan) {
        final List<Node> nodes = plan.nodes();
        final boolean[] isAsked = new boolean[nodes.size()];
        final Set<String> equal = new LinkedHashSet<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            final Node node = nodes.get(i);
            isAsked[i] |= i == nodes.size() - 1;
            for (int k = 0; k < node.operandCount(); k++) {
                isAsked[node.operand(k)] = isAsked[i] && node.op() == Op.AND;
            }
            if (isAsked[i] && node.op() == Op.IS && node.field() != Node.NONE && node.parameterCount() == 1) {
                equal.add(plan.fields().get(node.field()).name());
            }
        }
        return equal;
    }

    private static int leading(List<String> keyFields, Set<String> equal) {
        int leading = 0;
        while (leading < keyFields.size() && equal.contains(keyFields.get(leading))) {
            leading++;
        }
        return leading;
    }
}
