package io.keyfarm.slave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.query.Param;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.query.eval.Equalities;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

/** Codes read straight out of a block are those of the interval that a seek loop finds for the bound monitors. */
class PointCodesTest {
    private static final TableSchema SCHEMA =
            TableSchema.parse("t: a int32, b int16 null, c uint8, d int64 null, e float64, f decimal(9,2), g char(3)");
    private static final String[] NUMBERS = {"a", "b", "c", "d", "e", "f"};
    private static final int ROWS = 200;
    private static final int KEYS = 300 * Integer.getInteger("keyfarm.test.scale", 1);
    private static final int BINDINGS = 20;

    @Test
    void shouldBeTheIntervalThatMonitorsAsk() {
        final Long only = Long.getLong("keyfarm.test.seed");
        int found = 0;
        for (long seed = only == null ? 0 : only; seed < (only == null ? KEYS : only + 1); seed++) {
            found += compare(seed);
        }
        assertTrue(only != null || found > 10 * KEYS, "only " + found + " bindings had rows to find");
    }

    private static int compare(long seed) {
        final Random random = new Random(seed);
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        final List<String> shuffled = new ArrayList<>(List.of(NUMBERS));
        Collections.shuffle(shuffled, random);
        final List<String> keyed = shuffled.subList(0, 1 + random.nextInt(3));
        final List<String> asked = shuffled.subList(0, 1 + random.nextInt(3));
        try (Slab slab = slab(random, ledger);
                SortedKey key = new KeyBuilder(ledger)
                        .build(slab, KeySpec.parse(String.join(".", keyed)), KeyTier.HOT, random.nextInt(2))) {
            final QueryPlan plan = plan(asked);
            final BoundConditions conditions = new BoundConditions(plan, slab.layout());
            final PointCodes points = PointCodes.of(Equalities.of(plan, slab.layout()), key);
            final SeekLoop walk = new SeekLoop(key);
            final ExpandableArrayBuffer block = new ExpandableArrayBuffer();
            int found = 0;
            for (int i = 0; i < BINDINGS; i++) {
                final int length = bind(plan, random, block);
                conditions.bind(block, 0, length);
                walk.open(conditions.monitors());
                final long low = points == null ? PointCodes.UNKNOWN : points.low(block, 0, length);
                if (points == null || low == PointCodes.UNKNOWN) {
                    continue;
                }
                final String which = "seed " + seed + ": key " + key.spec() + ", asked " + asked;
                if (low == PointCodes.NOTHING) {
                    assertEquals(0, walk.count(), which);
                    continue;
                }
                assertEquals(walk.intervalLow(), low, which);
                assertEquals(walk.intervalHigh(), points.high(low), which);
                assertEquals(walk.isServedByDirectory(), points.isServedByDirectory(), which);
                assertEquals(keyed.containsAll(asked), points.isServedWhole(), which);
                found++;
            }
            return found;
        }
    }

    private static Slab slab(Random random, MemoryLedger ledger) {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow();
                for (int field = 0; field < NUMBERS.length; field++) {
                    if (SCHEMA.field(field).nullable() && random.nextInt(5) == 0) {
                        rows.putNull(field);
                    } else if (field == 4) {
                        rows.putDouble(field, random.nextInt(4));
                    } else {
                        rows.putLong(field, random.nextInt(4));
                    }
                }
                rows.putText(6, "xyz").endRow();
            }
            return rows.build();
        }
    }

    private static QueryPlan plan(List<String> asked) {
        final Table table = Table.of(SCHEMA);
        Query query = Query.from(table);
        for (final String field : asked) {
            query = query.where(table.field(field).is(Param.param(field)));
        }
        return query.compile();
    }

    /** Mostly values that are there, some beyond them, and sometimes null. */
    private static int bind(QueryPlan plan, Random random, ExpandableArrayBuffer block) {
        final Parameters parameters = new Parameters(plan);
        for (int i = 0; i < parameters.count(); i++) {
            final boolean isFloat = plan.parameters().get(i).name().equals("e");
            final int value = random.nextInt(5);
            if (random.nextInt(20) == 0) {
                parameters.setNull(i);
            } else if (isFloat) {
                parameters.set(i, (double) value);
            } else {
                parameters.setLong(i, value);
            }
        }
        return parameters.encode(block, 0);
    }
}
