package io.keyfarm.bench;

import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All ways of seeking in one kind of data, in turns, against the plain one.
 *
 * <pre>
 *   probes     rows drawn by chance:  | window | window | window | …
 *   a round    every way takes the next window of its own; the order of the ways moves on by one
 * </pre>
 *
 * Windows are short, so that whatever else the machine does meets all ways alike, and so many that none finds in a cache
 * what another one has just read.
 */
final class SeekRace implements AutoCloseable {
    static final int PROBES = 1 << 20;
    private static final int WINDOW = 1 << 15;
    private static final int CHECKED = 1 << 16;
    private static final int CHECKED_AT_ONCE = 32;
    private static final int WARM_ROUNDS = 3;
    private static final int ROUNDS = 9;

    /** Ways of seeking, in the order in which they are printed. */
    enum Way {
        PLAIN("plain"),
        COLD("cold"),
        HOT("hot"),
        BATCH_COLD("batch cold"),
        BATCH_HOT("batch hot"),
        EQUALITY("equality");

        final String title;

        Way(String title) {
            this.title = title;
        }
    }

    private final SeekCase seekCase;
    private final SortedKey cold;
    private final SortedKey hot;
    private @Nullable SortedKey hashed;
    private final long pointers;
    private final Map<Way, Contestant> ways = new EnumMap<>(Way.class);
    private final Map<Way, Medians> times = new EnumMap<>(Way.class);
    private final Map<Way, Medians> factors = new EnumMap<>(Way.class);
    private int nextProbe;

    SeekRace(SeekCase seekCase, MemoryLedger ledger, long seed) {
        this.seekCase = seekCase;
        final KeyBuilder builder = new KeyBuilder(ledger);
        cold = builder.build(seekCase.slab(), seekCase.spec(), KeyTier.COLD);
        hot = builder.build(seekCase.slab(), seekCase.spec(), KeyTier.HOT);
        pointers = Contestants.copyRowNumbers(cold);
        enter(builder, seed);
    }

    private SortedKey hashed(KeyBuilder builder) {
        final int allFields = seekCase.spec().fields().size();
        return builder.build(seekCase.slab(), seekCase.spec(), KeyTier.COLD, allFields);
    }

    private void enter(KeyBuilder builder, long seed) {
        final PlainKey plain = seekCase.plain();
        plain.use(pointers);
        final Probes probes = Contestants.drawProbes(seekCase, cold.coder(), PROBES, seed);
        ways.put(Way.PLAIN, Contestants.plain(plain));
        if (isPacked()) {
            ways.put(Way.COLD, Contestants.single(cold, probes));
            ways.put(Way.HOT, Contestants.single(hot, probes));
            ways.put(Way.BATCH_COLD, Contestants.batch(cold, probes));
            ways.put(Way.BATCH_HOT, Contestants.batch(hot, probes));
            final SortedKey withHash = hashed(builder);
            hashed = withHash;
            ways.put(Way.EQUALITY, Contestants.equality(withHash, probes));
        } else {
            ways.put(Way.COLD, Contestants.loop(cold, (PlainTexts) plain));
            ways.put(Way.HOT, Contestants.loop(hot, (PlainTexts) plain));
        }
    }

    /** Whether a packed code holds all of the key. */
    boolean isPacked() {
        return cold.coder().exactFields() == cold.coder().fieldCount();
    }

    /** @throws WrongAnswerException if the key is not in order, or any way answers other than the plain one */
    void check() {
        checkOrder();
        for (int from = 0; from < CHECKED; from += CHECKED_AT_ONCE) {
            long expected = 0;
            for (final Map.Entry<Way, Contestant> way : ways.entrySet()) {
                final long sum = way.getValue().run(from, from + CHECKED_AT_ONCE);
                if (way.getKey() == Way.PLAIN) {
                    expected = sum;
                } else if (sum != expected) {
                    throw new WrongAnswerException("%s, %s: probes %d to %d find other rows than the plain way"
                            .formatted(seekCase.name(), way.getKey().title, from, from + CHECKED_AT_ONCE));
                }
            }
        }
    }

    private void checkOrder() {
        final PlainKey plain = seekCase.plain();
        long sum = 0;
        for (int i = 0; i < cold.rowCount(); i++) {
            final int row = plain.rowNumber(i);
            sum += row;
            final int order = i == 0 ? -1 : plain.compare(plain.rowNumber(i - 1), row);
            if (order > 0 || (order == 0 && plain.rowNumber(i - 1) >= row) || hot.rowNumber(i) != row) {
                throw new WrongAnswerException("%s: the key is out of order at index %d".formatted(seekCase.name(), i));
            }
        }
        if (sum != (cold.rowCount() - 1L) * cold.rowCount() / 2) {
            throw new WrongAnswerException(seekCase.name() + ": the key lacks rows");
        }
    }

    void run() {
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            final Way[] order = ways.keySet().toArray(Way[]::new);
            final Map<Way, Double> ns = new EnumMap<>(Way.class);
            for (int i = 0; i < order.length; i++) {
                final Way way = order[(i + round) % order.length];
                ns.put(way, timeWindow(way));
            }
            if (round >= WARM_ROUNDS) {
                final double plainNs = ns.getOrDefault(Way.PLAIN, Double.NaN);
                ns.forEach((way, it) -> {
                    times.computeIfAbsent(way, none -> new Medians()).add(it);
                    factors.computeIfAbsent(way, none -> new Medians()).add(plainNs / it);
                });
            }
        }
    }

    private double timeWindow(Way way) {
        final Contestant contestant = Objects.requireNonNull(ways.get(way), way.title);
        final int from = nextProbe;
        nextProbe = (nextProbe + WINDOW) % PROBES;
        final long startNs = ThreadClock.cpuNs();
        Sink.take(contestant.run(from, from + WINDOW));
        return (double) (ThreadClock.cpuNs() - startNs) / WINDOW;
    }

    /** How many times as fast as the plain way; NaN if this key has no such way. */
    double factor(Way way) {
        final Medians measured = factors.get(way);
        return measured == null ? Double.NaN : measured.median();
    }

    double ns(Way way) {
        final Medians measured = times.get(way);
        return measured == null ? Double.NaN : measured.median();
    }

    double coldBytesPerRow() {
        return (double) cold.bytes() / cold.rowCount();
    }

    double hotBytesPerRow() {
        return (double) hot.bytes() / hot.rowCount();
    }

    String name() {
        return seekCase.name();
    }

    @Override
    public void close() {
        cold.close();
        hot.close();
        if (hashed != null) {
            hashed.close();
        }
        Memory.free(pointers);
    }
}
