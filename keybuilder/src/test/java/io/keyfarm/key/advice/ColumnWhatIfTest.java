package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.ColumnCursor;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import io.keyfarm.key.build.ColumnBuilder;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.segmonitor.ValueSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is expected of a column copy that does not exist, against one that does. */
final class ColumnWhatIfTest {
    private static final int ROWS = 200_000;
    private static final CostModel COSTS = CostModel.typical();
    private static final TableSchema SCHEMA = TableSchema.parse(
            "t: few int32, byte int16 null, small int32, wide int64, real float64, word varchar, long varchar, rare int64");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    private Slab rows(Random random) {
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow();
                rows.putLong(0, 1000L * random.nextInt(200));
                if (random.nextInt(10) == 0) {
                    rows.putNull(1);
                } else {
                    rows.putLong(1, random.nextInt(250));
                }
                rows.putLong(2, random.nextInt(50_000));
                rows.putLong(3, (1L << 40) + random.nextInt(1 << 30));
                rows.putDouble(4, random.nextGaussian());
                rows.putText(5, "word" + random.nextInt(3_000));
                rows.putText(6, "long/" + random.nextLong());
                rows.putLong(7, random.nextInt(3) == 0 ? random.nextLong() : 7);
                rows.endRow();
            }
            return rows.build();
        }
    }

    @Test
    void shouldExpectWhatAColumnCopyThenTakes() {
        final Random random = new Random(1);
        try (Slab slab = rows(random)) {
            final WhatIf whatIf = new WhatIf(RowSample.of(slab, 20_000, new SplittableRandom(1)), COSTS);
            for (int field = 0; field < SCHEMA.fieldCount(); field++) {
                final KeyCandidate key =
                        new KeyCandidate(KeySpec.of(SCHEMA.field(field).name()), Kind.COLUMN);
                try (ColumnCopy column = new ColumnBuilder(ledger).build(slab, key.spec())) {
                    assertEquals(column.bytes(), whatIf.bytes(key), column.toString());
                    if (!SCHEMA.field(field).type().isText()) {
                        compare(slab, whatIf, key, column, field, random);
                    }
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    private static void compare(
            Slab slab, WhatIf whatIf, KeyCandidate key, ColumnCopy column, int field, Random random) {
        final Field asked = SCHEMA.field(field);
        final ColumnCursor cursor = new ColumnCursor(List.of(column), COSTS, () -> false);
        final RowView row = slab.newView();
        for (int query = 0; query < 20; query++) {
            slab.view(random.nextInt(ROWS), row);
            final long low = row.isNull(field) ? asked.type().minSortable() : row.getSortable(field);
            slab.view(random.nextInt(ROWS), row);
            final long high = row.isNull(field) ? asked.type().maxSortable() : row.getSortable(field);
            final SegmentMonitor monitor = new SegmentMonitor(asked.type());
            monitor.bindRange(Math.min(low, high), Math.max(low, high));
            final QueryTally tally = QueryTally.parse(asked.name() + ".. 1");
            tally.keep(Shape.parse(asked.name() + ".."), new ValueSet[] {ValueSet.of(monitor)}, 1);
            final @Nullable SegmentMonitor[] monitors = new SegmentMonitor[SCHEMA.fieldCount()];
            monitors[field] = monitor;
            cursor.open(monitors);
            final double taken = Math.min(COSTS.scanNs(ROWS), cursor.plan().readNs());
            final WorkloadCost costs = whatIf.costs(tally, List.of(key));
            final double expected = costs.cost(0, costs.wayCount() == 0 ? -1 : costs.wayStart(0));
            assertEquals(1, expected / taken, 0.2, asked + " " + monitor + ": " + expected + " for " + taken);
        }
    }

    @Test
    void shouldKeepAColumnCopyWhereKeysAreTooLargeOrNoHelp() {
        final Random random = new Random(2);
        try (Slab slab = rows(random)) {
            final WhatIf whatIf = new WhatIf(RowSample.of(slab, 20_000, new SplittableRandom(1)), COSTS);
            final QueryTally tally = QueryTally.parse("small.. 500");
            final List<KeyCandidate> candidates =
                    new ArrayList<>(CandidateKinds.of(List.of(KeySpec.of("small")), tally.shapes(), field -> 50_000));
            final WorkloadCost costs = whatIf.costs(tally, candidates);
            final KeyProposal tight = KeyAdvisor.advise(costs, KeyBudget.ofBytes(500_000));
            assertEquals(
                    List.of("small column"),
                    tight.keys().stream().map(ProposedKey::name).toList(),
                    tight.report());
            assertTrue(tight.cost() < tight.costWithout(), tight.report());
        }
    }
}
