package io.keyfarm.bench;

import io.keyfarm.EmbeddedSettings;
import io.keyfarm.GrowthSettings;
import io.keyfarm.Keyfarm;
import io.keyfarm.bench.WorkRace.Grown;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.query.Table;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The engine's own growth, turned after every query. */
final class GrownKeys implements Tuner {
    private final Keyfarm farm;
    private final String table;
    private final Set<KeyCandidate> seen = new HashSet<>();
    private final Set<KeyCandidate> built = new LinkedHashSet<>();
    private List<KeyCandidate> keys = List.of();
    private int builds;

    private GrownKeys(Keyfarm farm, String table) {
        this.farm = farm;
        this.table = table;
    }

    /** An engine with the pool's rows, whose only say is that it keeps so many keys. */
    static Grown open(AskPool pool, int mostKeys) throws IOException {
        final int rowCount = pool.table().rowCount();
        final Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.defaults()
                        .byHand()
                        .maxKeys(mostKeys)
                        .budgetBytes((long) mostKeys * AskPool.BYTES_A_KEY_ROW * rowCount)));
        final Table table = farm.load(new SlabRows(pool.table().slab(), 0, rowCount));
        return new Grown(farm, table, new GrownKeys(farm, table.name()));
    }

    /** As it was before there was growth. */
    static Keyfarm without() {
        return Keyfarm.embedded(EmbeddedSettings.defaults().growth(GrowthSettings.off()));
    }

    @Override
    public void beforeQuery(int query) {
        // It learns of a query by answering it.
    }

    @Override
    public void afterQuery(int query) {
        if (farm.growth().turn() == 0) {
            return;
        }
        keys = farm.keysOf(table).stream().map(KeyCandidate::parse).toList();
        for (final KeyCandidate key : keys) {
            builds += seen.contains(key) ? 0 : 1;
        }
        seen.clear();
        seen.addAll(keys);
        built.addAll(keys);
    }

    @Override
    public Collection<KeyCandidate> keys() {
        return keys;
    }

    @Override
    public Collection<KeyCandidate> built() {
        return built;
    }

    @Override
    public long rowsBuilt() {
        return builds * farm.rowCount();
    }

    @Override
    public int builds() {
        return builds;
    }

    @Override
    public void close() {
        // Whoever opened the engine closes it.
    }
}
