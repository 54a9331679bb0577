package io.keyfarm.key.advice;

import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One reading thread's part of a table's tally: that thread counts, another one drains, and neither waits.
 *
 * <pre>
 *   reader     using = half + 1   is wanted still that half?   count there   using = 0
 *   drainer    wanted = the other half          has the reader left the old one? drain it, else next turn
 * </pre>
 *
 * Each writes its word and then reads the other's, so that one of the two notices. Counting a query allocates nothing.
 */
public final class TallyStripe {
    private static final VarHandle USING;
    private static final VarHandle WANTED;

    static {
        try {
            USING = MethodHandles.lookup().findVarHandle(TallyStripe.class, "using", int.class);
            WANTED = MethodHandles.lookup().findVarHandle(TallyStripe.class, "wanted", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TableSchema schema;
    private final StripeHalf[] halves;
    /** The half in use plus one, or 0. */
    @SuppressWarnings("unused") // By its handle.
    private int using;

    @SuppressWarnings("unused") // By its handle.
    private int wanted;

    private boolean isSwapped;
    private int callsSinceDrain;

    /** @param seed of the choice of predicates that are kept */
    public TallyStripe(TableSchema schema, long seed) {
        this.schema = schema;
        halves = new StripeHalf[] {new StripeHalf(seed), new StripeHalf(~seed)};
    }

    /** Counts a query that stands for itself alone. By the reader only. */
    public void count(int[] fields, int fieldCount, @Nullable SegmentMonitor[] monitors) {
        count(fields, fieldCount, monitors, 1);
    }

    /**
     * Counts a query. By the reader only.
     *
     * @param fields that may be constrained, {@code fieldCount} of them, in ascending order
     * @param monitors bound, by field of the table
     * @param weight as many queries as it stands for, itself among them
     */
    public void count(int[] fields, int fieldCount, @Nullable SegmentMonitor[] monitors, long weight) {
        assert weight > 0 : weight;
        int half = (int) WANTED.getVolatile(this);
        USING.setVolatile(this, half + 1);
        for (int now = (int) WANTED.getVolatile(this); now != half; now = (int) WANTED.getVolatile(this)) {
            half = now;
            USING.setVolatile(this, half + 1);
        }
        halves[half].count(fields, fieldCount, monitors, weight);
        callsSinceDrain = halves[half].calls();
        USING.setRelease(this, 0);
    }

    /** How often the reader had counted since the last drain when it counted last. By the reader only. */
    public int callsSinceDrain() {
        return callsSinceDrain;
    }

    /**
     * Moves what was counted into the tally. By the drainer only.
     *
     * @return false if the reader was just counting: nothing is lost, and the next turn tries again
     */
    public boolean drain(QueryTally tally) {
        final int old = (int) WANTED.getVolatile(this) ^ (isSwapped ? 1 : 0);
        if (!isSwapped) {
            WANTED.setVolatile(this, old ^ 1);
            isSwapped = true;
        }
        if ((int) USING.getVolatile(this) == old + 1) {
            return false;
        }
        isSwapped = false;
        move(halves[old], tally);
        halves[old].clear();
        return true;
    }

    private void move(StripeHalf half, QueryTally tally) {
        for (int entry = 0; entry < half.size(); entry++) {
            final TreeMap<String, FieldUse> uses = new TreeMap<>();
            for (int i = 0; i < half.width(entry); i++) {
                uses.put(schema.field(half.field(entry, i)).name(), half.use(entry, i));
            }
            final Shape shape = Shape.of(uses);
            final double count = (double) half.count(entry);
            final double owed = (double) half.owed(entry);
            tally.count(shape, count, owed);
            final int filled = half.filled(entry);
            for (int slot = 0; slot < filled; slot++) {
                final int offset = half.predicateOffset(entry, slot);
                if (offset >= 0) {
                    // Where few slots are filled, each stands for more.
                    final double queries = (count - owed) * StripeHalf.SLOTS / filled;
                    tally.keep(shape, predicate(half, entry, offset, shape), queries);
                }
            }
        }
    }

    private ValueSet[] predicate(StripeHalf half, int entry, int offset, Shape shape) {
        final ValueSet[] sets = new ValueSet[shape.fieldCount()];
        int at = offset;
        for (int i = 0; i < half.width(entry); i++) {
            final int field = half.field(entry, i);
            final int bytes = half.predicates(entry).getShort(at);
            final SegmentMonitor monitor =
                    new SegmentMonitor(schema.field(field).type());
            monitor.bindEncoded(half.predicates(entry), at + 2, bytes);
            sets[shape.fields().indexOf(schema.field(field).name())] = ValueSet.of(monitor);
            at += 2 + bytes;
        }
        return sets;
    }
}
