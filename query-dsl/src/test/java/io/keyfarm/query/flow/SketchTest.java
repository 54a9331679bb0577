package io.keyfarm.query.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.rows.TextSlot;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SketchTest {
    private final RecordLayout layout = new RecordLayout(TableSchema.parse("t: sketch bytes"));
    private final int[] counts = new int[Sketch.RANKS];

    @Test
    void shouldEstimateWithinFourStandardErrors() {
        final long scratch = Memory.allocate(Sketch.REGISTERS);
        try (RowStore store = new RowStore(layout, FlowCases.unlimited(), "sketches")) {
            for (final int distinct : new int[] {0, 1, 2, 10, 100, 1000, 10_000, 100_000, 1_000_000}) {
                final long slot = emptySketch(store);
                for (int i = 0; i < distinct; i++) {
                    // Each value twice: the second time changes nothing.
                    Sketch.add(slot, KeyFields.mix(1, i), store, scratch);
                    Sketch.add(slot, KeyFields.mix(1, i / 2), store, scratch);
                }
                final long estimate = Sketch.estimate(slot, store.heapBases(), counts);
                assertEquals(
                        distinct, (double) estimate, distinct <= 10 ? 0 : 4 * 1.04 / 64 * distinct, "of " + distinct);
            }
        } finally {
            Memory.free(scratch);
        }
    }

    @Test
    void shouldMergeToTheSketchOfAllValues() {
        FlowCases.forSeeds(300, seed -> {
            final Random random = new Random(seed);
            final long scratch = Memory.allocate(Sketch.REGISTERS);
            try (RowStore store = new RowStore(layout, FlowCases.unlimited(), "sketches")) {
                final long all = emptySketch(store);
                final long merged = emptySketch(store);
                for (int part = 0; part < 3; part++) {
                    final long one = emptySketch(store);
                    for (int i = random.nextInt(1 << random.nextInt(12)); i > 0; i--) {
                        final long hash = random.nextLong();
                        Sketch.add(one, hash, store, scratch);
                        Sketch.add(all, hash, store, scratch);
                    }
                    Sketch.merge(merged, one, store.heapBases(), store, scratch);
                }
                assertEquals(
                        Sketch.estimate(all, store.heapBases(), counts),
                        Sketch.estimate(merged, store.heapBases(), counts));
                assertEquals(TextSlot.length(all), TextSlot.length(merged), "grown alike");
                if (TextSlot.length(all) > TextSlot.INLINE_BYTES) {
                    assertEquals(
                            Memory.getInt(TextSlot.address(all, store.heapBases())),
                            Memory.getInt(all + Integer.BYTES),
                            "first bytes in the slot");
                }
            } finally {
                Memory.free(scratch);
            }
        });
    }

    private static long emptySketch(RowStore store) {
        final long row = store.append();
        Memory.fill(row, store.layout().rowBytes(), (byte) 0);
        return row;
    }
}
