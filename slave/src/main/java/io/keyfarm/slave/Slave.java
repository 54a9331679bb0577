package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Holds parts of tables in memory with their keys, and knows the plans it was sent.
 *
 * <p>Threads: each session reads on the thread its frames arrive on. Parts and keys are changed by one thread at a time
 * (the methods that change them are synchronized); readers never wait for it. {@link #doWork} is the agent's turn.
 */
public final class Slave implements AutoCloseable {
    private final SlaveSettings settings;
    private final NanoClock clock;
    private final MemoryLedger ledger;
    private final ReadStamps stamps = new ReadStamps();
    private final Map<String, Generations> parts = new ConcurrentHashMap<>();
    private final Map<PlanId, QueryPlan> plans = new ConcurrentHashMap<>();
    private final Deque<Retired> retired = new ArrayDeque<>();
    private long expiredReadCount;

    /** What was taken out of sight at a stamp, to be freed when no read announced before it is open. */
    private record Retired(long stamp, AutoCloseable memory) {}

    public Slave(SlaveSettings settings, NanoClock clock, MemoryLedger ledger) {
        this.settings = settings;
        this.clock = clock;
        this.ledger = ledger;
    }

    /** A session for one reading thread; its frames must arrive on one thread at a time. */
    public SlaveSession openSession() {
        return new SlaveSession(this);
    }

    /** Takes a part over, and with it the slab's memory. Other generations of the same part stay beside it. */
    public synchronized void putPart(Slab slab, long generationDigest) {
        final String table = slab.schema().name();
        parts.put(table, parts.getOrDefault(table, Generations.NONE).with(new TablePart(slab, generationDigest)));
    }

    /** Removes one generation of the table's part; open reads finish on it. */
    public synchronized void dropPart(String table, long generationDigest) {
        final Generations generations = parts.getOrDefault(table, Generations.NONE);
        final TablePart part = generations.find(generationDigest);
        if (part == null) {
            return;
        }
        final Generations left = generations.without(part);
        if (left.isEmpty()) {
            parts.remove(table);
        } else {
            parts.put(table, left);
        }
        retire(part);
    }

    /** Builds a key and puts up a shelf that has it; a key over the same fields is replaced. */
    public void putKey(String table, KeySpec spec, KeyTier tier) {
        putKey(buildKey(requirePart(table).slab(), spec, tier));
    }

    /**
     * Builds a key over rows that may yet become a part. The agent and readers go on: this takes as long as it takes. The
     * key is the caller's until it is put up.
     *
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for it; then nothing is held
     */
    public SortedKey buildKey(Slab slab, KeySpec spec, KeyTier tier) {
        return new KeyBuilder(ledger).build(slab, spec, tier, hashedFields(slab, spec, tier));
    }

    /** Puts up a shelf that has this key over the newest part, and takes it over; one over the same fields is replaced. */
    public synchronized void putKey(SortedKey key) {
        final TablePart part = requirePart(key.slab().schema().name());
        assert part.slab() == key.slab() : key.spec();
        final KeyShelf shelf = part.shelf();
        final int existing = shelf.find(key.spec());
        part.putUp((existing < 0 ? shelf : shelf.without(existing)).with(key));
        if (existing >= 0) {
            retire(shelf.key(existing));
        }
    }

    /** Takes the key off the shelf; answers whether there was one. */
    public synchronized boolean dropKey(String table, KeySpec spec) {
        final TablePart part = requirePart(table);
        final KeyShelf shelf = part.shelf();
        final int index = shelf.find(spec);
        if (index < 0) {
            return false;
        }
        part.putUp(shelf.without(index));
        retire(shelf.key(index));
        return true;
    }

    /**
     * The keys there are now are those of this epoch: hints of any other name other keys, and are ignored, until keys change
     * and the next epoch is told.
     */
    public synchronized void activate(String table, long keyEpoch) {
        final TablePart part = requirePart(table);
        part.putUp(part.shelf().inEpoch(keyEpoch));
    }

    /** Builds a bitmap key of one field and puts up a shelf that has it; one of the same field is replaced. */
    public void putBitmapKey(String table, KeySpec spec) {
        putBitmapKey(buildBitmapKey(requirePart(table).slab(), spec));
    }

    /** Builds a bitmap key over rows that may yet become a part. It is the caller's until it is put up. */
    public BitmapKey buildBitmapKey(Slab slab, KeySpec spec) {
        return new BitmapKeyBuilder(ledger).build(slab, spec);
    }

    /** Puts up a shelf that has this bitmap key over the newest part, and takes it over; as {@link #putKey}. */
    public synchronized void putBitmapKey(BitmapKey key) {
        final TablePart part = requirePart(key.slab().schema().name());
        assert part.slab() == key.slab() : key.spec();
        final BitmapKey before = part.shelf().findBitmap(key.spec());
        final KeyShelf shelf = before == null ? part.shelf() : part.shelf().without(before);
        part.putUp(shelf.with(key));
        if (before != null) {
            retire(before);
        }
    }

    /** Takes the bitmap key off the shelf; answers whether there was one. */
    public synchronized boolean dropBitmapKey(String table, KeySpec spec) {
        final TablePart part = requirePart(table);
        final BitmapKey key = part.shelf().findBitmap(spec);
        if (key == null) {
            return false;
        }
        part.putUp(part.shelf().without(key));
        retire(key);
        return true;
    }

    /** What a farmer may know of the table's bitmap keys. */
    public List<BitmapSummary> bitmapSummaries(String table) {
        final List<BitmapSummary> summaries = new ArrayList<>();
        for (final BitmapKey key : requirePart(table).shelf().bitmaps()) {
            summaries.add(key.summary());
        }
        return summaries;
    }

    /** What a farmer may know of the table's keys, in the order in which key hints count them. */
    public List<KeySummary> summaries(String table) {
        final List<KeySummary> summaries = new ArrayList<>();
        for (final SortedKey key : requirePart(table).shelf().keys()) {
            summaries.add(key.summary());
        }
        return summaries;
    }

    /** The rows of the newest part, which stay the slave's. */
    public Slab slab(String table) {
        return requirePart(table).slab();
    }

    public int rowCount(String table) {
        return requirePart(table).slab().rowCount();
    }

    /** Reads that were left open and closed at their deadline. */
    public synchronized long expiredReadCount() {
        return expiredReadCount;
    }

    /** One bounded turn: closes what was left open beyond its deadline, frees what no read can see any more. */
    public synchronized int doWork() {
        final int expired = stamps.expire(clock.nanoTime());
        expiredReadCount += expired;
        return expired + freeRetired();
    }

    /**
     * Frees all parts and keys, and closes what was left open. Waits for the reads that are under way, which end soon:
     * each stops at its deadline.
     */
    @Override
    public synchronized void close() {
        for (final Generations generations : parts.values()) {
            generations.all().forEach(this::retire);
        }
        parts.clear();
        expiredReadCount += stamps.expireAll();
        while (!retired.isEmpty()) {
            if (freeRetired() == 0) {
                Thread.onSpinWait();
                stamps.expireAll();
            }
        }
    }

    /** The table's part of this generation, or of the newest one for 0; null if there is none. */
    @Nullable
    TablePart part(String table, long generationDigest) {
        final Generations generations = parts.get(table);
        return generations == null ? null : generations.find(generationDigest);
    }

    boolean hasTable(String table) {
        return parts.containsKey(table);
    }

    @Nullable
    QueryPlan plan(PlanId id) {
        return plans.get(id);
    }

    void learn(QueryPlan plan) {
        if (plans.size() >= settings.maxPlans()) {
            // Forgetting is safe: a farmer is asked for whatever is missing.
            plans.clear();
        }
        plans.put(plan.id(), plan);
    }

    SlaveSettings settings() {
        return settings;
    }

    NanoClock clock() {
        return clock;
    }

    MemoryLedger ledger() {
        return ledger;
    }

    ReadStamps stamps() {
        return stamps;
    }

    CostModel costs() {
        return settings.costs();
    }

    /** A hot key finds the rows of one value of its first field by hash, where that field's code is exact. */
    private static int hashedFields(Slab slab, KeySpec spec, KeyTier tier) {
        return tier == KeyTier.HOT ? Math.min(1, new KeyCode(slab, spec).exactFields()) : 0;
    }

    private TablePart requirePart(String table) {
        final TablePart part = part(table, Generations.NEWEST);
        if (part == null) {
            throw new BadValueException("there is no table " + table + " here; there are " + parts.keySet());
        }
        return part;
    }

    private void retire(TablePart part) {
        for (final SortedKey key : part.shelf().keys()) {
            retire(key);
        }
        for (final BitmapKey key : part.shelf().bitmaps()) {
            retire(key);
        }
        retire(part.slab());
    }

    private void retire(AutoCloseable memory) {
        retired.add(new Retired(stamps.advance(), memory));
    }

    private int freeRetired() {
        final long oldest = stamps.oldestAnnounced();
        int count = 0;
        while (!retired.isEmpty() && retired.getFirst().stamp() <= oldest) {
            free(retired.removeFirst().memory());
            count++;
        }
        return count;
    }

    private static void free(AutoCloseable memory) {
        try {
            memory.close();
        } catch (Exception e) {
            throw new IllegalStateException("memory could not be freed", e);
        }
    }
}
