package io.keyfarm;

import io.keyfarm.farmer.Catalogue;
import io.keyfarm.farmer.RoutedKey;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.load.DataDirectory;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.load.LoadException;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.MappedTable;
import io.keyfarm.load.RowSource;
import io.keyfarm.load.StoredTable;
import io.keyfarm.query.Table;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tables of this process, and how one generation of a table takes over from another.
 *
 * <pre>
 *   rows ─► slabs ─► keys ─► disk ─► slaves, beside the old ─► catalogue ─► the old leaves, when no flow holds it
 *                                │
 *            a failure up to here changes nothing
 * </pre>
 *
 * One change at a time: the methods are synchronized. Queries and the agent never come here.
 */
final class Tables {
    private final List<Slave> slaves;
    private final Catalogue catalogue;
    private final MemoryLedger ledger;
    private final LeavingGenerations leaving;
    private final RoutedKeys routedKeys;
    /** By table, in the order in which hints count them. */
    private final Map<String, List<KeyEntry>> keyLists = new ConcurrentHashMap<>();

    private Store store = Store.NONE;
    private long nextGeneration = 1;
    private boolean isClosed;
    /** Taken without a lock, by whoever makes an epoch. */
    private final AtomicLong nextEpoch = new AtomicLong(1);

    Tables(List<Slave> slaves, Catalogue catalogue, MemoryLedger ledger, LeavingGenerations leaving) {
        this.slaves = slaves;
        this.catalogue = catalogue;
        this.ledger = ledger;
        this.leaving = leaving;
        routedKeys = new RoutedKeys(slaves, ledger);
    }

    /** Brings back what the directory has, and keeps all changes there from now on. */
    synchronized void open(Path directory, Consumer<String> notices) throws IOException {
        final DataDirectory data = DataDirectory.open(directory, ledger, notices);
        store = new DirectoryStore(data);
        for (final StoredTable stored : data.tables()) {
            nextGeneration = Math.max(nextGeneration, stored.generation() + 1);
        }
        for (final StoredTable stored : data.tables()) {
            bringBack(data, stored.name(), notices);
        }
    }

    private void bringBack(DataDirectory data, String table, Consumer<String> notices) throws IOException {
        final MappedTable mapped;
        try {
            mapped = data.map(table, LoadProgress.NONE);
        } catch (LoadException e) {
            notices.accept("table " + table + " is missing: " + e.getMessage());
            return;
        }
        try (NewGeneration built = dealt(mapped)) {
            built.buildKeys(mapped.keys(), slaves, ledger);
            takeOver(built);
        }
    }

    /** The parts as they are mapped, if there is one for each slave; else their rows, dealt anew to memory of our own. */
    private NewGeneration dealt(MappedTable mapped) throws IOException {
        if (mapped.partCount() == slaves.size()) {
            return new NewGeneration(
                    0, mapped.segments().stream().map(NewSegment::new).toList());
        }
        try (mapped) {
            return NewGeneration.read(mapped.rows(), slaves.size(), ledger, LoadProgress.NONE);
        }
    }

    /** Loads a table; one of the same name leaves when all rows are in, and its keys with it. */
    synchronized Table load(RowSource source, LoadProgress progress) throws IOException {
        requireOpen();
        source.prepare(progress);
        return put(source, List.of(), progress);
    }

    /** Loads other rows of a table, builds the keys it has over them, and only then lets them take over. */
    synchronized Table replace(RowSource source, LoadProgress progress) throws IOException {
        requireOpen();
        source.prepare(progress);
        final TableSchema schema = source.schema();
        catalogue.require(schema.name());
        final List<KeyEntry> keys = keyList(schema.name());
        for (final KeyEntry key : keys) {
            if (KeyEntries.isRouted(key)) {
                RoutedKeys.require(schema, key);
            } else {
                KeyEntries.spec(key).indexes(schema); // Before anything is read: a field that is gone is named.
            }
        }
        return put(source, keys, progress);
    }

    /** Lets other rows stand behind those of a table; most of what is new to slaves and disk are these. */
    synchronized Table append(String table, RowSource rows, LoadProgress progress) throws IOException {
        requireOpen();
        final TableSchema schema = catalogue.require(table).schema();
        final RowSource source = FittedRows.of(schema, rows, progress);
        ledger.requireRoom("rows for table " + table, source.estimatedBytes());
        final AppendedRows appended = new AppendedRows(table, slaves, ledger);
        final boolean isWhole = !store.isKeptAs(table, appended.segmentCount(), slaves.size());
        try (NewGeneration built = appended.read(source, isWhole, progress)) {
            if (built != null) {
                built.buildKeys(keyList(table), slaves, ledger);
                if (built.keptCount() == 0) {
                    store.write(built.slabs(), built.keyEntries(), LoadProgress.NONE);
                    takeOver(built);
                } else {
                    store.append(built.keptCount(), built.slabs(), keyList(table), LoadProgress.NONE);
                    follow(built, appended);
                }
            }
        }
        return Table.of(schema);
    }

