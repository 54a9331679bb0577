package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Alias;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.PlanRegistry;
import io.keyfarm.farmer.QuerySettings;
import io.keyfarm.farmer.RegistryException;
import io.keyfarm.farmer.RegistrySettings;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLedger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Plans by their ids, and names by what they mean, without anything being run. */
final class PlanRegistryTest {
    private static final Table NUMBERS = Table.of("numbers: id int32, bucket int32, stamp int32, name varchar");
    private static final QuerySettings AS_ASKED = QuerySettings.none();

    private static PlanRegistry registry(RegistrySettings settings) {
        return new Farmer(
                        FarmerSettings.of(0, 1).withRegistry(settings),
                        SystemNanoClock.INSTANCE,
                        MemoryLedger.unlimited("registry"),
                        CostModel.typical())
                .plans();
    }

    private static PlanRegistry registry() {
        return registry(RegistrySettings.defaults());
    }

    private static byte[] plan(int id) {
        final Query query = from(NUMBERS).where(NUMBERS.field("id").is(id));
        return query.compile().bytes();
    }

    @Test
    void shouldGiveTheSameBytesTheSameIdAndKeepThemOnce() {
        final PlanRegistry registry = registry();
        final PlanId id = registry.submit(plan(1));
        assertEquals(PlanId.ofPlan(plan(1)), id);
        assertEquals(id, registry.submit(plan(1)));
        assertEquals(1, registry.plans().size());
        assertEquals(plan(1).length, registry.planBytes());
        assertEquals(QueryPlan.decode(plan(1)), registry.require(id).plan());
    }

    @Test
    void shouldKeepABytesOwnCopy() {
        final PlanRegistry registry = registry();
        final byte[] bytes = plan(1);
        final PlanId id = registry.submit(bytes);
        bytes[bytes.length - 1] ^= 1;
        assertEquals(QueryPlan.decode(plan(1)), registry.require(id).plan());
    }

    @Test
    void shouldRefuseMorePlansThanItMayKeepNamingBothNumbers() {
        final PlanRegistry registry = registry(RegistrySettings.defaults().maxPlans(2));
        final PlanId first = registry.submit(plan(1));
        registry.submit(plan(2));
        final RegistryException full = assertThrows(RegistryException.class, () -> registry.submit(plan(3)));
        assertEquals("there are 2 plans, and at most 2 are kept: remove one, or raise the limit", full.getMessage());
        assertEquals(first, registry.submit(plan(1)), "what is here needs no room");
        assertTrue(registry.remove(first));
        registry.submit(plan(3));
    }

    @Test
    void shouldRefuseMoreBytesThanItMayKeepNamingBothNumbers() {
        final int one = plan(1).length;
        final PlanRegistry registry = registry(RegistrySettings.defaults().maxPlanBytes(2 * one + 5));
        final PlanId first = registry.submit(plan(1));
        registry.submit(plan(2));
        final RegistryException full = assertThrows(RegistryException.class, () -> registry.submit(plan(3)));
        assertEquals(
                "plan %s has %d bytes, but only 5 are left of the %d that all plans may have: remove one, or raise the limit"
                        .formatted(PlanId.ofPlan(plan(3)), one, 2 * one + 5),
                full.getMessage());
        assertTrue(registry.remove(first));
        assertFalse(registry.remove(first));
        assertEquals(one, registry.planBytes());
        registry.submit(plan(3));
    }

    @Test
    void shouldRefuseBytesThatAreNoPlanAndKeepNothingOfThem() {
        final PlanRegistry registry = registry();
        final Random random = new Random(7);
        final byte[] good = plan(1);
        int refused = 0;
        for (int i = 0; i < 2_000 * Integer.getInteger("keyfarm.test.scale", 1); i++) {
            final byte[] bytes = random.nextBoolean() ? good.clone() : new byte[random.nextInt(200)];
            if (bytes.length != good.length) {
                random.nextBytes(bytes);
            } else {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                registry.remove(registry.submit(bytes));
            } catch (BadPlanException e) {
                refused++;
            }
        }
        assertTrue(refused > 1_000, refused + " refused");
        assertEquals(0, registry.planBytes());
        assertThrows(BadPlanException.class, () -> registry.submit(new byte[QueryPlan.MAX_BYTES + 1]));
    }

