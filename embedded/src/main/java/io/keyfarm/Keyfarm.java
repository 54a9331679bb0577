package io.keyfarm;

import io.keyfarm.farmer.Alias;
import io.keyfarm.farmer.Explanation;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.PlanRegistry;
import io.keyfarm.farmer.Quarantine;
import io.keyfarm.farmer.QuerySettings;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.FlowPlan;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Tables in memory, and the way to ask them.
 *
 * <pre>{@code
 * try (Keyfarm farm = Keyfarm.embedded()) {
 *     final Table airports = farm.load(Csv.of(Path.of("airports.csv")));
 *     farm.keys("airports", "country.city");
 *     try (Rows rows = farm.query(from(airports).where(airports.field("country").is("Iceland")))) {
 *         while (rows.next()) {
 *             System.out.println(rows.get("name"));
 *         }
 *     }
 * }
 * }</pre>
 *
 * Thread-safe: tables and keys come and go while queries run. A {@link Session} and all that comes of it belongs to one
 * thread. Closing frees all rows and keys: a query that is being read ends first, one whose rows are left unread fails when it
 * reads on.
 */
public final class Keyfarm implements AutoCloseable {
    private static final int AGENT_PERIOD_MS = 1;

    private final EmbeddedSettings settings;
    private final MemoryLedger ledger;
    private final List<Slave> slaves = new ArrayList<>();
    private final Farmer farmer;
    private final DirectChannels channels;
    private final AgentRunner agents;
    private final AtomicLong nextGeneration = new AtomicLong(1);
    private final AtomicLong nextEpoch = new AtomicLong(1);

    private volatile boolean closed;

