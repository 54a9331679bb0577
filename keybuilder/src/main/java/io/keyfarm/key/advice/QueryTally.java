package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.ValueSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How often each shape was asked of a table, fading, and some of the predicates it was asked with.
 *
 * <pre>
 *   state zip      90.0    [FL] [33101]   [GA] [30301]   …  up to 32 of them
 *   name           40.0    [Joe]   …
 * </pre>
 *
 * At most 256 shapes, by Space-Saving: what a count may be too high by is known. Merging two tallies keeps that true (Agarwal et al.,
 * 2012). Counts halve with every half life, in any unit: nanoseconds of a clock, or queries. For one thread.
 */
public final class QueryTally {
    public static final int MAX_SHAPES = 256;
    public static final int MAX_PREDICATES = 32;

    private static final double FORGOTTEN = 0.05;
    private static final int MAX_TEXT = 1 << 20;

    private final SplittableRandom random;
    private final double halfLife;
    private final Map<Shape, Entry> entries = new LinkedHashMap<>();
    private long now;

    /**
     * @param halfLife after which a count is worth half
     * @param random chooses which predicates stay
     */
    public QueryTally(double halfLife, SplittableRandom random) {
        if (!(halfLife > 0)) {
            throw new BadValueException("a tally's half life is above 0, not " + halfLife);
        }
        this.halfLife = halfLife;
        this.random = random;
    }

