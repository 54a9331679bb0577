package io.keyfarm.query.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.plan.JoinKind;
import io.keyfarm.query.plan.JoinLimit;
import io.keyfarm.query.plan.JoinLimit.Excess;
import io.keyfarm.query.plan.JoinStep;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The recorded behaviour of Roxie's keyed joins: 64 people on the left, those called CLAIRE and KIMBERLY on the right. */
final class JoinActivityTest {
    private static final List<String> FIRST = List.of("DAVID", "CLAIRE", "KELLY", "KIMBERLY");
    private static final List<String> LAST = List.of("BAYLISS", "DOLSON", "BILLINGTON", "SMITH");
    private static final RecordLayout LEFT =
            new RecordLayout(TableSchema.parse("people: id int32, first varchar, last varchar, p int32"));
    private static final RecordLayout RIGHT =
            new RecordLayout(TableSchema.parse("found: rid int32, rfirst varchar, rlast varchar, rp int32"));
    private static final RecordLayout JOINED =
            new RecordLayout(TableSchema.parse("people: id int32, first varchar, last varchar, p int32, rid int32 null,"
                    + " rfirst varchar null, rlast varchar null, rp int32 null"));
    private static final JoinLimit NO_LIMIT = JoinLimit.NONE;
    private static final long ALL = QueryPlan.UNLIMITED;

    private final MemoryLedger ledger = MemoryLedger.unlimited("a test");
    private final FlowMemory memory = new FlowMemory(ledger, 1 << 20);
    private final RowStore people = people(LEFT, FIRST);
    private final RowStore found = people(RIGHT, List.of("CLAIRE", "KIMBERLY"));

    private RowStore people(RecordLayout layout, List<String> firstNames) {
        final RowStore store = new RowStore(layout, memory, "people");
        try (SlabBuilder builder = new SlabBuilder(layout.schema(), ledger)) {
            for (final String first : firstNames) {
                for (int last = 0; last < 4; last++) {
                    for (int p = 1; p <= 4; p++) {
                        builder.beginRow()
                                .putLong(0, 16L * FIRST.indexOf(first) + 4L * last + p - 1)
                                .putText(1, first)
                                .putText(2, LAST.get(last))
                                .putLong(3, p)
                                .endRow();
                    }
                }
            }
            try (Slab slab = builder.build()) {
                for (int row = 0; row < slab.rowCount(); row++) {
                    store.copy(slab.address(row), slab.heapBases());
                }
            }
        }
        return store;
    }

