package io.keyfarm.query.eval.compute;

import io.keyfarm.query.eval.compute.Controls.Kind;
import io.keyfarm.query.eval.compute.Step.Operand;
import io.keyfarm.query.eval.compute.Step.Origin;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the steps of one expression, in one pass over its nodes.
 *
 * <p>A node that deals out places, a case or an or, has steps before its first operand, between its operands and behind
 * the last. After {@code not} is pushed down, an {@code and} needs none: each of its operands cuts the places down. What
 * stands before a node's first operand stands before the first node of its subtree.
 */
final class Compiler {
    private final ExpressionList expressions;
    private final FieldSources sources;
    private final Vectors vectors;
    private final int first;
    private final int root;
    private final int[] parents;
    private final int[] operandIndexes;
    private final int[] starts;
    private final boolean[] negated;
    /** Of values. */
    private final @Nullable Vector[] made;

    private final int[] firstSteps;
    private final List<Step> steps = new ArrayList<>();
    private final List<Program.Comparison> comparisons = new ArrayList<>();
    private final List<List<Integer>> parametersOf = new ArrayList<>();

    private Compiler(ExpressionList expressions, int expression, FieldSources sources, Vectors vectors) {
        this.expressions = expressions;
        this.sources = sources;
        this.vectors = vectors;
        first = expressions.start(expression);
        root = expressions.root(expression);
        final int count = root + 1;
        parents = new int[count];
        operandIndexes = new int[count];
        starts = new int[count];
        negated = new boolean[count];
        made = new Vector[count];
        firstSteps = new int[count];
        Arrays.fill(parents, Node.NONE);
    }

    static Program compile(ExpressionList expressions, int expression, FieldSources sources, Vectors vectors) {
        return new Compiler(expressions, expression, sources, vectors).compile();
    }

    private Program compile() {
        for (int i = 0; i <= root; i++) {
            parametersOf.add(List.of());
        }
        link();
        final List<List<Integer>> beginning = beginning();
        for (int i = first; i <= root; i++) {
            beginning.get(i).forEach(this::begin);
            emit(i);
            if (parents[i] != Node.NONE && dealsOut(parents[i])) {
                endOperand(parents[i], operandIndexes[i], i);
            }
        }
        final Vector result = made[root];
        if (result != null) {
            vectors.give(result);
        }
        return new Program(steps, comparisons, result);
    }

    private Node node(int i) {
        return expressions.nodes().get(i);
    }

    private void link() {
        for (int i = root; i >= first; i--) {
            final Node node = node(i);
            final boolean below = node.op().isCombining() && (negated[i] ^ (node.op() == Op.NOT));
            for (int k = 0; k < node.operandCount(); k++) {
                parents[node.operand(k)] = i;
                operandIndexes[node.operand(k)] = k;
                negated[node.operand(k)] = below;
            }
        }
        for (int i = first; i <= root; i++) {
            starts[i] = node(i).operandCount() == 0 ? i : starts[node(i).operand(0)];
        }
    }

    /** For each node those whose subtree it begins and that have something to do there, the outermost first. */
    private List<List<Integer>> beginning() {
        final List<List<Integer>> beginning = new ArrayList<>();
        for (int i = 0; i <= root; i++) {
            beginning.add(new ArrayList<>(0));
        }
        for (int i = root; i >= first; i--) {
            if (dealsOut(i) || node(i).isOfValues()) {
                beginning.get(starts[i]).add(i);
            }
        }
        return beginning;
    }

    /** Whether it is a case, or an or after every {@code not} was pushed down. */
    private boolean dealsOut(int i) {
        final Op op = node(i).op();
        return op == Op.CASE || (op == Op.OR && !negated[i]) || (op == Op.AND && negated[i]);
    }

    private void begin(int i) {
        final Op op = node(i).op();
        firstSteps[i] = steps.size();
        if (op == Op.CASE) {
            made[i] = vectors.take();
            steps.add(new Controls.Clear(vector(i), type(i).isText()));
        }
        if (dealsOut(i)) {
            steps.add(new Controls.Of(Kind.SPLIT));
        }
    }

    private void endOperand(int parent, int operand, int i) {
        if (node(parent).op() != Op.CASE) {
            steps.add(new Controls.Of(Kind.FIND));
        } else if (operand % 2 == 0 && operand < node(parent).operandCount() - 1) {
            steps.add(new Controls.Of(Kind.TAKE));
        } else {
            final Operand value = widened(i, type(parent), false);
            steps.add(new Controls.Copy(
                    vector(parent), value.vector(), type(parent).isText()));
            steps.add(new Controls.Of(Kind.REST));
            vectors.give(value.vector());
            passParameters(i, parent);
        }
    }

    private void emit(int i) {
        final Node node = node(i);
        if (node.op().isCombining()) {
            if (dealsOut(i)) {
                steps.add(new Controls.Of(Kind.JOIN_FOUND));
            }
        } else if (node.op() == Op.CASE) {
            steps.add(new Controls.Of(Kind.JOIN));
        } else if (node.op().isValue()) {
            made[i] = value(i, node);
        } else if (node.isOfValues()) {
            condition(i, node);
        } else {
            leaf(i, node);
        }
    }