    private Table put(RowSource source, List<KeyEntry> keys, LoadProgress progress) throws IOException {
        if (source.schema().name().indexOf('@') >= 0) {
            throw new BadValueException("a table cannot be called "
                    + source.schema().name() + ": names with @ are those of the entries of routed keys");
        }
        ledger.requireRoom("table " + source.schema().name(), source.estimatedBytes());
        try (NewGeneration built = NewGeneration.read(source, slaves.size(), ledger, progress)) {
            built.buildKeys(keys, slaves, ledger);
            store.write(built.slabs(), built.keyEntries(), LoadProgress.NONE);
            takeOver(built);
        }
        return Table.of(source.schema());
    }

    /** Nothing here can fail: what is on disk by now is what queries will find. */
    private void takeOver(NewGeneration built) {
        final String table = built.schema().name();
        final TableEntry before = catalogue.find(table);
        final long generation = nextGeneration++;
        final List<RoutedKey> routed = built.handOver(slaves, generation);
        keyLists.put(table, built.keyEntries());
        publish(new TableEntry(built.schema(), generation, 0, built.rowCount(), List.of()).withRouted(routed));
        if (before != null) {
            leaving.add(before);
        }
    }

    /** As {@link #takeOver}, of a generation with the same keys, so that who knows them by their places goes on doing so. */
    private void follow(NewGeneration built, AppendedRows appended) {
        final TableEntry before = catalogue.require(built.schema().name());
        long rowCount = built.rowCount();
        for (int i = 0; i < built.keptCount(); i++) {
            rowCount += appended.rowCounts()[i];
        }
        final long generation = nextGeneration++;
        final List<RoutedKey> routed = built.handOver(slaves, generation);
        publish(
                new TableEntry(built.schema(), generation, 0, rowCount, List.of()).withRouted(routed),
                before.keyEpoch());
        leaving.add(before);
    }

    /** Builds a key on every slave, or on none. */
    synchronized void putKey(String table, KeyEntry wanted) {
        requireOpen();
        final TableEntry entry = catalogue.require(table);
        final List<BuiltKey> built = new ArrayList<>();
        final List<Slave> owners = new ArrayList<>();
        boolean isUp = false;
        try {
            for (final Slave slave : slaves) {
                for (final Slab slab : slave.slabs(table)) {
                    built.add(BuiltKey.build(wanted, slave, slab));
                    owners.add(slave);
                }
            }
            final List<KeyEntry> keys = without(keyList(table), wanted);
            keys.add(built.get(0).entry());
            keep(table, keys);
            isUp = true;
            for (int i = 0; i < built.size(); i++) {
                built.get(i).putUp().accept(owners.get(i));
            }
            keyLists.put(table, List.copyOf(keys));
        } finally {
            if (!isUp) {
                built.forEach(key -> key.free().run());
            }
        }
        publish(entry);
    }

    /** Builds a routed key; one by the same fields, whatever it carries, leaves. */
    synchronized void putRoutedKey(String table, KeyEntry wanted) {
        requireOpen();
        final TableEntry entry = catalogue.require(table);
        RoutedKeys.require(entry.schema(), wanted);
        if (keyList(table).contains(wanted)) {
            return;
        }
        final List<KeyEntry> keys = without(keyList(table), wanted);
        keys.add(wanted);
        final List<NewRoutedKey> built = routedKeys.build(table, wanted);
        boolean isUp = false;
        try {
            keep(table, keys);
            isUp = true;
        } finally {
            if (!isUp) {
                built.forEach(NewRoutedKey::free);
            }
        }
        publishRouted(entry, keys, routedKeys.handOver(entry, wanted, built));
    }

    /** What queries of the entry know by now they go on knowing; entries that are gone are looked for elsewhere. */
    private void publishRouted(TableEntry entry, List<KeyEntry> keys, List<RoutedKey> routed) {
        keyLists.put(entry.schema().name(), List.copyOf(keys));
        publish(entry.withRouted(routed));
        for (final RoutedKey before : entry.routed()) {
            if (!routed.contains(before)) {
                leaving.drop(before.entries());
            }
        }
    }

    /** Answers whether there was one. */
    synchronized boolean dropKey(String table, KeyEntry unwanted) {
        requireOpen();
        final TableEntry entry = catalogue.require(table);
        final List<KeyEntry> keys = without(keyList(table), unwanted);
        if (keys.size() == keyList(table).size()) {
            return false;
        }
        keep(table, keys);
        if (KeyEntries.isRouted(unwanted)) {
            publishRouted(entry, keys, RoutedKeys.without(entry, unwanted));
            return true;
        }
        for (final Slave slave : slaves) {
            if (KeyEntries.isBitmap(unwanted)) {
                slave.dropBitmapKey(table, KeyEntries.spec(unwanted));
            } else if (KeyEntries.isColumn(unwanted)) {
                slave.dropColumn(table, KeyEntries.spec(unwanted));
            } else {
                slave.dropKey(table, KeyEntries.spec(unwanted));
            }
        }
        keyLists.put(table, List.copyOf(keys));
        publish(entry);
        return true;
    }

