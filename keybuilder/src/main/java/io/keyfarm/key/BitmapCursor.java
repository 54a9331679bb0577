package io.keyfarm.key;

import io.keyfarm.key.advice.BitmapPlan;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows that several bitmap keys of one slab agree on, by row number, window by window.
 *
 * <pre>
 *   state in {FL, GA}   FL 01100010 | 00000000         colour = red   11000000 | 00010000
 *                       GA 10000000 | 01000000
 *                  or      11100010 | 01000000   and   ─►             11000000 | none, and so none is looked for
 * </pre>
 *
 * Within a field the rows of the values admitted are united, or those of all others taken away where that is less work.
 * The field with the fewest rows in a window goes first. If they are few, they stay sorted row numbers, which gallop
 * through those of another value and are looked up in its bits; if they are many, bits are combined, 64 rows at once.
 * Nothing larger than a window is ever made, so that who wants few rows pays for few windows.
 *
 * <p>Fields that would not pay are not served: {@link #isServed} tells. Counted work: a <em>seek</em> is one search among a
 * field's values, a row number or a word of bits is <em>examined</em> when it is looked at. One thread; reusable by
 * {@link #open}; allocates nothing once the monitors' largest sets have been seen.
 */
public final class BitmapCursor implements FieldsCursor {
    private final BitmapField[] fields;
    private final BitmapPlan plan;
    private final BooleanSupplier isStopped;
    private final int rowCount;
    private final int windowCount;

    /** The fields served, and those of them that narrow the window at hand, fewest rows first. */
    private final BitmapField[] served;

    private final BitmapField[] order;
    private int servedCount;

    private final WindowRows found = new WindowRows();
    private final long[] scratch = new long[BitmapWindow.WORDS];
    private int nextWindow;
    private int base;

    /** @param isStopped asked before each window; true ends the walk */
    public BitmapCursor(List<BitmapKey> keys, CostModel costs, BooleanSupplier isStopped) {
        this.isStopped = isStopped;
        fields = new BitmapField[keys.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = new BitmapField(keys.get(i));
        }
        rowCount = keys.isEmpty() ? 0 : keys.get(0).rowCount();
        windowCount = BitmapWindow.count(rowCount);
        plan = new BitmapPlan(costs);
        served = new BitmapField[fields.length];
        order = new BitmapField[fields.length];
    }

    /** {@inheritDoc} Looks the values up, and so knows {@link #plan} exactly, but no row yet. */
    @Override
    public boolean open(@Nullable SegmentMonitor[] monitorsByTableField) {
        plan.begin((double) rowCount);
        for (int i = 0; i < fields.length; i++) {
            final SegmentMonitor monitor = monitorsByTableField[fields[i].key.tableField()];
            if (monitor != null && !monitor.isWild()) {
                fields[i].bind(monitor);
                final AdmittedIds ids = fields[i].ids;
                plan.add(i, (double) ids.rows(), ids.idCount(), fields[i].key.valueCount(), (double) ids.seeks());
            }
        }
        plan.end();
        servedCount = plan.servedCount();
        for (int i = 0; i < servedCount; i++) {
            served[i] = fields[plan.served(i)];
        }
        found.clear();
        nextWindow = costRows() == 0 ? windowCount : 0;
        return servedCount > 0;
    }

    /** What this way is expected to take; from true counts of each field. */
    public BitmapPlan plan() {
        return plan;
    }

    @Override
    public int servedCount() {
        return servedCount;
    }

    /** {@inheritDoc} They stand by what each is expected to leave, the fewest rows first. */
    @Override
    public int servedKey(int index) {
        return plan.served(index);
    }

    @Override
    public int servedField(int index) {
        return served[index].key.tableField();
    }

    @Override
    public boolean isServed(int tableField) {
        for (int i = 0; i < servedCount; i++) {
            if (served[i].key.tableField() == tableField) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long costRows() {
        long least = servedCount == 0 ? 0 : rowCount;
        for (int i = 0; i < servedCount; i++) {
            least = Math.min(least, served[i].ids.rows());
        }
        return least;
    }

    @Override
    public int next(int[] rowNumbers) {
        int count = 0;
        while (count < rowNumbers.length && findRows()) {
            count = found.take(base, rowNumbers, count);
        }
        return count;
    }

    @Override
    public long count() {
        long count = found.count();
        while (nextWindow < windowCount && !isStopped.getAsBoolean()) {
            count += countWindow(nextWindow++);
        }
        nextWindow = windowCount;
        return count;
    }

    @Override
    public boolean exists() {
        return findRows();
    }

    @Override
    public long seeks() {
        long seeks = 0;
        for (int i = 0; i < servedCount; i++) {
            seeks += served[i].ids.seeks();
        }
        return seeks;
    }

    @Override
    public long rowsExamined() {
        long examined = 0;
        for (int i = 0; i < servedCount; i++) {
            examined += served[i].examined();
        }
        return examined;
    }

    private boolean findRows() {
        while (!found.hasMore()) {
            if (nextWindow == windowCount || isStopped.getAsBoolean()) {
                nextWindow = windowCount;
                return false;
            }
            final int window = nextWindow++;
            final int windowRows = windowRows(window);
            evaluate(enter(window, windowRows), windowRows);
        }
        return true;
    }

    /** Where all fields are dense no row is taken out of the bits. */
    private int countWindow(int window) {
        final int windowRows = windowRows(window);
        final int count = enter(window, windowRows);
        if (count == 0) {
            return windowRows;
        }
        if (count == 1) {
            return order[0].rows();
        }
        if (count == 2 && denseLead(count) == 2) {
            return WindowRows.countAnd(order[0].denseWords(), order[1].denseWords());
        }
        if (count == 3 && denseLead(count) == 3) {
            return WindowRows.countAnd(order[0].denseWords(), order[1].denseWords(), order[2].denseWords());
        }
        evaluate(count, windowRows);
        return found.count();
    }

    private int windowRows(int window) {
        base = window << BitmapWindow.SHIFT;
        return Math.min(BitmapWindow.ROWS, rowCount - base);
    }

    /** Finds the rows of the window that so many fields narrow, none if that is below zero. */
    private void evaluate(int count, int windowRows) {
        if (count < 0) {
            found.clear();
        } else if (count == 0) {
            WindowRows.setAll(found.words, windowRows);
            found.setBits();
        } else if (order[0].isListed()) {
            order[0].list(found.places);
            retain(order[0].rows(), 1, count, windowRows);
        } else {
            combine(count, windowRows);
        }
    }

    /** Puts the fields that narrow this window into order and answers how many; −1 if one leaves none of its rows. */
    private int enter(int window, int windowRows) {
        int count = 0;
        for (int i = 0; i < servedCount; i++) {
            final BitmapField field = served[i];
            final int rows = field.enter(window);
            if (rows == 0) {
                return -1;
            }
            if (rows < windowRows) {
                int at = count++;
                while (at > 0 && order[at - 1].rows() > rows) {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = field;
            }
        }
        return count;
    }

    /** Few rows are left, sorted: keeps those of them that the other fields admit. */
    private void retain(int placeCount, int from, int count, int windowRows) {
        int left = placeCount;
        // A look into bits costs a tenth of a search among row numbers.
        for (int i = from; i < count && left > 0; i++) {
            left = order[i].isOneDense() ? order[i].retain(found.places, left, scratch, windowRows) : left;
        }
        for (int i = from; i < count && left > 0; i++) {
            left = order[i].isOneDense() ? left : order[i].retain(found.places, left, scratch, windowRows);
        }
        found.setListed(left);
    }

    private void combine(int count, int windowRows) {
        final long[] words = found.words;
        int next = denseLead(count);
        switch (next) {
            case 0 -> {
                order[0].fill(words, windowRows);
                next = 1;
            }
            case 1 -> WindowRows.copy(words, order[0].denseWords());
            case 2 -> WindowRows.copyAnd(words, order[0].denseWords(), order[1].denseWords());
            default -> WindowRows.copyAnd(words, order[0].denseWords(), order[1].denseWords(), order[2].denseWords());
        }
        for (; next < count; next++) {
            if (order[next].isListed()) {
                order[next].list(found.places);
                final int left = WindowRows.retain(found.places, order[next].rows(), words);
                retain(left, next + 1, count, windowRows);
                return;
            }
            order[next].and(words, scratch, windowRows);
        }
        found.setBits();
    }

    /** How many of the first fields, three at most, are one dense value each. */
    private int denseLead(int count) {
        int lead = 0;
        while (lead < 3 && lead < count && order[lead].isOneDense()) {
            lead++;
        }
        return lead;
    }
}
