package io.keyfarm;

import io.keyfarm.farmer.Alias;
import io.keyfarm.farmer.Explanation;
import io.keyfarm.farmer.Farmer;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

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
 * With a data directory the tables outlive the process: {@link #embedded(Path)}.
 *
 * <p>Thread-safe: tables and keys come and go while queries run. A {@link Session} and all that comes of it belongs to one
 * thread. Closing frees all rows and keys: a query that is being read ends first, one whose rows are left unread fails when it
 * reads on.
 */
public final class Keyfarm implements AutoCloseable {
    private final EmbeddedSettings settings;
    private final InProcess process;
    private final Farmer farmer;
    private final Tables tables;

    private volatile boolean closed;

    private Keyfarm(EmbeddedSettings settings, NanoClock clock, @Nullable CostModel costs) {
        this.settings = settings;
        process = new InProcess(settings, clock, costs);
        farmer = process.farmer();
        tables = process.tables();
    }

    /** One slave in this process, no memory limit. */
    public static Keyfarm embedded() {
        return embedded(EmbeddedSettings.defaults());
    }

    /**
     * @throws IllegalStateException naming the flag, if this JVM was started without one that is needed
     */
    public static Keyfarm embedded(EmbeddedSettings settings) {
        return new Keyfarm(settings, SystemNanoClock.INSTANCE, null);
    }

    /** As below, with one slave and no memory limit. */
    public static Keyfarm embedded(Path dataDirectory) throws IOException {
        return embedded(dataDirectory, EmbeddedSettings.defaults());
    }

    /**
     * Tables that outlive the process: those of the directory are here with their keys, however many slaves there were, and
     * what is loaded, replaced or dropped from now on is on disk when the method returns. A directory that is not there is
     * made. A table whose files are damaged is read from its previous generation, or is missing if that is damaged as well:
     * the settings' {@link EmbeddedSettings#notices} are told.
     *
     * @throws IOException if another process has the directory open, named by its id, or the disk fails
     * @throws io.keyfarm.load.LoadException if the directory has catalogues, and none that can be read
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for the keys
     */
    public static Keyfarm embedded(Path dataDirectory, EmbeddedSettings settings) throws IOException {
        final Keyfarm farm = embedded(settings);
        boolean isOpen = false;
        try {
            farm.tables.open(dataDirectory, settings.notices());
            farm.process.remember(settings.cache().apply(dataDirectory), settings.notices());
            isOpen = true;
            return farm;
        } finally {
            if (!isOpen) {
                farm.close();
            }
        }
    }

    static Keyfarm embedded(EmbeddedSettings settings, NanoClock clock, CostModel costs) {
        return new Keyfarm(settings, clock, costs);
    }

    /** One turn of the slaves' agents, which otherwise take their turns in the background. */
    int doWork() {
        return process.doWork();
    }

    /** Cursors that were left open and closed at their deadline. */
    public long expiredReadCount() {
        return process.expiredReadCount();
    }

    public Table load(RowSource source) throws IOException {
        return load(source, LoadProgress.NONE);
    }

    /**
     * Loads a table; one of the same name that was here is replaced when all rows are in, its keys with it. Queries under
     * way finish on the old rows.
     *
     * @throws io.keyfarm.rows.MemoryLimitException before anything is read, if the rows are not expected to fit
     * @throws io.keyfarm.load.LoadException naming file, line, column and value; nothing half-loaded stays
     * @throws IOException if the source cannot be read, or the data directory not be written; the old rows stay
     */
    public Table load(RowSource source, LoadProgress progress) throws IOException {
        return tables.load(source, progress);
    }

    public Table replace(RowSource source) throws IOException {
        return replace(source, LoadProgress.NONE);
    }

    /**
     * Loads other rows of a table that is here, and builds the keys it has over them, while queries go on with the old
     * rows; then the new ones take over at once. Queries under way finish on the old: each query, also of several steps and
     * tables, reads one generation of each table.
     *
     * @throws BadValueException if there is no table of this name, or its new rows lack a field of one of its keys
     * @throws io.keyfarm.rows.MemoryLimitException if both generations with their keys do not fit; the old one stays
     * @throws io.keyfarm.load.LoadException naming file, line, column and value; the old rows stay
     * @throws IOException as {@link #load(RowSource, LoadProgress)} does; the old rows stay
     */
    public Table replace(RowSource source, LoadProgress progress) throws IOException {
        return tables.replace(source, progress);
    }

    public Table append(Table table, RowSource rows) throws IOException {
        return append(table.name(), rows);
    }

    public Table append(String table, RowSource rows) throws IOException {
        return append(table, rows, LoadProgress.NONE);
    }

    /**
     * Lets more rows stand behind those of a table that is here, with all its keys. They can be seen all at once when this
     * returns; queries under way finish without them. What is there already is used again, in memory and on disk: this takes
     * about the time that loading the new rows takes, and now and then, when a good many were appended, that of loading the
     * table.
     *
     * @param rows with the table's fields, by their names and in any order, whatever the rows call their table; a file whose
     *     types would be found by looking has the table's
     * @throws BadValueException if there is no such table, or the rows lack a field, have one too many, or one of another type
     * @throws io.keyfarm.rows.MemoryLimitException if the rows with their keys do not fit; the table stays as it was
     * @throws io.keyfarm.load.LoadException naming file, line, column and value; the table stays as it was
     * @throws IOException as {@link #load(RowSource, LoadProgress)} does; the table stays as it was
     */
    public Table append(String table, RowSource rows, LoadProgress progress) throws IOException {
        return tables.append(table, rows, progress);
    }

    /**
     * Builds a key over the fields, on every slave; queries go on meanwhile. One that cannot be built changes nothing.
     *
     * @param keys each as {@code state.zip}: the fields in order
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then there is no such key
     */
    public void keys(String table, String... keys) {
        for (final String key : keys) {
            tables.putKey(table, KeyEntries.sorted(KeySpec.parse(key), settings.tier()));
        }
    }

    /**
     * Drops the key; answers whether there was one. Queries under way finish on it.
     *
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then the key stays
     */
    public boolean dropKey(String table, String key) {
        return tables.dropKey(table, KeyEntries.sorted(KeySpec.parse(key), settings.tier()));
    }

    /**
     * Builds bitmap keys, one for each of these fields, on every slave; queries go on meanwhile. For fields of few values:
     * what a query asks of several of them is combined before any row is read.
     *
     * @throws BadValueException if the table lacks a field, or a field has more than 65,536 values; the fields before it
     *     have their keys then
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then there is no such key
     */
    public void bitmapKeys(String table, String... fields) {
        for (final String field : fields) {
            tables.putKey(table, KeyEntries.bitmap(KeySpec.of(field)));
        }
    }

    /**
     * Drops the bitmap key of the field; answers whether there was one. Queries under way finish on it.
     *
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then the key stays
     */
    public boolean dropBitmapKey(String table, String field) {
        return tables.dropKey(table, KeyEntries.bitmap(KeySpec.of(field)));
    }

    /**
     * Makes column copies, one of each of these fields, on every slave; queries go on meanwhile. For fields that scans filter
     * on: their values stand side by side, 1, 2 or 4 bytes for each row, so that only rows that match are looked at.
     *
     * @throws BadValueException if the table lacks a field; the fields before it have their copies then
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then there is no such copy
     */
    public void columnCopies(String table, String... fields) {
        for (final String field : fields) {
            tables.putKey(table, KeyEntries.column(KeySpec.of(field)));
        }
    }

    /**
     * Drops the column copy of the field; answers whether there was one. Queries under way finish on it.
     *
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then the copy stays
     */
    public boolean dropColumnCopy(String table, String field) {
        return tables.dropKey(table, KeyEntries.column(KeySpec.of(field)));
    }

    /**
     * Builds a key whose entries are dealt to the slaves by the hash of its first field, wherever the rows are: a join that
     * asks for one value of that field asks one slave for each left row, and not all. Where the key's fields and those
     * carried along are all that the join asks for, that is all; else the rows are fetched from the slaves that have them.
     * One by the same fields is replaced. With one slave it takes no memory, and is built when the tables come back to more.
     *
     * @param key as {@code o_custkey.o_orderdate}: the fields in order
     * @param carried further fields that its entries have
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then there is no such key
     */
    public void routedKey(String table, String key, String... carried) {
        tables.putRoutedKey(table, KeyEntries.routed(KeySpec.parse(key), List.of(carried)));
    }

    /**
     * Drops the routed key by these fields; answers whether there was one. Queries under way go on without it.
     *
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then the key stays
     */
    public boolean dropRoutedKey(String table, String key) {
        return tables.dropKey(table, KeyEntries.routed(KeySpec.parse(key), List.of()));
    }

    /**
     * Drops the table; answers whether there was one. Queries under way finish on it.
     *
     * @throws java.io.UncheckedIOException if the data directory cannot be written; then the table stays
     */
    public boolean drop(String table) {
        return tables.drop(table);
    }

    public Table table(String name) {
        return Table.of(farmer.catalogue().require(name).schema());
    }

    /** The tables, by name. */
    public List<Table> tables() {
        final TreeMap<String, Table> byName = new TreeMap<>();
        for (final TableEntry entry : farmer.catalogue().entries()) {
            byName.put(entry.schema().name(), Table.of(entry.schema()));
        }
        return List.copyOf(byName.values());
    }

    /** A session for the calling thread, to prepare queries in. */
    public Session session() {
        requireOpen();
        return process.openSession();
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

    /** How keys come and go by themselves: what was asked, what is there and why, and a say in it. */
    public KeyGrowth growth() {
        return process.growth();
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
        return tables.keyCount();
    }

    /** The keys of a table, each with its tier: {@code state.zip hot}, or with its kind: {@code colour bitmap}, {@code price column}. */
    public List<String> keysOf(String table) {
        farmer.catalogue().require(table);
        return tables.keysOf(table);
    }

    /** Off-heap bytes of rows, keys and replies; without {@link #mappedBytes}. */
    public long memoryBytes() {
        return process.ledger().usedBytes();
    }

    /** Bytes of files that are rows as they are: mapped, against no limit, and the system's to drop and read again. */
    public long mappedBytes() {
        return process.ledger().mappedBytes();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            process.close();
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
}
