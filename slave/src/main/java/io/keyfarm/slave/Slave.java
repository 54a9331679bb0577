package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.BuildTurns;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.RowSample;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.key.build.ColumnBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.wire.link.FrameListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
    private volatile CostModel costs;
    private final NanoClock clock;
    private final MemoryLedger ledger;
    private final ReadStamps stamps = new ReadStamps();
    private final Map<String, Generations> parts = new ConcurrentHashMap<>();
    private final Map<PlanId, QueryPlan> plans = new ConcurrentHashMap<>();
    private final Tallies tallies;
    private final Deque<Retired> retired = new ArrayDeque<>();
    private final KeyEpochs keyEpochs = new KeyEpochs(this);
    private boolean isClosed;
    private long expiredReadCount;

    /** What was taken out of sight at a stamp, to be freed when no read announced before it is open. */
    private record Retired(long stamp, AutoCloseable memory) {}

    public Slave(SlaveSettings settings, NanoClock clock, MemoryLedger ledger) {
        this.settings = settings;
        costs = settings.costs();
        this.clock = clock;
        this.ledger = ledger;
        tallies = new Tallies(settings.isTallying());
    }

    /** A session for one reading thread; its frames must arrive on one thread at a time. */
    public SlaveSession openSession() {
        return new SlaveSession(this);
    }

    /**
     * A session for a coordinator of key epochs; its frames must arrive on one thread at a time. Each is answered at once: what
     * is proposed is built in {@linkplain #buildTurn turns}.
     */
    public FrameListener openKeySession() {
        return new KeySession(this, keyEpochs);
    }

    /** Which epoch is in force over the newest rows of the table, or one of {@link io.keyfarm.wire.KeyEpoch}. */
    public synchronized long keyEpoch(String table) {
        return Proposal.epochInForce(requirePart(table));
    }

    /** Whether keys that were proposed are still to be built. */
    public synchronized boolean isBuilding() {
        return keyEpochs.isBuilding();
    }

    /**
     * Builds one of the keys that were proposed, over one segment; what is in force stays as it is, and nobody waits meanwhile. Where
     * the key is not wanted any more, or {@code pace} ends it by a {@link io.keyfarm.key.build.BuildCancelledException}, it is
     * left out, and nothing is held of it; a coordinator is told of any other trouble.
     *
     * @return 0 if there was nothing to build, or another thread builds
     */
    public int buildTurn(BuildPace pace) {
        final BuildTask task;
        synchronized (this) {
            task = keyEpochs.begin();
        }
        if (task == null) {
            return 0;
        }
        task.run(this, pace);
        synchronized (this) {
            keyEpochs.end(task);
        }
        return 1;
    }

    /** Takes a part over, and with it the slab's memory. Other generations of the same part stay beside it. */
    public void putPart(Slab slab, long generationDigest) {
        putPart(List.of(slab), 0, generationDigest);
    }

    /**
     * Takes slabs over as the segments of a part, behind the first {@code keptCount} segments of the newest generation that
     * is here, which both generations have from now on. Other generations of the same part stay beside it.
     *
     * @param slabs at least one; with what is kept they can be {@linkplain io.keyfarm.rows.JoinedSlabs#canJoin joined}
     */
    public synchronized void putPart(List<Slab> slabs, int keptCount, long generationDigest) {
        final String table = slabs.get(0).schema().name();
        final List<Segment> segments = new ArrayList<>();
        if (keptCount > 0) {
            segments.addAll(requirePart(table).segments().subList(0, keptCount));
        }
        slabs.forEach(slab -> segments.add(new Segment(slab)));
        final TablePart part = new TablePart(segments, generationDigest);
        segments.forEach(Segment::hold);
        tallies.onPart(part.slab().schema());
        parts.put(table, parts.getOrDefault(table, Generations.NONE).with(part));
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
        tallies.onGone(part.slab().schema(), left);
        retire(part);
    }

    /** Builds a key over each segment and puts up shelves that have it; a key over the same fields is replaced. */
    public void putKey(String table, KeySpec spec, KeyTier tier) {
        slabs(table).forEach(slab -> putKey(buildKey(slab, spec, tier)));
    }

    /**
     * Builds a key over rows that may yet become a part. The agent and readers go on: this takes as long as it takes. The
     * key is the caller's until it is put up.
     *
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for it; then nothing is held
     */
    public SortedKey buildKey(Slab slab, KeySpec spec, KeyTier tier) {
        return buildKey(slab, spec, tier, BuildPace.FULL);
    }

    /** As above, with turns for others. */
    public SortedKey buildKey(Slab slab, KeySpec spec, KeyTier tier, BuildPace pace) {
        return new KeyBuilder(ledger, pace).build(slab, spec, tier, hashedFields(slab, spec, tier, pace));
    }

    /**
     * Puts up a shelf that has this key over a segment of the newest part, and takes it over; one over the same fields is
     * replaced.
     */
    public synchronized void putKey(SortedKey key) {
        final Segment segment = requireSegment(key.slab());
        final KeyShelf shelf = segment.shelf();
        final int existing = shelf.find(key.spec());
        segment.putUp((existing < 0 ? shelf : shelf.without(existing)).with(key));
        if (existing >= 0) {
            retire(shelf.key(existing));
        }
    }

    /** Takes the key off the shelves; answers whether there was one. */
    public synchronized boolean dropKey(String table, KeySpec spec) {
        boolean isDropped = false;
        for (final Segment segment : requirePart(table).segments()) {
            final KeyShelf shelf = segment.shelf();
            final int index = shelf.find(spec);
            if (index >= 0) {
                segment.putUp(shelf.without(index));
                retire(shelf.key(index));
                isDropped = true;
            }
        }
        return isDropped;
    }

    /**
     * The keys there are now are those of this epoch: hints of any other name other keys, and are ignored, until keys change
     * and the next epoch is told.
     */
    public synchronized void activate(String table, long keyEpoch) {
        for (final Segment segment : requirePart(table).segments()) {
            if (segment.shelf().epoch() != keyEpoch) {
                segment.putUp(segment.shelf().inEpoch(keyEpoch));
            }
        }
    }

    /** Builds a bitmap key of one field over each segment and puts them up; those of the same field are replaced. */
    public void putBitmapKey(String table, KeySpec spec) {
        slabs(table).forEach(slab -> putBitmapKey(buildBitmapKey(slab, spec)));
    }

    /** Builds a bitmap key over rows that may yet become a part. It is the caller's until it is put up. */
    public BitmapKey buildBitmapKey(Slab slab, KeySpec spec) {
        return buildBitmapKey(slab, spec, BuildPace.FULL);
    }

    /** As above, with turns for others. */
    public BitmapKey buildBitmapKey(Slab slab, KeySpec spec, BuildPace pace) {
        return new BitmapKeyBuilder(ledger, pace).build(slab, spec);
    }

    /** Puts up a shelf that has this bitmap key over a segment of the newest part; as {@link #putKey}. */
    public synchronized void putBitmapKey(BitmapKey key) {
        final Segment segment = requireSegment(key.slab());
        final BitmapKey before = segment.shelf().findBitmap(key.spec());
        final KeyShelf shelf =
                before == null ? segment.shelf() : segment.shelf().without(before);
        segment.putUp(shelf.with(key));
        if (before != null) {
            retire(before);
        }
    }

    /** Takes the bitmap key off the shelves; answers whether there was one. */
    public synchronized boolean dropBitmapKey(String table, KeySpec spec) {
        boolean isDropped = false;
        for (final Segment segment : requirePart(table).segments()) {
            final BitmapKey key = segment.shelf().findBitmap(spec);
            if (key != null) {
                segment.putUp(segment.shelf().without(key));
                retire(key);
                isDropped = true;
            }
        }
        return isDropped;
    }

    /** Makes a column copy of one field over each segment and puts them up; those of the same field are replaced. */
    public void putColumn(String table, KeySpec spec) {
        slabs(table).forEach(slab -> putColumn(buildColumn(slab, spec, BuildPace.FULL)));
    }

    /** Makes a column copy over rows that may yet become a part, with turns for others. It is the caller's until it is put up. */
    public ColumnCopy buildColumn(Slab slab, KeySpec spec, BuildPace pace) {
        return new ColumnBuilder(ledger, pace).build(slab, spec);
    }

    /** Puts up a shelf that has this column copy over a segment of the newest part; as {@link #putKey}. */
    public synchronized void putColumn(ColumnCopy column) {
        final Segment segment = requireSegment(column.slab());
        final ColumnCopy before = segment.shelf().findColumn(column.spec());
        final KeyShelf shelf =
                before == null ? segment.shelf() : segment.shelf().without(before);
        segment.putUp(shelf.with(column));
        if (before != null) {
            retire(before);
        }
    }

    /** Takes the column copy off the shelves; answers whether there was one. */
    public synchronized boolean dropColumn(String table, KeySpec spec) {
        boolean isDropped = false;
        for (final Segment segment : requirePart(table).segments()) {
            final ColumnCopy column = segment.shelf().findColumn(spec);
            if (column != null) {
                segment.putUp(segment.shelf().without(column));
                retire(column);
                isDropped = true;
            }
        }
        return isDropped;
    }

    /** The fields that the table has column copies of, which farmers plan without. */
    public List<KeySpec> columnSpecs(String table) {
        return requirePart(table).segment(0).shelf().columns().stream()
                .map(ColumnCopy::spec)
                .toList();
    }

    /** What a farmer may know of the table's bitmap keys: those of the first segment, where most rows are. */
    public List<BitmapSummary> bitmapSummaries(String table) {
        final List<BitmapSummary> summaries = new ArrayList<>();
        for (final BitmapKey key : requirePart(table).segment(0).shelf().bitmaps()) {
            summaries.add(key.summary());
        }
        return summaries;
    }

    /**
     * What a farmer may know of the table's keys, in the order in which key hints count them: of those of the first segment,
     * where most rows are.
     */
    public List<KeySummary> summaries(String table) {
        final List<KeySummary> summaries = new ArrayList<>();
        for (final SortedKey key : requirePart(table).segment(0).shelf().keys()) {
            summaries.add(key.summary());
        }
        return summaries;
    }

    /** The rows of the newest part, segment by segment, which stay the slave's. */
    public List<Slab> slabs(String table) {
        return requirePart(table).segments().stream().map(Segment::slab).toList();
    }

    public int rowCount(String table) {
        return slabs(table).stream().mapToInt(Slab::rowCount).sum();
    }

    /** Reads that were left open and closed at their deadline. */
    public synchronized long expiredReadCount() {
        return expiredReadCount;
    }

    /** One bounded turn: closes what was left open beyond its deadline, frees what no read can see any more. */
    public synchronized int doWork() {
        final int expired = stamps.expire(clock.nanoTime());
        expiredReadCount += expired;
        return expired + keyEpochs.sweep() + freeRetired();
    }

    /**
     * Frees all parts and keys, and closes what was left open. Waits for the reads that are under way, which end soon:
     * each stops at its deadline. A key that is being built is freed by its builder, with the rows.
     */
    @Override
    public synchronized void close() {
        isClosed = true;
        keyEpochs.close();
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

    /**
     * Moves what sessions counted of the table since the last time into the tally, but what one of them is about to count. One
     * thread at a time; readers never wait for it. Of a table that is not here, or where nothing is counted, nothing.
     *
     * @param tally of the table's newest schema
     */
    public void drainTally(String table, QueryTally tally) {
        final TablePart part = part(table, Generations.NEWEST);
        final TableTally counted =
                part == null ? null : tallies.find(part.slab().schema());
        if (counted != null) {
            counted.drain(tally);
        }
    }

    /** Some rows of the table's first segment, where most rows are, drawn while queries go on. */
    public RowSample sample(String table, int mostRows, SplittableRandom random) {
        final ReadSlot slot = stamps.newSlot();
        slot.enter();
        try {
            return RowSample.of(requirePart(table).segment(0).slab(), mostRows, random);
        } finally {
            slot.leave();
            stamps.remove(List.of(slot));
        }
    }

    /** Whether to count from now on, where {@link SlaveSettings#isTallying} allows it; what was counted stays. */
    public void tally(boolean isOn) {
        tallies.turn(isOn);
    }

    /** How often the table's keys were taken since they are there, in the order of the shelf, and at last the full scan. */
    public List<KeyUse> keyUses(String table) {
        return tallies.uses(requirePart(table));
    }

    /** The tables of which queries are counted, by name. */
    public List<String> talliedTables() {
        return settings.isTallying() ? parts.keySet().stream().sorted().toList() : List.of();
    }

    /** Whether any generation of the table's part is here. */
    public boolean hasTable(String table) {
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

    Tallies tallies() {
        return tallies;
    }

    CostModel costs() {
        return costs;
    }

    /** What seeks and rows cost, for whatever is made ready to be read from now on. */
    public void costs(CostModel measured) {
        costs = measured;
    }

    /** A hot key finds the rows of one value of its first field by hash, where that field's code is exact. */
    private static int hashedFields(Slab slab, KeySpec spec, KeyTier tier, BuildPace pace) {
        if (tier == KeyTier.COLD) {
            return 0;
        }
        return Math.min(1, new KeyCode(slab, spec, new BuildTurns(pace::onRows)).exactFields());
    }

    private TablePart requirePart(String table) {
        final TablePart part = part(table, Generations.NEWEST);
        if (part == null) {
            throw new BadValueException("there is no table " + table + " here; there are " + parts.keySet());
        }
        return part;
    }

    private Segment requireSegment(Slab slab) {
        for (final Segment segment : requirePart(slab.schema().name()).segments()) {
            if (segment.slab() == slab) {
                return segment;
            }
        }
        throw new IllegalArgumentException("these rows of " + slab.schema().name() + " are no segment here");
    }

    private void retire(TablePart part) {
        part.segments().forEach(this::release);
    }

    /** One holds it less; under the lock. */
    void release(Segment segment) {
        if (segment.release()) {
            AnyKey.all(segment.shelf()).forEach(key -> retire(key.memory()));
            retire(segment.slab());
        }
        if (isClosed) {
            freeRetired(); // No agent comes by any more.
        }
    }

    /** Frees it when no read can see it any more; under the lock. */
    void retire(AutoCloseable memory) {
        retired.add(new Retired(stamps.advance(), memory));
    }

    private int freeRetired() {
        final long oldest = stamps.oldestAnnounced();
        int count = 0;
        while (!retired.isEmpty() && retired.getFirst().stamp() <= oldest) {
            final AutoCloseable memory = retired.removeFirst().memory();
            tallies.forget(memory);
            free(memory);
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
