package io.keyfarm.farmer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KeyPickerTest {
    private static final TableSchema SCHEMA = TableSchema.parse("t: a int32, b int32");
    private static final int ROWS = 100_000;

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private final CostModel costs = CostModel.typical();

    @Test
    void shouldTakeTheHotOneOfTwoKeysThatFindTheSame() {
        try (Slab slab = rows()) {
            final KeySummary cold = summary(slab, "a.b", KeyTier.COLD);
            final KeySummary hot = summary(slab, "a.b", KeyTier.HOT);
            assertEquals(1, ranked(cold, hot, null, point(7)).get(0).hint());
            assertEquals(0, ranked(hot, cold, null, point(7)).get(0).hint());
        }
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldPriceSeeksAndStepsAsTheKeysTierDoes() {
        try (Slab slab = rows()) {
            final KeySummary cold = summary(slab, "a.b", KeyTier.COLD);
            final KeySummary hot = summary(slab, "a.b", KeyTier.HOT);
            for (final KeyCandidate way : ranked(cold, hot, point(3), point(7))) {
                if (way.hint() >= 0) {
                    final double seekNs = way.hint() == 0 ? costs.seekNs() : costs.hotSeekNs();
                    final double rowsNs = way.rows() * costs.keyedRowNs();
                    assertTrue(way.costNs() >= way.seeks() * seekNs + rowsNs, way.toString());
                    assertTrue(way.costNs() <= way.seeks() * seekNs + 3 * rowsNs, way.toString());
                }
            }
        }
    }

    private List<KeyCandidate> ranked(
            KeySummary first, KeySummary second, @Nullable SegmentMonitor a, @Nullable SegmentMonitor b) {
        final TableEntry table = new TableEntry(SCHEMA, 1, 0, ROWS, List.of(first, second));
        return KeyPicker.rank(table, ROWS, new SegmentMonitor[] {a, b}, costs);
    }

    private static SegmentMonitor point(long value) {
        final SegmentMonitor monitor = new SegmentMonitor(SCHEMA.field(0).type());
        monitor.bindPoint(value);
        return monitor;
    }

    /** By way of its bytes, as a farmer gets it. */
    private KeySummary summary(Slab slab, String key, KeyTier tier) {
        try (SortedKey built = new KeyBuilder(ledger).build(slab, KeySpec.parse(key), tier)) {
            return KeySummary.decode(built.summary().encode(), SCHEMA);
        }
    }

    private Slab rows() {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow().putLong(0, i % 50).putLong(1, i / 50).endRow();
            }
            return rows.build();
        }
    }
}
