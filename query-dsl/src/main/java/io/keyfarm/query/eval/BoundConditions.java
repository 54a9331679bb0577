package io.keyfarm.query.eval;

import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One plan's condition over one table's layout, bound anew for each run. For one thread.
 *
 * <pre>
 *   bind    1 what holds or fails already     :d is absent, comparisons with an absent parameter or with null
 *           2 which trees ask of one field    up from the leaves, leaving out what 1 decided
 *           3 the operands of and             down from the root: one field each into that field's monitor,
 *                                             everything else to the rest
 * </pre>
 *
 * All of it is done in {@link #bind}, since an absent parameter may leave one field where there were two, and one pattern
 * is a range where another is not. While the same parameters are given, and none of them is a pattern, 1 and 2 are as
 * they were, and only the operands that 3 found are bound anew. A row matches when every monitor admits its field and {@link #confirmRest} keeps it.
 */
public final class BoundConditions {
    private final NormalForm form;
    private final RecordLayout layout;
    private final ParameterBlock parameters;
    private final @Nullable LeafBinder[] leaves;
    /** By the field's place in the table. */
    private final @Nullable SegmentMonitor[] monitors;
    /** The places of the fields that have a monitor. */
    private final int[] askedFields;

    private final boolean[] isNullable;

    private final ScratchMonitors[] scratch;
    /** What evaluates a node whose tree asks one field below several, or what no monitor expresses. */
    private final @Nullable RestFilter[] filters;

    private final List<ExpressionFilter> expressions = new ArrayList<>();
    private final @Nullable MonitorFilter[] monitorFilters;
    private final @Nullable RowFilter[] rowFilters;
    private final Shape shape;
    private final GivenParameters given;
    /** Whether a parameter's value, not only its being given, decides what a comparison is. */
    private final boolean hasGivenPattern;

    private Truth whole = Truth.VARIES;
    /** The nodes that step 3 found, in its order. */
    private final int[] operands;

    private int operandCount;
    private final boolean[] isOperand;
    private final boolean[] isTouched;
    private RestFilter[] rest = new RestFilter[2];
    private int restCount;
    private MixedTree[] trees = {};
    private int treeCount;
    private boolean isNothing;

    /**
     * Checks the plan against the table anew, whoever sent it.
     *
     * @throws BadPlanException naming the field that the table has not, or has otherwise
     */
    public BoundConditions(QueryPlan plan, RecordLayout layout) {
        this.layout = layout;
        final int[] places = places(plan, layout);
        final ConditionNodes conditions = new ConditionNodes(plan, places);
        form = new NormalForm(conditions.nodes());
        parameters = new ParameterBlock(plan);
        final int count = form.count();
        final int fieldCount = layout.schema().fieldCount();
        monitors = new SegmentMonitor[fieldCount];
        scratch = new ScratchMonitors[fieldCount];
        isTouched = new boolean[fieldCount];
        leaves = new LeafBinder[count];
        filters = new RestFilter[count];
        monitorFilters = new MonitorFilter[count];
        rowFilters = new RowFilter[fieldCount];
        isOperand = new boolean[count];
        operands = new int[count];
        for (int i = 0; i < count; i++) {
            final ExpressionList expression = conditions.expression(i);
            if (expression != null) {
                final ExpressionFilter filter = new ExpressionFilter(expression, form.isNegated(i), layout);
                filters[i] = filter;
                expressions.add(filter);
            } else if (form.isLeaf(i) && form.op(i) != Op.IS_ABSENT) {
                prepareLeaf(i);
            }
        }
        shape = new Shape(form, leaves, parameters);
        given = new GivenParameters(parameters, plan.parameters().size());
        hasGivenPattern = Arrays.stream(leaves).anyMatch(leaf -> leaf != null && leaf.hasGivenPattern());
        askedFields = IntStream.range(0, fieldCount)
                .filter(field -> monitors[field] != null)
                .toArray();
        isNullable = new boolean[fieldCount];
        for (int field = 0; field < fieldCount; field++) {
            isNullable[field] = layout.schema().field(field).nullable();
        }
    }

    /**
     * Where the plan's fields are in the table.
     *
     * @throws BadPlanException naming the field that the table has not, or has otherwise
     */
    public static int[] places(QueryPlan plan, RecordLayout layout) {
        if (!plan.tableName().equals(layout.schema().name())) {
            throw new BadPlanException("the plan asks of " + plan.tableName() + ", but the table is "
                    + layout.schema().name());
        }
        return plan.fields().stream().mapToInt(field -> place(field, layout)).toArray();
    }

    private static int place(Field field, RecordLayout layout) {
        final int place = layout.schema().find(field.name());
        if (place < 0 || !layout.schema().field(place).equals(field)) {
            throw new BadPlanException("the plan uses '" + field + "', but "
                    + layout.schema().name() + " has "
                    + (place < 0 ? "no such field" : "'" + layout.schema().field(place) + "'"));
        }
        return place;
    }

    private void prepareLeaf(int i) {
        final Node node = form.node(i);
        final int field = node.field();
        if (node.other() != Node.NONE) {
            filters[i] = new FieldsFilter(layout, field, node.other(), form.op(i));
            return;
        }
        final LeafBinder leaf = new LeafBinder(form, i, layout.schema().field(field), parameters);
        leaves[i] = leaf;
        if (form.op(i).isPattern()) {
            filters[i] = new PatternFilter(layout, field, leaf.pattern(), form.isNegated(i));
        }
        if (monitors[field] == null) {
            monitors[field] = new SegmentMonitor(layout.schema().field(field).type());
            scratch[field] = new ScratchMonitors(layout.schema().field(field).type());
        }
    }

    /**
     * Binds the parameters of one run. Allocates nothing once the monitors have grown.
     *
     * @throws BadPlanException naming the parameter, if they are not what the plan takes
     */
    public void bind(DirectBuffer block, int offset, int length) {
        parameters.wrap(block, offset, length);
        for (int i = 0; i < expressions.size(); i++) {
            expressions.get(i).bind(parameters);
        }
        restCount = 0;
        treeCount = 0;
        for (final int field : askedFields) {
            isTouched[field] = false;
        }
        final boolean isKept = given.areAsBefore() && !hasGivenPattern;
        if (!isKept) {
            // If this throws, nothing is kept for the next binding.
            given.forget();
            whole = shape.determine();
            findOperands();
        }
        isNothing = whole == Truth.FAILS;
        for (int i = 0; i < operandCount; i++) {
            bindOperand(operands[i]);
        }
        finishMonitors(isKept);
        if (!isKept) {
            given.keep();
        }
    }

    /** From the root down: each operand of the and at the root, and of any and below that, has a place of its own. */
    private void findOperands() {
        operandCount = 0;
        if (whole != Truth.VARIES) {
            return;
        }
        final int root = form.count() - 1;
        for (int i = root; i >= 0; i--) {
            final int parent = form.parent(i);
            isOperand[i] = shape.isLive(i) && (i == root || (isOperand[parent] && shape.isOpen(parent)));
            if (isOperand[i] && !shape.isOpen(i)) {
                operands[operandCount++] = i;
            }
        }
        // Found from the last to the first; asked in the order of the words, so that one may keep rows from the next.
        for (int i = 0; i < restCount / 2; i++) {
            final RestFilter last = rest[restCount - 1 - i];
            rest[restCount - 1 - i] = rest[i];
            rest[i] = last;
        }
    }

    private void bindOperand(int i) {
        if (shape.field(i) != Shape.SEVERAL_FIELDS) {
            final SegmentMonitor into = target(shape.field(i));
            bindTree(i, into);
            narrow(shape.field(i), into);
            return;
        }
        final LeafBinder leaf = leaves[i];
        if (leaf != null && leaf.narrowsByPrefix()) {
            final int field = form.node(i).field();
            final SegmentMonitor into = target(field);
            leaf.bindPrefix(into);
            narrow(field, into);
        }
        addRest(form.isLeaf(i) ? filter(i) : null, i);
    }

    private void addRest(@Nullable RestFilter filter, int i) {
        if (restCount == rest.length) {
            rest = Arrays.copyOf(rest, 2 * restCount);
        }
        rest[restCount++] = filter != null ? filter : tree(i);
    }

    /** The field's own monitor if nothing was said of the field yet, or one to be intersected with it. */
    private SegmentMonitor target(int field) {
        return isTouched[field] ? scratch[field].at(0) : monitor(field);
    }

    private void narrow(int field, SegmentMonitor bound) {
        if (isTouched[field]) {
            monitor(field).intersect(bound);
        }
        isTouched[field] = true;
    }

    private SegmentMonitor monitor(int field) {
        return Objects.requireNonNull(monitors[field]);
    }

    /** Puts a tree over one field together, each node as soon as its operands are there. */
    private void bindTree(int root, SegmentMonitor into) {
        if (form.isLeaf(root)) {
            leaf(root).bind(into);
            return;
        }
        int depth = 0;
        for (int i = form.start(root); i <= root; i++) {
            if (!shape.isLive(i)) {
                continue;
            }
            if (form.isLeaf(i)) {
                leaf(i).bind(level(root, depth++, into));
            }
            if (i != root && !shape.isFirst(i)) {
                depth--;
                final SegmentMonitor left = level(root, depth - 1, into);
                final SegmentMonitor right = level(root, depth, into);
                if (form.op(form.parent(i)) == Op.AND) {
                    left.intersect(right);
                } else {
                    left.union(right);
                }
            }
        }
        assert depth == 1 : depth;
    }

    /** Place 0 of the scratch monitors is where {@link #target} may have begun. */
    private SegmentMonitor level(int root, int depth, SegmentMonitor into) {
        return depth == 0 ? into : scratch[shape.field(root)].at(depth);
    }

    private LeafBinder leaf(int i) {
        return Objects.requireNonNull(leaves[i]);
    }

    private RestFilter filter(int i) {
        return Objects.requireNonNull(filters[i]);
    }

    private RestFilter tree(int root) {
        if (treeCount == trees.length) {
            trees = Arrays.copyOf(trees, treeCount + 1);
            trees[treeCount] = new MixedTree();
        }
        final MixedTree tree = trees[treeCount++];
        tree.begin();
        for (int i = form.start(root); i <= root; i++) {
            if (!shape.isLive(i)) {
                continue;
            }
            final int parent = form.parent(i);
            final boolean isFirst = i == root || shape.isFirst(i);
            final Op above = i == root ? Op.AND : form.op(parent);
            if (shape.field(i) != Shape.SEVERAL_FIELDS) {
                // Only the top of a tree over one field is a leaf here.
                if (shape.field(parent) == Shape.SEVERAL_FIELDS) {
                    tree.addLeaf(boundFilter(i), isFirst, above);
                }
            } else if (form.isLeaf(i)) {
                tree.addLeaf(filter(i), isFirst, above);
            } else {
                tree.addNode(isFirst, above);
            }
        }
        return tree;
    }

    private RestFilter boundFilter(int i) {
        MonitorFilter filter = monitorFilters[i];
        if (filter == null || filter.field() != shape.field(i)) {
            filter = new MonitorFilter(
                    layout.schema().field(shape.field(i)).type(), shape.field(i), rowFilter(shape.field(i)));
            monitorFilters[i] = filter;
        }
        bindTree(i, filter.monitor());
        return filter;
    }

    private RowFilter rowFilter(int field) {
        RowFilter filter = rowFilters[field];
        if (filter == null) {
            filter = new RowFilter(layout, field);
            rowFilters[field] = filter;
        }
        return filter;
    }

    private void finishMonitors(boolean isKept) {
        for (final int field : askedFields) {
            final SegmentMonitor monitor = monitor(field);
            if (!isTouched[field]) {
                // While the shape is kept, it is wild from the binding before.
                if (!isKept) {
                    monitor.bindWild();
                }
                continue;
            }
            final boolean nullable = isNullable[field];
            if (!nullable && monitor.admitsAllValues()) {
                monitor.bindWild();
            }
            isNothing |= monitor.isNothing() || (!nullable && monitor.rangeCount() == 0);
        }
    }

    /** Whether no row can match, as is known without asking one. */
    public boolean isNothing() {
        return isNothing;
    }

    /**
     * What is asked of each field of the table; null where the plan never asks a field anything that a monitor expresses.
     * The array and the monitors are the same ones after every binding.
     */
    public @Nullable SegmentMonitor[] monitors() {
        return monitors;
    }

    /** The places in {@link #monitors} that are not null, ascending; to be read only. */
    public int[] askedFields() {
        return askedFields;
    }

    /** Whether there is more to ask than the monitors; also where nothing can match and no monitor may say so. */
    public boolean hasRest() {
        return restCount > 0 || isNothing;
    }

    /** Keeps those of the first {@code count} rows for which the rest holds, in place and in order; answers how many. */
    public int confirmRest(Slab slab, int[] rowNumbers, int count) {
        assert slab.schema().equals(layout.schema()) : slab.schema();
        int kept = isNothing ? 0 : count;
        for (int i = 0; i < restCount && kept > 0; i++) {
            kept = rest[i].confirm(slab, rowNumbers, kept);
        }
        return kept;
    }
}