    /** Lines of a shape and its count: {@code state zip  90}. It does not fade. */
    public static QueryTally parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new BadValueException("a tally has up to " + MAX_TEXT + " letters, not " + text.length());
        }
        final QueryTally tally = new QueryTally(Double.POSITIVE_INFINITY, new SplittableRandom(0));
        for (final String line : text.strip().split("\n")) {
            final String words = line.strip();
            final int split = Math.max(words.lastIndexOf(' '), 0);
            final String count = words.substring(split).strip();
            if (split == 0 || !count.matches("[0-9]{1,15}(\\.[0-9]{1,9})?")) {
                throw new BadValueException("a tally's line reads 'state zip  90', not '" + words + "'");
            }
            tally.count(Shape.parse(words.substring(0, split)), Double.parseDouble(count), 0);
        }
        return tally;
    }

    /** Lets counts fade up to this moment, in the unit of the half life. Time that goes back is none. */
    public void advance(long to) {
        if (to > now && Double.isFinite(halfLife)) {
            fade(Math.pow(0.5, (to - now) / halfLife));
        }
        now = Math.max(now, to);
    }

    private void fade(double factor) {
        entries.values().removeIf(entry -> {
            entry.count *= factor;
            entry.owed *= factor;
            entry.seen *= factor;
            return entry.count < FORGOTTEN;
        });
    }

    public void count(Shape shape, double weight) {
        count(shape, weight, 0);
    }

    /** @param owed so much of the weight may be others' */
    void count(Shape shape, double weight, double owed) {
        if (!(weight >= owed && owed >= 0 && weight <= WorkloadCost.MAX_NUMBER)) {
            throw new BadValueException("a count is 0 or more, not " + weight + ", of which " + owed + " is owed");
        }
        Entry entry = entries.get(shape);
        if (entry == null) {
            entry = new Entry();
            if (entries.size() == MAX_SHAPES) {
                final Shape least = least();
                final Entry gone = entries.remove(least);
                final double debt = gone == null ? 0 : gone.count;
                entry.count = debt;
                entry.owed = debt;
            }
            entries.put(shape, entry);
        }
        entry.count += weight;
        entry.owed += owed;
    }

    private Shape least() {
        Shape least = entries.keySet().iterator().next();
        for (final Map.Entry<Shape, Entry> each : entries.entrySet()) {
            if (each.getValue().count < count(least)) {
                least = each.getKey();
            }
        }
        return least;
    }

    /** A predicate that stands for so many queries of its stripe, 8 of which at most are handed on. */
    void keep(Shape shape, ValueSet[] predicate, double queries) {
        final Entry entry = entries.get(shape);
        if (entry == null) {
            return;
        }
        entry.seen += Math.max(1, queries / StripeHalf.SLOTS);
        if (entry.predicates.size() < MAX_PREDICATES) {
            entry.predicates.add(predicate);
            return;
        }
        // Of older predicates as many go as the newer ones stand for.
        if (random.nextDouble() * entry.seen < MAX_PREDICATES * Math.max(1, queries / StripeHalf.SLOTS)) {
            entry.predicates.set(random.nextInt(MAX_PREDICATES), predicate);
        }
    }

    /** Adds what another counted of the same table. */
    public void merge(QueryTally other) {
        advance(other.now);
        other.advance(now);
        final double mine = entries.size() < MAX_SHAPES ? 0 : count(least());
        final double others = other.entries.size() < MAX_SHAPES ? 0 : other.count(other.least());
        final Map<Shape, Entry> all = new LinkedHashMap<>();
        entries.forEach((shape, entry) -> {
            final Entry theirs = other.entries.get(shape);
            all.put(shape, theirs == null ? entry.owing(others) : entry.plus(theirs, random));
        });
        other.entries.forEach((shape, entry) -> all.computeIfAbsent(shape, it -> entry.owing(mine)));
        entries.clear();
        all.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<Shape, Entry> it) -> -it.getValue().count)
                        .thenComparing(Map.Entry::getKey))
                .limit(MAX_SHAPES)
                .forEach(it -> entries.put(it.getKey(), it.getValue()));
    }

    /** The most often asked first. */
    public List<Shape> shapes() {
        return entries.keySet().stream()
                .sorted(Comparator.comparingDouble((Shape shape) -> -count(shape))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** How often the shape was asked, faded; never less than that, and at most {@link #owed} more. */
    public double count(Shape shape) {
        final Entry entry = entries.get(shape);
        return entry == null ? 0 : entry.count;
    }

    public double owed(Shape shape) {
        final Entry entry = entries.get(shape);
        return entry == null ? 0 : entry.owed;
    }

    /** What the shape was asked with: for each predicate a set for each of the shape's fields, in their order. */
    public List<ValueSet[]> predicates(Shape shape) {
        final Entry entry = entries.get(shape);
        return entry == null ? List.of() : List.copyOf(entry.predicates);
    }

    /** The moment counts have faded to. */
    public long now() {
        return now;
    }

    double halfLife() {
        return halfLife;
    }

    double seen(Shape shape) {
        final Entry entry = entries.get(shape);
        return entry == null ? 0 : entry.seen;
    }

    void restore(Shape shape, double count, double owed, double seen, List<ValueSet[]> predicates) {
        final Entry entry = new Entry();
        entry.count = count;
        entry.owed = owed;
        entry.seen = seen;
        entry.predicates.addAll(predicates);
        entries.put(shape, entry);
    }

    void restore(long moment) {
        now = moment;
    }

    /** For the wire and the disk. */
    public byte[] encode() {
        return TallyCodec.encode(this);
    }

    /**
     * What {@link #encode} wrote, of this table.
     *
     * @throws BadValueException if the bytes are none, or name fields that the table lacks
     */
    public static QueryTally decode(byte[] bytes, TableSchema schema, SplittableRandom random) {
        return TallyCodec.decode(bytes, schema, random);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        for (final Shape shape : shapes()) {
            text.append(shape)
                    .append("    ")
                    .append(Math.rint(count(shape) * 10) / 10)
                    .append('\n');
        }
        return text.toString().replace(".0\n", "\n");
    }

    private static final class Entry {
        private double count;
        private double owed;
        /** How many queries the predicates stand for, fading. */
        private double seen;

        private final List<ValueSet[]> predicates = new ArrayList<>();

        Entry owing(double debt) {
            final Entry sum = copy();
            sum.count += debt;
            sum.owed += debt;
            return sum;
        }

        private Entry copy() {
            final Entry copy = new Entry();
            copy.count = count;
            copy.owed = owed;
            copy.seen = seen;
            copy.predicates.addAll(predicates);
            return copy;
        }

        Entry plus(Entry other, SplittableRandom random) {
            final Entry sum = copy();
            sum.count += other.count;
            sum.owed += other.owed;
            sum.seen += other.seen;
            final List<ValueSet[]> mine = new ArrayList<>(predicates);
            final List<ValueSet[]> theirs = new ArrayList<>(other.predicates);
            sum.predicates.clear();
            while (sum.predicates.size() < MAX_PREDICATES && !(mine.isEmpty() && theirs.isEmpty())) {
                final boolean isMine =
                        theirs.isEmpty() || (!mine.isEmpty() && random.nextDouble() * (seen + other.seen) < seen);
                final List<ValueSet[]> from = isMine ? mine : theirs;
                sum.predicates.add(from.remove(random.nextInt(from.size())));
            }
            return sum;
        }
    }
}
