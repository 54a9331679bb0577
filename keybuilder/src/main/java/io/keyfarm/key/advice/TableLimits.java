package io.keyfarm.key.advice;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Which keys are of tables that have a limit of their own, and those limits. What is pinned there is within them. Immutable. */
final class TableLimits {
    private static final int NONE = -1;

    /** By key: the number of its table, or {@link #NONE}. */
    private final int[] tables;

    private final long[] maxBytes;
    private final int[] maxKeys;

    TableLimits(WorkloadCost costs, KeyBudget budget) {
        final List<Map.Entry<String, KeyBudget.Limit>> limits =
                List.copyOf(budget.tables().entrySet());
        tables = new int[costs.keyCount()];
        Arrays.fill(tables, NONE);
        maxBytes = limits.stream().mapToLong(it -> it.getValue().bytes()).toArray();
        maxKeys = limits.stream().mapToInt(it -> it.getValue().keys()).toArray();
        final long[] pinnedBytes = new long[maxBytes.length];
        final int[] pinnedKeys = new int[maxBytes.length];
        for (int key = 0; key < tables.length; key++) {
            for (int table = 0; table < maxBytes.length; table++) {
                if (costs.key(key).startsWith(limits.get(table).getKey() + TableKey.MARK)) {
                    tables[key] = table;
                    pinnedBytes[table] += budget.isPinned(costs.key(key)) ? costs.bytes(key) : 0;
                    pinnedKeys[table] += budget.isPinned(costs.key(key)) ? 1 : 0;
                }
            }
        }
        Arrays.setAll(maxBytes, table -> Math.max(maxBytes[table], pinnedBytes[table]));
        Arrays.setAll(maxKeys, table -> Math.max(maxKeys[table], pinnedKeys[table]));
    }

    /** No table has any. */
    TableLimits(WorkloadCost costs) {
        this(costs, KeyBudget.unlimited());
    }

    int count() {
        return maxBytes.length;
    }

    /** The number of the key's table, if that has a limit, or −1. */
    int tableOf(int key) {
        return tables[key];
    }

    boolean admits(int table, long bytes, int keys) {
        return table == NONE || (bytes <= maxBytes[table] && keys <= maxKeys[table]);
    }
}
