package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.RowSample;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.wire.link.FrameListener;
import java.util.List;
import java.util.SplittableRandom;
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
    private final Parts parts = new Parts();
    private final KnownPlans plans;
    private final Tallies tallies;
    private final RetiredMemory retired;
    private final KeyMaker keyMaker;
    private final KeyEpochs keyEpochs = new KeyEpochs(this);
    private boolean isClosed;
    private long expiredReadCount;

    public Slave(SlaveSettings settings, NanoClock clock, MemoryLedger ledger) {
        this.settings = settings;
        costs = settings.costs();
        this.clock = clock;
        this.ledger = ledger;
        tallies = new Tallies(settings.isTallying());
        plans = new KnownPlans(settings.maxPlans());
        retired = new RetiredMemory(stamps, tallies);
        keyMaker = new KeyMaker(ledger);
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
        return Proposal.epochInForce(parts.require(table));
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
        final TablePart part = parts.part(slabs, keptCount, generationDigest);
        part.segments().forEach(Segment::hold);
        tallies.onPart(part.slab().schema());
        parts.add(part);
    }

    /** Removes one generation of the table's part; open reads finish on it. */
    public synchronized void dropPart(String table, long generationDigest) {
        final TablePart part = parts.find(table, generationDigest);
        if (part != null) {
            tallies.onGone(part.slab().schema(), parts.remove(part));
            retire(part);
        }
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
        return keyMaker.sorted(slab, spec, tier, pace);
    }

    /**
     * Puts up a shelf that has this key over a segment of the newest part, and takes it over; one over the same fields is
     * replaced.
     */
    public synchronized void putKey(SortedKey key) {
        putUp(AnyKey.of(key));
    }

    /** Takes the key off the shelves; answers whether there was one. */
    public synchronized boolean dropKey(String table, KeySpec spec) {
        return drop(table, Kind.COLD, spec);
    }

    /**
     * The keys there are now are those of this epoch: hints of any other name other keys, and are ignored, until keys change
     * and the next epoch is told.
     */
    public synchronized void activate(String table, long keyEpoch) {
        parts.require(table).enterEpoch(keyEpoch);
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
        return keyMaker.bitmap(slab, spec, pace);
    }

    /** Puts up a shelf that has this bitmap key over a segment of the newest part; as {@link #putKey}. */
    public synchronized void putBitmapKey(BitmapKey key) {
        putUp(AnyKey.of(key));
    }

    /** Takes the bitmap key off the shelves; answers whether there was one. */
    public synchronized boolean dropBitmapKey(String table, KeySpec spec) {
        return drop(table, Kind.BITMAP, spec);
    }

    /** Makes a column copy of one field over each segment and puts them up; those of the same field are replaced. */
    public void putColumn(String table, KeySpec spec) {
        slabs(table).forEach(slab -> putColumn(buildColumn(slab, spec, BuildPace.FULL)));
    }

    /** Makes a column copy over rows that may yet become a part, with turns for others. It is the caller's until it is put up. */
    public ColumnCopy buildColumn(Slab slab, KeySpec spec, BuildPace pace) {
        return keyMaker.column(slab, spec, pace);
    }

    /** Puts up a shelf that has this column copy over a segment of the newest part; as {@link #putKey}. */
    public synchronized void putColumn(ColumnCopy column) {
        putUp(AnyKey.of(column));
    }

    /** Takes the column copy off the shelves; answers whether there was one. */
    public synchronized boolean dropColumn(String table, KeySpec spec) {
        return drop(table, Kind.COLUMN, spec);
    }

    private void putUp(AnyKey key) {
        final AnyKey before = parts.requireSegment(key.slab()).put(key);
        if (before != null) {
            retire(before.memory());
        }
    }

    private boolean drop(String table, Kind kind, KeySpec spec) {
        final List<AnyKey> dropped = parts.require(table).drop(kind, spec);
        dropped.forEach(key -> retire(key.memory()));
        return !dropped.isEmpty();
    }

    /** The fields that the table has column copies of, which farmers plan without. */
    public List<KeySpec> columnSpecs(String table) {
        return shelf(table).columns().stream().map(ColumnCopy::spec).toList();
    }

    /** What a farmer may know of the table's bitmap keys. */
    public List<BitmapSummary> bitmapSummaries(String table) {
        return shelf(table).bitmaps().stream().map(BitmapKey::summary).toList();
    }

    /** What a farmer may know of the table's keys, in the order in which key hints count them. */
    public List<KeySummary> summaries(String table) {
        return shelf(table).keys().stream().map(SortedKey::summary).toList();
    }

    /** Of the first segment, where most rows are. */
    private KeyShelf shelf(String table) {
        return parts.require(table).segment(0).shelf();
    }

    /** The rows of the newest part, segment by segment, which stay the slave's. */
    public List<Slab> slabs(String table) {
        return parts.require(table).segments().stream().map(Segment::slab).toList();
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
        return expired + keyEpochs.sweep() + retired.free();
    }

    /**
     * Frees all parts and keys, and closes what was left open. Waits for the reads that are under way, which end soon:
     * each stops at its deadline. A key that is being built is freed by its builder, with the rows.
     */
    @Override
    public synchronized void close() {
        isClosed = true;
        keyEpochs.close();
        parts.removeAll().forEach(this::retire);
        expiredReadCount += stamps.expireAll();
        while (!retired.isEmpty()) {
            if (retired.free() == 0) {
                Thread.onSpinWait();
                stamps.expireAll();
            }
        }
    }

    /** The table's part of this generation, or of the newest one for 0; null if there is none. */
    @Nullable
    TablePart part(String table, long generationDigest) {
        return parts.find(table, generationDigest);
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
            return RowSample.of(parts.require(table).segment(0).slab(), mostRows, random);
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
        return tallies.uses(parts.require(table));
    }

    /** The tables of which queries are counted, by name. */
    public List<String> talliedTables() {
        return settings.isTallying() ? parts.tables() : List.of();
    }

    /** Whether any generation of the table's part is here. */
    public boolean hasTable(String table) {
        return parts.has(table);
    }

    KnownPlans plans() {
        return plans;
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

    KeyMaker keyMaker() {
        return keyMaker;
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
            retired.free(); // No agent comes by any more.
        }
    }

    /** Frees it when no read can see it any more; under the lock. */
    void retire(AutoCloseable memory) {
        retired.add(memory);
    }
}
