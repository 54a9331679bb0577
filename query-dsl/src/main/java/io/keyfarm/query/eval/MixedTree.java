package io.keyfarm.query.eval;

import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.Slab;
import java.util.Arrays;

/**
 * One tree of {@code and} and {@code or} over comparisons of several fields, for one run: its steps in post-order, a block
 * of rows at a time.
 *
 * <pre>
 *   a = 1 or (b contains "x" and c &lt; d)        rows      0 1 2 3 4 5
 *
 *   leaf  a = 1              keeps 1, 4            mask    . 1 . . 1 .
 *   leaf  b contains "x"     keeps 0, 1, 3         mask    . 1 . . 1 .   1 1 . 1 . .
 *   leaf  c &lt; d              asked 0, 1, 3 only    mask    . 1 . . 1 .   1 . . . . .
 *   and                      joins the or          mask    1 1 . . 1 .
 * </pre>
 *
 * The first operand of a node begins a mask; each further one is asked only for the rows that it can still change, those
 * in the mask of an {@code and} and those not in the mask of an {@code or}.
 */
final class MixedTree implements RestFilter {
    private static final int BLOCK_ROWS = 256;

    private RestFilter[] filters = new RestFilter[4];
    private boolean[] isLeaf = new boolean[4];
    /** Whether the step begins a mask, as the first operand of its parent or as the root. */
    private boolean[] isFirst = new boolean[4];

    private boolean[] isParentAnd = new boolean[4];
    private int stepCount;
    private byte[][] masks = new byte[2][BLOCK_ROWS];
    private final int[] asked = new int[BLOCK_ROWS];
    private final int[] kept = new int[BLOCK_ROWS];
    private final int[] positions = new int[BLOCK_ROWS];

    void begin() {
        stepCount = 0;
    }

    void addLeaf(RestFilter filter, boolean first, Op parent) {
        filters = stepCount < filters.length ? filters : Arrays.copyOf(filters, 2 * stepCount);
        filters[stepCount] = filter;
        addStep(true, first, parent);
    }

    /** All operands of a node have come; it is itself an operand of {@code parent}. */
    void addNode(boolean first, Op parent) {
        filters = stepCount < filters.length ? filters : Arrays.copyOf(filters, 2 * stepCount);
        addStep(false, first, parent);
    }

    private void addStep(boolean leaf, boolean first, Op parent) {
        if (stepCount == isLeaf.length) {
            isLeaf = Arrays.copyOf(isLeaf, 2 * stepCount);
            isFirst = Arrays.copyOf(isFirst, 2 * stepCount);
            isParentAnd = Arrays.copyOf(isParentAnd, 2 * stepCount);
        }
        isLeaf[stepCount] = leaf;
        isFirst[stepCount] = first;
        isParentAnd[stepCount] = parent == Op.AND;
        stepCount++;
    }

    @Override
    public int confirm(Slab slab, int[] rowNumbers, int count) {
        int stayed = 0;
        for (int from = 0; from < count; from += BLOCK_ROWS) {
            final int block = Math.min(BLOCK_ROWS, count - from);
            final byte[] mask = evaluate(slab, rowNumbers, from, block);
            for (int i = 0; i < block; i++) {
                rowNumbers[stayed] = rowNumbers[from + i];
                stayed += mask[i];
            }
        }
        return stayed;
    }

    private byte[] evaluate(Slab slab, int[] rowNumbers, int from, int block) {
        int depth = 0;
        for (int step = 0; step < stepCount; step++) {
            if (isLeaf[step]) {
                if (isFirst[step]) {
                    Arrays.fill(mask(depth++), 0, block, (byte) 0);
                }
                final int open = !isFirst[step] && isParentAnd[step] ? 1 : 0;
                leaf(slab, filters[step], rowNumbers, from, block, masks[depth - 1], open);
            } else if (!isFirst[step]) {
                depth--;
                combine(masks[depth - 1], masks[depth], block, isParentAnd[step]);
            }
        }
        assert depth == 1 : depth;
        return masks[0];
    }

    /** Asks the filter for those rows whose mask is {@code open}; of these the ones kept get 1 and the others 0. */
    private void leaf(Slab slab, RestFilter filter, int[] rowNumbers, int from, int block, byte[] mask, int open) {
        int askedCount = 0;
        for (int i = 0; i < block; i++) {
            asked[askedCount] = rowNumbers[from + i];
            positions[askedCount] = i;
            askedCount += mask[i] == open ? 1 : 0;
        }
        System.arraycopy(asked, 0, kept, 0, askedCount);
        final int keptCount = filter.confirm(slab, kept, askedCount);
        // What was kept stands in the order it was asked in.
        int next = 0;
        for (int i = 0; i < askedCount; i++) {
            final boolean isKept = next < keptCount && kept[next] == asked[i];
            mask[positions[i]] = (byte) (isKept ? 1 : 0);
            next += isKept ? 1 : 0;
        }
    }

    private static void combine(byte[] into, byte[] operand, int block, boolean and) {
        for (int i = 0; i < block; i++) {
            into[i] = (byte) (and ? into[i] & operand[i] : into[i] | operand[i]);
        }
    }

    private byte[] mask(int depth) {
        if (depth == masks.length) {
            masks = Arrays.copyOf(masks, 2 * depth);
            for (int i = depth; i < masks.length; i++) {
                masks[i] = new byte[BLOCK_ROWS];
            }
        }
        return masks[depth];
    }
}