    @Test
    void shouldKeepAPlanThatANamePointsTo() {
        final PlanRegistry registry = registry();
        final PlanId id = registry.submit(plan(1));
        registry.alias("search", id, AS_ASKED);
        registry.alias("find", id, AS_ASKED);
        final RegistryException inUse = assertThrows(RegistryException.class, () -> registry.remove(id));
        assertEquals("plan " + id + " stays: find, search point to it", inUse.getMessage());
        assertTrue(registry.removeAlias("find"));
        assertFalse(registry.removeAlias("find"));
        assertTrue(registry.removeAlias("search"));
        assertTrue(registry.remove(id));
        assertNull(registry.find(id));
    }

    @Test
    void shouldRollBackStepByStepThroughTheLastSixteen() {
        final PlanRegistry registry = registry();
        for (int i = 0; i < 20; i++) {
            registry.alias("search", registry.submit(plan(i)), AS_ASKED);
        }
        assertEquals(16, registry.history("search").size());
        for (int i = 18; i >= 3; i--) {
            assertEquals(PlanId.ofPlan(plan(i)), registry.rollback("search").planId());
        }
        final RegistryException end = assertThrows(RegistryException.class, () -> registry.rollback("search"));
        assertEquals("alias search cannot be rolled back: nothing is known of what it meant before", end.getMessage());
        assertEquals(PlanId.ofPlan(plan(3)), registry.requireAlias("search").planId());
    }

    @Test
    void shouldNotRollBackToAPlanThatIsGone() {
        final PlanRegistry registry = registry();
        final PlanId first = registry.submit(plan(1));
        registry.alias("search", first, AS_ASKED);
        registry.alias("search", registry.submit(plan(2)), AS_ASKED);
        assertTrue(registry.remove(first));
        final RegistryException gone = assertThrows(RegistryException.class, () -> registry.rollback("search"));
        assertTrue(String.valueOf(gone.getMessage()).contains(first.toString()), gone.getMessage());
        assertEquals(PlanId.ofPlan(plan(2)), registry.requireAlias("search").planId());
    }

    @Test
    void shouldCountNoStepForWhatChangesNothing() {
        final PlanRegistry registry = registry();
        final PlanId id = registry.submit(plan(1));
        registry.alias("search", id, AS_ASKED);
        registry.alias("search", id, AS_ASKED);
        assertEquals(List.of(), registry.history("search"));
        registry.alias("search", id, AS_ASKED.maxRows(3));
        assertEquals(List.of(new Alias("search", id, AS_ASKED)), registry.history("search"));
    }

    @Test
    void shouldNameWhatIsNotThere() {
        final PlanRegistry registry = registry(RegistrySettings.defaults().maxAliases(1));
        final PlanId unknown = PlanId.ofPlan(plan(9));
        assertEquals(
                "there is no plan " + unknown + " among the 0 here: submit it first",
                message(() -> registry.alias("search", unknown, AS_ASKED)));
        assertEquals("there is no alias search; there is none at all", message(() -> registry.rollback("search")));
        registry.alias("search", registry.submit(plan(1)), AS_ASKED);
        assertEquals("there is no alias sarch; there are search", message(() -> registry.requireAlias("sarch")));
        assertEquals(
                "'2b' cannot name a query: a name has 1 to 128 letters, digits, '_', '-' and '.', and begins with a"
                        + " letter or '_'",
                message(() -> registry.alias("2b", PlanId.ofPlan(plan(1)), AS_ASKED)));
        assertEquals(
                "there are 1 aliases, and at most 1 are kept: remove one, or raise the limit",
                assertThrows(RegistryException.class, () -> registry.alias("other", PlanId.ofPlan(plan(1)), AS_ASKED))
                        .getMessage());
    }

    private static String message(org.junit.jupiter.api.function.Executable asking) {
        return String.valueOf(assertThrows(BadValueException.class, asking).getMessage());
    }

    @Test
    void shouldLetTheFirstWordsWinWhereTheySayAnything() {
        final QuerySettings alias = AS_ASKED.maxRows(10).priority(7);
        final QuerySettings asked = AS_ASKED.maxRows(99).memoryBytes(5_000);
        assertEquals(new QuerySettings(0, 10, 5_000, 7), alias.over(asked));
        assertEquals(
                "at most 10 rows, at most 5,000 bytes, priority 7",
                alias.over(asked).toString());
        assertEquals("as asked", AS_ASKED.toString());
        assertThrows(BadValueException.class, () -> AS_ASKED.maxRows(0));
        assertThrows(BadValueException.class, () -> AS_ASKED.priority(10));
    }

