package io.keyfarm.query.eval;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ParameterBlock;
import org.jspecify.annotations.Nullable;

/**
 * What one run's parameters make of a condition: which nodes they decide already, and which single field each tree of the
 * others asks of. Three passes over the nodes, into arrays that are there already.
 */
final class Shape {
    /** Of a tree that asks of more than one field, or what no monitor expresses. */
    static final int SEVERAL_FIELDS = -2;

    private final NormalForm form;
    private final @Nullable LeafBinder[] leaves;
    private final ParameterBlock parameters;
    private final Truth[] truths;
    private final int[] fields;
    /** Whether the node, and every node above it, is not decided yet. */
    private final boolean[] isLive;

    private final int[] firstLive;
    private final int[] liveCounts;

    Shape(NormalForm form, @Nullable LeafBinder[] leaves, ParameterBlock parameters) {
        this.form = form;
        this.leaves = leaves;
        this.parameters = parameters;
        final int count = form.count();
        truths = new Truth[count];
        fields = new int[count];
        isLive = new boolean[count];
        firstLive = new int[count];
        liveCounts = new int[count];
    }

    /** After the parameters were wrapped; answers what is known of the whole condition. */
    Truth determine() {
        if (truths.length == 0) {
            return Truth.HOLDS;
        }
        decide();
        final Truth whole = truths[truths.length - 1];
        if (whole == Truth.VARIES) {
            markLive();
            findFields();
        }
        return whole;
    }

    /** Whether the node still counts. */
    boolean isLive(int i) {
        return isLive[i];
    }

    /** Whether the node is the first operand of its parent that still counts, or the root. */
    boolean isFirst(int i) {
        return form.parent(i) == Node.NONE || firstLive[form.parent(i)] == i;
    }

    /** The one field of the table that the tree asks of, or {@link #SEVERAL_FIELDS}. */
    int field(int i) {
        return fields[i];
    }

    /** Whether what the node's operands say is said one by one. */
    boolean isOpen(int i) {
        return !form.isLeaf(i) && (form.op(i) == Op.AND || liveCounts[i] == 1);
    }

    /** From the leaves up: what holds or fails whichever row is asked. */
    private void decide() {
        for (int i = 0; i < truths.length; i++) {
            truths[i] = truth(i);
        }
    }

    private Truth truth(int i) {
        if (!form.isLeaf(i)) {
            return truthOfOperands(i);
        }
        if (form.op(i) == Op.IS_ABSENT) {
            return parameters.isAbsent(form.node(i).parameter(0)) != form.isNegated(i) ? Truth.HOLDS : Truth.FAILS;
        }
        final LeafBinder leaf = leaves[i];
        return leaf == null ? Truth.VARIES : leaf.truth();
    }

    private Truth truthOfOperands(int i) {
        // One operand that fails decides an and, one that holds an or; otherwise those that vary.
        final Truth deciding = form.op(i) == Op.AND ? Truth.FAILS : Truth.HOLDS;
        Truth truth = form.op(i) == Op.AND ? Truth.HOLDS : Truth.FAILS;
        final Node node = form.node(i);
        for (int k = 0; k < node.operandCount(); k++) {
            final Truth operand = truths[node.operand(k)];
            if (operand == deciding) {
                return deciding;
            }
            if (operand == Truth.VARIES) {
                truth = Truth.VARIES;
            }
        }
        return truth;
    }

    /** From the root down: which nodes still count, and which is the first operand of its parent that does. */
    private void markLive() {
        for (int i = truths.length - 1; i >= 0; i--) {
            final int parent = form.parent(i);
            isLive[i] = truths[i] == Truth.VARIES && (parent == Node.NONE || isLive[parent]);
            liveCounts[i] = 0;
            if (isLive[i] && parent != Node.NONE) {
                firstLive[parent] = i;
                liveCounts[parent]++;
            }
        }
    }

    /** From the leaves up: the one field that a tree asks of by what a monitor can express. */
    private void findFields() {
        for (int i = 0; i < fields.length; i++) {
            if (isLive[i]) {
                fields[i] = form.isLeaf(i) ? fieldOfLeaf(i) : fieldOfOperands(i);
            }
        }
    }

    private int fieldOfLeaf(int i) {
        final LeafBinder leaf = leaves[i];
        return leaf != null && leaf.isMonitor() ? form.node(i).field() : SEVERAL_FIELDS;
    }

    private int fieldOfOperands(int i) {
        final Node node = form.node(i);
        int field = Node.NONE;
        for (int k = 0; k < node.operandCount(); k++) {
            final int operand = node.operand(k);
            if (isLive[operand]) {
                field = field == Node.NONE || field == fields[operand] ? fields[operand] : SEVERAL_FIELDS;
            }
        }
        return field;
    }
}