    private Keyfarm(EmbeddedSettings settings, NanoClock clock, CostModel costs) {
        JvmFlags.require();
        this.settings = settings;
        ledger = MemoryLedger.limited("the memory of this Keyfarm", settings.memoryLimitBytes());
        for (int i = 0; i < settings.slaveCount(); i++) {
            final SlaveSettings slave = SlaveSettings.of(i, 1)
                    .withMaxFrameBytes(settings.maxFrameBytes())
                    .withMaxQueryBytes(settings.queryMemoryBytes())
                    .withCosts(costs);
            slaves.add(new Slave(slave, clock, ledger));
        }
        farmer = new Farmer(
                FarmerSettings.of(0, 1)
                        .withTimeoutNs(settings.timeout().toNanos())
                        .withQueryMemoryBytes(settings.queryMemoryBytes()),
                clock,
                ledger,
                costs);
        channels = new DirectChannels(slaves);
        agents = new AgentRunner(
                new SleepingMillisIdleStrategy(AGENT_PERIOD_MS),
                e -> System.getLogger(Keyfarm.class.getName()).log(System.Logger.Level.ERROR, "a slave's agent", e),
                null,
                new SlaveAgent(slaves));
        AgentRunner.startOnThread(agents, task -> {
            final Thread thread = new Thread(task, "keyfarm-agent");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** One slave in this process, no memory limit. */
    public static Keyfarm embedded() {
        return embedded(EmbeddedSettings.defaults());
    }

    /**
     * @throws IllegalStateException naming the flag, if this JVM was started without one that is needed
     */
    public static Keyfarm embedded(EmbeddedSettings settings) {
        return embedded(settings, SystemNanoClock.INSTANCE, CostModel.typical());
    }

    static Keyfarm embedded(EmbeddedSettings settings, NanoClock clock, CostModel costs) {
        return new Keyfarm(settings, clock, costs);
    }

    /** One turn of the slaves' agents, which otherwise take their turns in the background. */
    int doWork() {
        return slaves.stream().mapToInt(Slave::doWork).sum();
    }

    /** Cursors that were left open and closed at their deadline. */
    public long expiredReadCount() {
        return slaves.stream().mapToLong(Slave::expiredReadCount).sum();
    }

    public Table load(RowSource source) throws IOException {
        return load(source, LoadProgress.NONE);
    }

    /**
     * Loads a table; one of the same name that was here is replaced when all rows are in, its keys with it.
     *
     * @throws io.keyfarm.rows.MemoryLimitException before anything is read, if the rows are not expected to fit
     * @throws io.keyfarm.load.LoadException naming file, line, column and value; nothing half-loaded stays
     */
    public synchronized Table load(RowSource source, LoadProgress progress) throws IOException {
        requireOpen();
        source.prepare(progress);
        ledger.requireRoom("table " + source.schema().name(), source.estimatedBytes());
        final List<Slab> slabs;
        try (DealtRows rows = new DealtRows(source.schema(), slaves.size(), ledger)) {
            source.load(rows, progress);
            slabs = rows.build();
        }
        final long generation = nextGeneration.getAndIncrement();
        for (int i = 0; i < slabs.size(); i++) {
            slaves.get(i).putPart(slabs.get(i), generation);
        }
        final TableEntry before = farmer.catalogue().find(source.schema().name());
        publish(source.schema().name(), source.schema(), generation);
        if (before != null) {
            dropGeneration(before);
        }
        return Table.of(source.schema());
    }

    /**
     * Builds a key over the fields, on every slave; queries go on meanwhile.
     *
     * @param keys each as {@code state.zip}: the fields in order
     */
    public synchronized void keys(String table, String... keys) {
        requireOpen();
        final TableEntry entry = farmer.catalogue().require(table);
        for (final String key : keys) {
            final KeySpec spec = KeySpec.parse(key);
            onAll(entry, slave -> slave.putKey(table, spec, settings.tier()), slave -> slave.dropKey(table, spec));
            publish(table, entry.schema(), entry.generationDigest());
        }
    }

    /** Drops the key; answers whether there was one. Queries under way finish on it. */
    public synchronized boolean dropKey(String table, String key) {
        final TableEntry entry = farmer.catalogue().require(table);
        boolean dropped = false;
        for (final Slave slave : slaves) {
            dropped |= slave.dropKey(table, KeySpec.parse(key));
        }
        publish(table, entry.schema(), entry.generationDigest());
        return dropped;
    }

    /**
     * Builds bitmap keys, one for each of these fields, on every slave; queries go on meanwhile. For fields of few values:
     * what a query asks of several of them is combined before any row is read.
     *
     * @throws BadValueException if the table lacks a field, or a field has more than 65,536 values; the fields before it
     *     have their keys then
     */
    public synchronized void bitmapKeys(String table, String... fields) {
        requireOpen();
        final TableEntry entry = farmer.catalogue().require(table);
        for (final String field : fields) {
            final KeySpec spec = KeySpec.of(field);
            onAll(entry, slave -> slave.putBitmapKey(table, spec), slave -> slave.dropBitmapKey(table, spec));
            publish(table, entry.schema(), entry.generationDigest());
        }
    }

    /** Drops the bitmap key of the field; answers whether there was one. Queries under way finish on it. */
    public synchronized boolean dropBitmapKey(String table, String field) {
        final TableEntry entry = farmer.catalogue().require(table);
        boolean dropped = false;
        for (final Slave slave : slaves) {
            dropped |= slave.dropBitmapKey(table, KeySpec.of(field));
        }
        publish(table, entry.schema(), entry.generationDigest());
        return dropped;
    }

    /** Drops the table; answers whether there was one. Queries under way finish on it. */
    public synchronized boolean drop(String table) {
        final TableEntry entry = farmer.catalogue().find(table);
        if (entry == null) {
            return false;
        }
        farmer.catalogue().remove(table);
        dropGeneration(entry);
        return true;
    }

    public Table table(String name) {
        return Table.of(farmer.catalogue().require(name).schema());
    }

    /** The tables, by name. */
    public List<Table> tables() {
        final TreeMap<String, Table> tables = new TreeMap<>();
        for (final TableEntry entry : farmer.catalogue().entries()) {
            tables.put(entry.schema().name(), Table.of(entry.schema()));
        }
        return List.copyOf(tables.values());
    }

    /** A session for the calling thread, to prepare queries in. */
    public Session session() {
        requireOpen();
        return farmer.openSession(channels);
    }

    /**
     * Asks once, without parameters; for more than a few times, prepare the query in a {@link #session}.
     *
     * @throws BadValueException if the query has parameters that must be set
     */
    public Rows query(Query query) {
        requireNoParameters(query.compile().parameters());
        final Session session = session();
        try {
            return session.prepare(query).run().closing(session::close);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Asks a query of several steps once, without parameters. */
    public Rows query(Flow flow) {
        final FlowPlan plan = flow.compile();
        requireNoParameters(plan.parameters());
        final Session session = session();
        try {
            return session.prepare(plan).run().closing(session::close);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** How the query would be read, without reading. */
    public Explanation explain(Query query) {
        requireNoParameters(query.compile().parameters());
        try (Session session = session()) {
            return session.prepare(query).explain();
        }
    }

    /**
     * Takes a compiled plan from anywhere. A {@link #session} prepares it by the id answered; the same bytes have the same
     * id.
     *
     * @throws io.keyfarm.query.plan.BadPlanException naming what is wrong with the bytes
     * @throws io.keyfarm.farmer.RegistryException if there is no room for another plan
     */
    public PlanId submit(byte[] planBytes) {
        requireOpen();
        return farmer.submit(planBytes);
    }

    /**
     * Makes the name mean this plan with these settings, which win over what an asker wants. A {@link #session} prepares
     * it by its name. What is running finishes on what the name meant before.
     *
     * @throws BadValueException if no plan with this id was submitted, or no query can be called so
     */
    public Alias alias(String name, PlanId plan, QuerySettings alwaysSo) {
        requireOpen();
        return farmer.plans().alias(name, plan, alwaysSo);
    }

    /** Makes the name mean what it meant before; answers what that is. */
    public Alias rollback(String name) {
        requireOpen();
        return farmer.plans().rollback(name);
    }

    /** By name. */
    public List<Alias> aliases() {
        return farmer.plans().aliases();
    }

    /** The plans that were submitted, their names, and what their runs came to. */
    public PlanRegistry plans() {
        return farmer.plans();
    }

    /** The plans that are refused because slaves failed on them, until they are released. */
    public Quarantine quarantine() {
        return farmer.quarantine();
    }

    public EmbeddedSettings settings() {
        return settings;
    }

    /** Rows of all tables. */
    public long rowCount() {
        return farmer.catalogue().entries().stream()
                .mapToLong(TableEntry::rowCount)
                .sum();
    }

    /** Keys of all tables. */
    public int keyCount() {
        return farmer.catalogue().entries().stream()
                .mapToInt(entry -> entry.summaries().size() + entry.bitmaps().size())
                .sum();
    }

    /** The keys of a table, each with its tier: {@code state.zip hot}, or with its kind: {@code colour bitmap}. */
    public List<String> keysOf(String table) {
        final TableEntry entry = farmer.catalogue().require(table);
        final List<String> keys = new ArrayList<>();
        entry.summaries()
                .forEach(it -> keys.add(it.spec() + " " + settings.tier().name().toLowerCase(Locale.ROOT)));
        entry.bitmaps().forEach(it -> keys.add(it.spec() + " bitmap"));
        return keys;
    }

    /** Off-heap bytes of rows, keys and replies. */
    public long memoryBytes() {
        return ledger.usedBytes();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        agents.close();
        slaves.forEach(Slave::close);
    }

    /** A key that one slave cannot build is a key that none has, also where there was one over the same fields. */
    private void onAll(TableEntry entry, Consumer<Slave> put, Consumer<Slave> drop) {
        try {
            slaves.forEach(put);
        } catch (RuntimeException e) {
            slaves.forEach(drop);
            publish(entry.schema().name(), entry.schema(), entry.generationDigest());
            throw e;
        }
    }

    private static void requireNoParameters(List<Parameter> parameters) {
        for (final Parameter parameter : parameters) {
            if (!parameter.optional()) {
                throw new BadValueException("the query has a parameter, :" + parameter.name()
                        + "; prepare it in a session, set the parameter and run it");
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this Keyfarm is closed");
        }
    }

    private void dropGeneration(TableEntry entry) {
        for (final Slave slave : slaves) {
            slave.dropPart(entry.schema().name(), entry.generationDigest());
        }
    }

    private void publish(String table, TableSchema schema, long generation) {
        final long rows =
                slaves.stream().mapToLong(slave -> slave.rowCount(table)).sum();
        final long epoch = nextEpoch.getAndIncrement();
        slaves.forEach(slave -> slave.activate(table, epoch));
        farmer.catalogue()
                .put(new TableEntry(
                        schema,
                        generation,
                        epoch,
                        rows,
                        slaves.get(0).summaries(table),
                        slaves.get(0).bitmapSummaries(table)));
    }
}