    /** No name ever points to nothing, no byte is lost or counted twice, and readers see whole values. */
    @Test
    void shouldHoldTogetherUnderManyThreads() throws Exception {
        final PlanRegistry registry = registry(RegistrySettings.defaults().maxPlans(12));
        final ExecutorService threads = Executors.newFixedThreadPool(8);
        final AtomicBoolean done = new AtomicBoolean();
        final List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            readers.add(threads.submit(() -> readUntil(done, registry)));
        }
        final List<Future<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final long seed = i;
            writers.add(threads.submit(() -> change(registry, new Random(seed))));
        }
        for (final Future<Integer> writer : writers) {
            assertTrue(writer.get(60, TimeUnit.SECONDS) > 0);
        }
        done.set(true);
        for (final Future<Integer> reader : readers) {
            assertTrue(reader.get(60, TimeUnit.SECONDS) > 0);
        }
        threads.shutdown();
        final long bytes = registry.plans().stream()
                .mapToLong(plan -> plan.plan().byteCount())
                .sum();
        assertEquals(bytes, registry.planBytes());
        assertTrue(registry.plans().size() <= 12);
        registry.aliases().forEach(alias -> assertNotNull(registry.find(alias.planId()), alias.toString()));
    }

    @Test
    void shouldPointNoNameToAPlanThatIsRemovedAtTheSameMoment() throws Exception {
        final PlanRegistry registry = registry();
        final PlanId id = PlanId.ofPlan(plan(1));
        final CyclicBarrier together = new CyclicBarrier(2);
        final int rounds = 8_000;
        final ExecutorService thread = Executors.newSingleThreadExecutor();
        final Future<Integer> removing = thread.submit(() -> {
            int removed = 0;
            for (int round = 0; round < rounds; round++) {
                together.await();
                try {
                    removed += registry.remove(id) ? 1 : 0;
                } catch (RegistryException e) {
                    // The name was quicker.
                }
                together.await();
            }
            return removed;
        });
        for (int round = 0; round < rounds; round++) {
            registry.removeAlias("name");
            registry.submit(plan(1));
            together.await();
            try {
                registry.alias("name", id, AS_ASKED);
            } catch (BadValueException e) {
                // The other was quicker.
            }
            together.await();
            assertEquals(registry.aliases().isEmpty(), registry.find(id) == null, "round " + round);
        }
        assertTrue(removing.get() > 0);
        thread.shutdown();
    }

    private static int change(PlanRegistry registry, Random random) {
        int changes = 0;
        for (int i = 0; i < 5_000; i++) {
            final byte[] plan = plan(random.nextInt(24));
            final String name = "name" + random.nextInt(3);
            try {
                switch (random.nextInt(5)) {
                    case 0, 1 -> registry.alias(name, registry.submit(plan), AS_ASKED);
                    case 2 -> registry.remove(PlanId.ofPlan(plan));
                    case 3 -> registry.rollback(name);
                    default -> registry.removeAlias(name);
                }
                changes++;
            } catch (RegistryException | BadValueException e) {
                // Full, in use, gone: each is an answer.
            }
        }
        return changes;
    }

    private static int readUntil(AtomicBoolean done, PlanRegistry registry) {
        final Set<String> seen = new HashSet<>();
        int looks = 0;
        while (!done.get()) {
            for (final Alias alias : registry.aliases()) {
                assertTrue(alias.name().startsWith("name"), alias.toString());
                assertTrue(registry.aliases().size() <= 3);
                seen.add(alias.name());
                looks++;
            }
        }
        assertFalse(seen.isEmpty());
        return looks;
    }

    @Test
    void shouldSubmitWhatTheWordsCompileTo() {
        final QueryPlan compiled =
                from(NUMBERS).where(NUMBERS.field("bucket").is(param("bucket"))).compile();
        final PlanRegistry registry = registry();
        assertEquals(compiled.id(), registry.submit(compiled.bytes()));
        assertEquals(
                "from(numbers).where(bucket is :bucket).select(id, bucket, stamp, name)",
                registry.require(compiled.id()).plan().toString());
    }
}
