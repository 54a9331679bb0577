package io.keyfarm.slave;

import io.keyfarm.key.advice.QueryTally;
import io.keyfarm.key.advice.TallyStripe;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.rows.TableSchema;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one session's reads ask of one table, and which keys they take.
 *
 * <pre>
 *   a query      counted, while few were since the last drain; of more, one of each 8 counts as 8; of many, one of each 64
 *   a request    of n bindings is n queries of one shape; of more than a few, one of each 512 counts as 512
 *   a key taken  counted with the weight of the query that took it
 * </pre>
 *
 * The session's thread counts, allocating nothing once it has met the keys and shapes; another one drains.
 */
final class SessionTally {
    /** So many counts between two drains are few. */
    static final int FEW = 1 << 10;

    /** Beyond so many they are many. */
    private static final int MORE = 1 << 11;

    private static final int OF_MORE = 8;
    private static final int OF_MANY = 64;
    /** To count a request, one of its bindings is bound once more, which must be little beside reading them. */
    private static final int OF_BINDINGS = 512;

    /** Stands for the key where none is taken. */
    static final Object SCAN = KeyUse.FULL_SCAN;

    private final TableTally table;
    private final TallyStripe stripe;
    private final EachOf ofMore;
    private final EachOf ofMany;
    private final EachOf ofBindings;
    /** By the key itself, so that one built anew begins anew. */
    private final Map<Object, UseCount> uses = new ConcurrentHashMap<>();

    private long random;

    SessionTally(TableTally table, TableSchema schema, long seed) {
        this.table = table;
        stripe = new TallyStripe(schema, seed);
        ofMore = new EachOf(OF_MORE, seed);
        ofMany = new EachOf(OF_MANY, seed);
        ofBindings = new EachOf(OF_BINDINGS, ~seed);
        random = seed | 1;
    }

    TableTally table() {
        return table;
    }

    /** Counts the query that the conditions are bound to; answers as how many it was counted, which may be 0. */
    long onQuery(BoundConditions conditions) {
        final long weight = table.isOn() ? weightOfQuery(stripe.callsSinceDrain()) : 0;
        return weight == 0 || conditions.isNothing() ? 0 : count(conditions, weight);
    }

    private long weightOfQuery(int calls) {
        return calls >= MORE ? ofMany.weightOf(1) : calls >= FEW ? ofMore.weightOf(1) : 1;
    }

    /** Whether, and as how many queries, a request of so many bindings is to be {@linkplain #onBinding counted}. */
    long weightOf(int bindingCount) {
        if (!table.isOn()) {
            return 0;
        }
        return stripe.callsSinceDrain() < FEW ? bindingCount : ofBindings.weightOf(bindingCount);
    }

    /** Counts a binding that stands for all of its request; answers the weight, or 0 if it can find nothing. */
    long onBinding(BoundConditions conditions, long weight) {
        return conditions.isNothing() ? 0 : count(conditions, weight);
    }

    private long count(BoundConditions conditions, long weight) {
        final int[] fields = conditions.askedFields();
        stripe.count(fields, fields.length, conditions.monitors(), weight);
        return weight;
    }

    /** Any of so many. */
    int anyOf(int count) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) Long.remainderUnsigned(random, count);
    }

    /** So many reads took the key, and looked at so many rows in all. */
    void onUse(Object key, long reads, long rows) {
        UseCount use = uses.get(key);
        if (use == null) {
            use = new UseCount();
            uses.put(key, use);
        }
        use.add(reads, rows);
    }

    /** See {@link TallyStripe#drain}. */
    boolean drain(QueryTally tally) {
        return stripe.drain(tally);
    }

    @Nullable
    UseCount use(Object key) {
        return uses.get(key);
    }

    Map<Object, UseCount> uses() {
        return uses;
    }

    /** The key is gone. */
    void forget(Object key) {
        uses.remove(key);
    }
}