    /** @throws BadValueException if there is no such table */
    TableSchema schema(String table) {
        return catalogue.require(table).schema();
    }

    /** The tables that have keys, or had. Waits for nothing. */
    Set<String> names() {
        return keyLists.keySet();
    }

    /** The number of the next epoch of keys, whoever makes it. */
    long takeEpoch() {
        return nextEpoch.getAndIncrement();
    }

    /** Exactly these keys, beside routed ones, are about to be put in force; if this throws, they must not be. */
    synchronized void beforeGrown(String table, List<KeyCandidate> keys) {
        requireOpen();
        keep(table, grown(table, keys));
    }

    /** These keys are in force by now, and the catalogue says so. */
    synchronized void onGrown(String table, List<KeyCandidate> keys) {
        keyLists.put(table, grown(table, keys));
    }

    private List<KeyEntry> grown(String table, List<KeyCandidate> keys) {
        final List<KeyEntry> entries = new ArrayList<>();
        for (final KeyCandidate key : keys) {
            entries.add(find(table, key).orElseGet(() -> KeyEntries.grown(key)));
        }
        keyList(table).stream().filter(KeyEntries::isRouted).forEach(entries::add);
        return List.copyOf(entries);
    }

    private Optional<KeyEntry> find(String table, KeyCandidate key) {
        return keyList(table).stream()
                .filter(entry -> !KeyEntries.isRouted(entry)
                        && KeyEntries.candidate(entry).equals(key))
                .findFirst();
    }

    /** Says of a key that is there whether it may go by itself; answers whether it is there. */
    synchronized boolean pin(String table, KeyCandidate key, boolean isPinned) {
        requireOpen();
        catalogue.require(table);
        final Optional<KeyEntry> entry = find(table, key);
        if (entry.isPresent()) {
            final List<KeyEntry> keys = new ArrayList<>(keyList(table));
            keys.set(keys.indexOf(entry.get()), KeyEntries.pinned(entry.get(), isPinned));
            keep(table, keys);
            keyLists.put(table, List.copyOf(keys));
        }
        return entry.isPresent();
    }

    /** Of all tables. Waits for nothing. */
    int keyCount() {
        return keyLists.values().stream().mapToInt(List::size).sum();
    }

    /** As printed; sorted ones first, routed ones last. Waits for nothing. */
    List<String> keysOf(String table) {
        final List<KeyEntry> keys = new ArrayList<>(keyList(table));
        keys.sort(Comparator.comparing(KeyEntries::isRouted)
                .thenComparing(KeyEntries::isColumn)
                .thenComparing(KeyEntries::isBitmap));
        return keys.stream().map(KeyEntries::print).toList();
    }

    /** Answers whether there was one. */
    synchronized boolean drop(String table) {
        requireOpen();
        boolean isDropped;
        try {
            isDropped = store.drop(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        final TableEntry entry = catalogue.find(table);
        if (entry != null) {
            catalogue.remove(table);
            keyLists.remove(table);
            leaving.add(entry);
            isDropped = true;
        }
        return isDropped;
    }

    /** Changes nothing any more, and lets go of the disk; a change under way ends first. */
    synchronized void close() {
        isClosed = true;
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void keep(String table, List<KeyEntry> keys) {
        if (keys.equals(keyList(table))) {
            return;
        }
        try {
            store.keys(table, keys);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** The keys of a table in order, routed ones among them. Waits for nothing. */
    List<KeyEntry> keyList(String table) {
        final @Nullable List<KeyEntry> keys = keyLists.get(table);
        return keys == null ? List.of() : keys;
    }

    private static List<KeyEntry> without(List<KeyEntry> keys, KeyEntry key) {
        final List<KeyEntry> others = new ArrayList<>(keys);
        others.removeIf(other -> KeyEntries.isSameKey(other, key));
        return others;
    }

    /** Tells slaves and farmer which keys there are now, and the farmer which rows. */
    private void publish(TableEntry entry) {
        publish(entry, takeEpoch());
    }

    private void publish(TableEntry entry, long epoch) {
        final List<RoutedKey> routed = routedKeys.activate(entry, epoch);
        final String table = entry.schema().name();
        slaves.forEach(slave -> slave.activate(table, epoch));
        catalogue.put(entry.withRouted(routed)
                .withKeys(epoch, slaves.get(0).summaries(table), slaves.get(0).bitmapSummaries(table)));
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("this Keyfarm is closed");
        }
    }
}