    @AfterEach
    void shouldGiveBackAllMemory() {
        people.close();
        found.close();
        assertEquals(0, memory.usedBytes());
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldJoinOnAllThreeFieldsAsRoxieDoes() {
        assertEquals(32, count(3, JoinKind.INNER, NO_LIMIT, ALL, null));
        assertEquals(32, count(3, JoinKind.LEFT_ONLY, NO_LIMIT, ALL, null));
        assertEquals(64, count(3, JoinKind.LEFT_OUTER, NO_LIMIT, ALL, null));
        assertEquals(32, count(3, JoinKind.SEMI, NO_LIMIT, ALL, null));
    }

    @Test
    void shouldSkipRowsWithoutMakingTheirLeftRowsUnmatched() {
        assertEquals(16, count(3, JoinKind.INNER, NO_LIMIT, ALL, "KIMBERLY"));
        assertEquals(32, count(3, JoinKind.LEFT_ONLY, NO_LIMIT, ALL, "KIMBERLY"));
        assertEquals(48, count(3, JoinKind.LEFT_OUTER, NO_LIMIT, ALL, "KIMBERLY"));
    }

    @Test
    void shouldLimitCandidatesAsRoxieDoes() {
        assertEquals(64, count(2, JoinKind.INNER, NO_LIMIT, 2, null));
        assertEquals(0, count(2, JoinKind.INNER, new JoinLimit(3, Excess.UNMATCHED), ALL, null));
        assertEquals(0, count(2, JoinKind.INNER, new JoinLimit(3, Excess.SKIP), ALL, null));
        assertEquals(64, count(2, JoinKind.LEFT_OUTER, new JoinLimit(3, Excess.UNMATCHED), ALL, null));
        assertEquals(32, count(2, JoinKind.LEFT_OUTER, new JoinLimit(3, Excess.SKIP), ALL, null));
        assertEquals(64, count(2, JoinKind.LEFT_OUTER, new JoinLimit(3, Excess.SUBSTITUTE), ALL, null));
        assertEquals(128, count(2, JoinKind.INNER, new JoinLimit(4, Excess.FAIL), ALL, null));
    }

    @Test
    void shouldFailWhenALeftRowHasMoreCandidatesThanTheLimit() {
        final JoinLimitException failure = assertThrows(
                JoinLimitException.class, () -> count(2, JoinKind.INNER, new JoinLimit(3, Excess.FAIL), ALL, null));
        assertTrue(
                Objects.requireNonNull(failure.getMessage()).contains("more than the 3 candidates"),
                failure.getMessage());
    }

    @Test
    void shouldKeepOnlyRowsThatWereNotSkipped() {
        // Of each of the 16 CLAIREs four candidates, two kept; all of KIMBERLY's are skipped.
        assertEquals(32, count(2, JoinKind.INNER, NO_LIMIT, 2, "KIMBERLY"));
    }

    @Test
    void shouldHandOnLeftRowsInOrder() {
        final List<Long> ids = new ArrayList<>();
        run(2, JoinKind.LEFT_OUTER, NO_LIMIT, ALL, null, ids);
        assertEquals(ids.stream().sorted().toList(), ids);
        assertEquals(32 * 4 + 32, ids.size());
    }

    private long count(int fields, JoinKind kind, JoinLimit limit, long keep, @Nullable String skipped) {
        long counted = -1;
        for (int seed = 0; seed < 20; seed++) {
            final List<Long> ids = new ArrayList<>();
            final long rows = new Run(seed).rows(fields, kind, limit, keep, skipped, ids);
            assertTrue(counted < 0 || counted == rows, () -> "batches of another size give another answer");
            counted = rows;
        }
        return counted;
    }

    private void run(int fields, JoinKind kind, JoinLimit limit, long keep, @Nullable String skipped, List<Long> ids) {
        new Run(1).rows(fields, kind, limit, keep, skipped, ids);
    }

    private final class Run {
        private final Random random;

        Run(long seed) {
            random = new Random(seed);
        }

        long rows(int fields, JoinKind kind, JoinLimit limit, long keep, @Nullable String skipped, List<Long> ids) {
            final BiPredicate<RowView, RowView> isCandidate = (left, right) -> {
                boolean isEqual = true;
                for (int field = 1; field <= fields; field++) {
                    isEqual &= Objects.equals(left.get(field), right.get(field));
                }
                return isEqual;
            };
            final JoinStep how = new JoinStep(
                    kind,
                    -1,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(0, 1, 2, 3, 4, 5, 6, 7),
                    List.of(),
                    limit,
                    keep,
                    false,
                    null,
                    null,
                    null,
                    null);
            final RecordLayout layout = kind.hasRightFields() ? JOINED : LEFT;
            final RowView view = new RowView(layout);
            final RowsFilter skip = skipped == null
                    ? null
                    : (rows, places) -> {
                        int count = 0;
                        for (int i = 0; i < rows.count(); i++) {
                            rows.view(i, view);
                            if (skipped.equals(view.getString("first"))) {
                                places[count++] = i;
                            }
                        }
                        return count;
                    };
            long count = 0;
            try (JoinActivity join = new JoinActivity(
                    new StoredRows(people, random),
                    new NestedLoop(found, LEFT, random, isCandidate),
                    how,
                    layout,
                    null,
                    kind.hasRightFields() ? skip : null,
                    memory)) {
                join.begin();
                final RowBatch batch = new RowBatch(layout);
                for (int got = join.next(batch); got != 0; got = join.next(batch)) {
                    for (int i = 0; got > 0 && i < got; i++) {
                        batch.view(i, view);
                        ids.add(view.getLong(0));
                        requireMatch(view, fields, kind);
                        count++;
                    }
                }
            }
            return count;
        }

        private void requireMatch(RowView view, int fields, JoinKind kind) {
            if (kind.hasRightFields() && !view.isNull(4)) {
                assertEquals(view.get("first"), view.get("rfirst"));
                assertEquals(view.get("last"), view.get("rlast"));
                assertTrue(fields == 2 || view.getLong("p") == view.getLong("rp"));
            }
        }
    }
}