    private Vector value(int i, Node node) {
        final List<Operand> operands = new ArrayList<>();
        final boolean isAdded = node.op() == Op.PLUS || node.op() == Op.MINUS || node.op() == Op.COALESCE;
        for (int k = 0; k < node.operandCount(); k++) {
            // A product needs no common scale, but doubles.
            final boolean isWidened = isAdded || type(i).kind().isFloating();
            operands.add(
                    isWidened && node.op() != Op.TO
                            ? widened(node.operand(k), type(i), false)
                            : operand(node.operand(k)));
        }
        // Taken before those of the operands are given back: no step writes what it reads.
        final Vector out = vectors.take();
        steps.add(
                switch (node.op()) {
                    case FIELD -> sources.step(out, node.field());
                    case CONSTANT -> constant(out, node, type(i));
                    case PARAMETER -> {
                        parametersOf.set(i, List.of(node.parameter(0)));
                        yield Loads.Same.parameter(out, type(i), node.parameter(0));
                    }
                    default -> ValueSteps.of(new Origin(expressions, i), node, out, type(i), operands);
                });
        for (final Operand operand : operands) {
            passParameters(operand.node(), i);
            vectors.give(operand.vector());
        }
        return out;
    }

    private static Step constant(Vector out, Node node, FieldType type) {
        return node.textCount() > 0
                ? Loads.Same.constant(out, type, node.text(0))
                : Loads.Same.constant(out, type, node.sortable(0));
    }

    private void condition(int i, Node node) {
        final List<Operand> operands = new ArrayList<>();
        for (int k = 0; k < node.operandCount(); k++) {
            operands.add(operand(node.operand(k)));
        }
        ask(i, node, operands, firstSteps[i]);
    }

    /** A comparison of a field by itself becomes one of values. */
    private void leaf(int i, Node node) {
        if (node.op() == Op.IS_ABSENT) {
            steps.add(new Asks.IsAbsent(node.parameter(0), negated[i]));
            return;
        }
        final int from = steps.size();
        final List<Operand> operands = new ArrayList<>();
        operands.add(load(i, node.field()));
        if (node.other() != Node.NONE) {
            operands.add(load(i, node.other()));
        } else if (node.op().isComparison() || (node.op().isPattern() && node.op() != Op.LIKE)) {
            final FieldType type = io.keyfarm.query.plan.PlanCheck.valueType(
                    node.op(), operands.get(0).type());
            final Vector out = vectors.take();
            steps.add(
                    node.parameterCount() > 0
                            ? Loads.Same.parameter(out, type, node.parameter(0))
                            : constant(out, node, type));
            operands.add(new Operand(out, type, i));
        }
        ask(i, node, operands, from);
    }

    private Operand load(int i, int field) {
        final Vector out = vectors.take();
        steps.add(sources.step(out, field));
        return new Operand(out, sources.type(field), i);
    }

    private void ask(int i, Node node, List<Operand> operands, int from) {
        final List<Integer> parameters = new ArrayList<>();
        operands.stream()
                .filter(operand -> operand.node() != i)
                .forEach(operand -> parameters.addAll(parametersOf.get(operand.node())));
        for (int k = 0; k < node.parameterCount(); k++) {
            parameters.add(node.parameter(k));
        }
        List<Operand> asked = operands;
        if (node.op().isComparison()) {
            final FieldType common = Objects.requireNonNull(io.keyfarm.query.plan.ValueTypes.common(
                    operands.get(0).type(), operands.get(1).type()));
            asked = operands.stream()
                    .map(operand -> widened(operand, common, true))
                    .toList();
        }
        // Of a like or a regular expression, what is looked for: the second operand, or the leaf's own.
        final Node pattern = node.operandCount() > 1 ? node(node.operand(1)) : node;
        steps.add(AskSteps.of(new Origin(expressions, i), node, negated[i], asked, pattern));
        if (!parameters.isEmpty()) {
            comparisons.add(new Program.Comparison(
                    from,
                    steps.size(),
                    parameters.stream().mapToInt(Integer::intValue).toArray()));
        }
        asked.forEach(operand -> vectors.give(operand.vector()));
    }

    private void passParameters(int from, int to) {
        if (!parametersOf.get(from).isEmpty()) {
            final List<Integer> all = new ArrayList<>(parametersOf.get(to));
            all.addAll(parametersOf.get(from));
            parametersOf.set(to, all.stream().distinct().toList());
        }
    }

    private Operand operand(int i) {
        return new Operand(vector(i), type(i), i);
    }

    private Operand widened(int i, FieldType to, boolean saturates) {
        return widened(operand(i), to, saturates);
    }

    private Operand widened(Operand operand, FieldType to, boolean saturates) {
        if (!Casts.Widen.isNeeded(operand.type(), to)) {
            return operand;
        }
        steps.add(new Casts.Widen(new Origin(expressions, operand.node()), operand, to, saturates));
        return new Operand(operand.vector(), to, operand.node());
    }

    private Vector vector(int i) {
        return Objects.requireNonNull(made[i]);
    }

    private FieldType type(int i) {
        return Objects.requireNonNull(expressions.nodeType(i));
    }
}
