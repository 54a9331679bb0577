package io.keyfarm.key.advice;

import java.util.Arrays;
import java.util.Collection;

/**
 * Some of the keys, and what they save. Adding and removing a key costs as much as it is in ways.
 *
 * <pre>
 *   missing[way]    how many of its keys are not there; the way is open at 0
 *   best[query]     what the query's best open way saves
 * </pre>
 */
final class Selection {
    final WorkloadCost costs;

    private final TableLimits limits;
    /** Of tables that have limits. */
    private final long[] tableBytes;

    private final int[] tableCounts;
    private final boolean[] has;
    private final int[] missing;
    /** What is missing where no key is there. */
    private final int[] missingAll;

    private final double[] best;
    private double saved;
    private long bytes;
    private int count;

    Selection(WorkloadCost costs) {
        this(costs, new TableLimits(costs));
    }

    Selection(WorkloadCost costs, TableLimits limits) {
        this.costs = costs;
        this.limits = limits;
        tableBytes = new long[limits.count()];
        tableCounts = new int[limits.count()];
        has = new boolean[costs.keyCount()];
        missing = new int[costs.wayCount()];
        missingAll = new int[costs.wayCount()];
        Arrays.setAll(missingAll, way -> costs.keysOf(way).length);
        best = new double[costs.queryCount()];
        clear();
    }

    /** The keys called so; a name that the workload does not know helps no query. */
    static Selection of(WorkloadCost costs, Collection<String> keys) {
        return of(costs, new TableLimits(costs), keys);
    }

    static Selection of(WorkloadCost costs, TableLimits limits, Collection<String> keys) {
        final Selection selection = new Selection(costs, limits);
        for (final String name : keys) {
            final int key = costs.find(name);
            if (key >= 0) {
                selection.add(key);
            }
        }
        return selection;
    }

    void clear() {
        Arrays.fill(tableBytes, 0);
        Arrays.fill(tableCounts, 0);
        Arrays.fill(has, false);
        Arrays.fill(best, 0);
        System.arraycopy(missingAll, 0, missing, 0, missing.length);
        saved = 0;
        bytes = 0;
        count = 0;
    }

    void copyFrom(Selection other) {
        System.arraycopy(other.has, 0, has, 0, has.length);
        System.arraycopy(other.missing, 0, missing, 0, missing.length);
        System.arraycopy(other.best, 0, best, 0, best.length);
        System.arraycopy(other.tableBytes, 0, tableBytes, 0, tableBytes.length);
        System.arraycopy(other.tableCounts, 0, tableCounts, 0, tableCounts.length);
        saved = other.saved;
        bytes = other.bytes;
        count = other.count;
    }

    boolean has(int key) {
        return has[key];
    }

    double saved() {
        return saved;
    }

    double saved(int query) {
        return best[query];
    }

    /** What one run of the query costs with these keys. */
    double cost(int query) {
        return costs.cost(query, openWay(query));
    }

    /** What one run of the query would cost with one key more. */
    double costWith(int query, int key) {
        final int end = costs.wayStart(query + 1);
        for (int way = costs.wayStart(query); way < end; way++) {
            if (missing[way] == 0 || (missing[way] == 1 && !has[key] && needs(way, key))) {
                return costs.cost(query, way);
            }
        }
        return costs.cost(query, -1);
    }

    private boolean needs(int way, int key) {
        for (final int needed : costs.keysOf(way)) {
            if (needed == key) {
                return true;
            }
        }
        return false;
    }

    /** Whether each table would be within its limit if these came. */
    boolean isWithinTables(int... comers) {
        for (int table = 0; table < tableBytes.length; table++) {
            long more = tableBytes[table];
            int keys = tableCounts[table];
            for (final int key : comers) {
                if (!has[key] && limits.tableOf(key) == table) {
                    more += costs.bytes(key);
                    keys++;
                }
            }
            if (!limits.admits(table, more, keys)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the key is of a table that takes more than it may. */
    boolean isOfFullTable(int key) {
        final int table = limits.tableOf(key);
        return table >= 0 && !limits.admits(table, tableBytes[table], tableCounts[table]);
    }

    long bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    int[] keys() {
        final int[] keys = new int[count];
        int at = 0;
        for (int key = 0; key < has.length; key++) {
            if (has[key]) {
                keys[at++] = key;
            }
        }
        return keys;
    }

    void add(int key) {
        if (has[key]) {
            return;
        }
        has[key] = true;
        bytes += costs.bytes(key);
        count++;
        onTable(key, 1);
        for (final int way : costs.waysOf(key)) {
            if (--missing[way] == 0) {
                final int query = costs.queryOf(way);
                if (costs.saving(way) > best[query]) {
                    saved += costs.saving(way) - best[query];
                    best[query] = costs.saving(way);
                }
            }
        }
    }

    void remove(int key) {
        assert has[key] : key;
        has[key] = false;
        bytes -= costs.bytes(key);
        count--;
        onTable(key, -1);
        for (final int way : costs.waysOf(key)) {
            final int query = costs.queryOf(way);
            if (missing[way]++ == 0 && best[query] <= costs.saving(way)) {
                final int open = openWay(query);
                final double now = open < 0 ? 0 : costs.saving(open);
                saved += now - best[query];
                best[query] = now;
            }
        }
    }

    private void onTable(int key, int sign) {
        final int table = limits.tableOf(key);
        if (table >= 0) {
            tableBytes[table] += sign * costs.bytes(key);
            tableCounts[table] += sign;
        }
    }

    /** The way that the query takes, or −1. */
    int openWay(int query) {
        final int end = costs.wayStart(query + 1);
        for (int way = costs.wayStart(query); way < end; way++) {
            if (missing[way] == 0) {
                return way;
            }
        }
        return -1;
    }

    /** What adding the key would save on top. */
    double gain(int key) {
        if (has[key]) {
            return 0;
        }
        double gain = 0;
        int last = -1;
        for (final int way : costs.waysOf(key)) {
            final int query = costs.queryOf(way);
            // A query's ways stand together, the best of them first.
            if (missing[way] == 1 && query != last && costs.saving(way) > best[query]) {
                gain += costs.saving(way) - best[query];
                last = query;
            }
        }
        return gain;
    }

    /** By query: what adding the key would save on top. */
    void gains(int key, double[] gains) {
        Arrays.fill(gains, 0);
        for (final int way : costs.waysOf(key)) {
            final int query = costs.queryOf(way);
            if (missing[way] == 1 && !has[key] && gains[query] == 0) {
                gains[query] = Math.max(0, costs.saving(way) - best[query]);
            }
        }
    }

    /** What adding all of them would save on top. */
    double gain(int[] keys) {
        if (keys.length == 1) {
            return gain(keys[0]);
        }
        final double before = saved;
        int added = 0;
        for (int i = 0; i < keys.length; i++) {
            if (!has[keys[i]]) {
                added |= 1 << i;
                add(keys[i]);
            }
        }
        final double gain = saved - before;
        for (int i = 0; i < keys.length; i++) {
            if ((added >>> i & 1) != 0) {
                remove(keys[i]);
            }
        }
        return gain;
    }

    /** What removing the key would lose. */
    double loss(int key) {
        final double before = saved;
        remove(key);
        final double loss = before - saved;
        add(key);
        return loss;
    }
}
