package io.keyfarm.bench;

import io.keyfarm.Keyfarm;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Carries a schedule out: at the beginning of each epoch the keys are those that it names. */
final class ScheduledKeys implements Tuner {
    private final Keyfarm farm;
    private final String table;
    private final List<KeySpec> candidates;
    private final int[] schedule;
    private final long rowCount;
    private int there;
    private int builds;

    ScheduledKeys(Keyfarm farm, String table, List<KeySpec> candidates, int[] schedule) {
        this.farm = farm;
        this.table = table;
        this.candidates = candidates;
        this.schedule = schedule;
        rowCount = farm.rowCount();
    }

    @Override
    public void beforeQuery(int query) {
        if (query % Traces.EPOCH == 0) {
            use(schedule[query / Traces.EPOCH]);
        }
    }

    private void use(int set) {
        for (int key = 0; key < candidates.size(); key++) {
            final boolean isThere = (there >>> key & 1) != 0;
            final boolean isWanted = (set >>> key & 1) != 0;
            if (isThere && !isWanted) {
                farm.dropKey(table, candidates.get(key).toString());
            } else if (isWanted && !isThere) {
                farm.keys(table, candidates.get(key).toString());
                builds++;
            }
        }
        there = set;
    }

    @Override
    public void afterQuery(int query) {
        // All was known before.
    }

    @Override
    public Collection<KeyCandidate> keys() {
        final List<KeyCandidate> keys = new ArrayList<>();
        for (int key = 0; key < candidates.size(); key++) {
            if ((there >>> key & 1) != 0) {
                keys.add(new KeyCandidate(candidates.get(key), Kind.HOT));
            }
        }
        return keys;
    }

    @Override
    public Collection<KeyCandidate> built() {
        return candidates.stream().map(key -> new KeyCandidate(key, Kind.HOT)).toList();
    }

    @Override
    public long rowsBuilt() {
        return builds * rowCount;
    }

    @Override
    public int builds() {
        return builds;
    }

    @Override
    public void close() {
        use(0);
    }
}
