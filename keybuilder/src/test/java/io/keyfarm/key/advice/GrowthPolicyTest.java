package io.keyfarm.key.advice;

import static io.keyfarm.key.advice.GrowthTrace.BUILD;
import static io.keyfarm.key.advice.GrowthTrace.KEPT;
import static io.keyfarm.key.advice.GrowthTrace.SCAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which key comes next, and when; over long traces, beside the best schedule in hindsight. */
final class GrowthPolicyTest {
    private static final int SEEDS = Integer.getInteger("keyfarm.test.scale", 1);
    private static final String[] KINDS = {"steady", "shift", "flap", "drift"};

    @Test
    void shouldComeCloseToTheBestScheduleInHindsight() {
        for (final int spread : new int[] {KEPT, 2 * KEPT}) {
            for (final String kind : KINDS) {
                double worst = 0;
                int builds = 0;
                for (long seed = 0; seed < SEEDS; seed++) {
                    final GrowthTrace trace = new GrowthTrace(kind, spread, seed);
                    final GrowthTrace.Outcome outcome = trace.grow(RentTerms.typical());
                    worst = Math.max(worst, outcome.work() / trace.hindsight());
                    builds = Math.max(builds, outcome.builds());
                }
                final String figures = "%s, %d kinds of query a phase: work %.3f of the best in hindsight, %d builds"
                        .formatted(kind, spread, worst, builds);
                System.out.println(figures);
                assertTrue(worst <= 1.25, figures);
                assertTrue(builds <= 20, figures);
            }
        }
    }

    @Test
    void shouldBuildWhatWasSavedUpForAndSayHowFarItIs() {
        final GrowthPolicy policy = new GrowthPolicy(RentTerms.typical());
        final WorkloadCost costs = new GrowthTrace("steady", KEPT, 1).workload(Map.of("q0", 1.0));
        final double price = RentTerms.typical().fraction() * BUILD;
        policy.onAsked(Set.of(), Map.of("q0", 1.0), SCAN, BUILD);
        final KeyChange early = change(policy, costs, Set.of(), KeyBudget.unlimited());
        assertFalse(early.isDue());
        assertEquals(price, early.price());
        policy.onAsked(Set.of(), Map.of("q0", 1.0), SCAN, BUILD);
        assertTrue(change(policy, costs, Set.of(), KeyBudget.unlimited()).isDue());
        policy.onChanged(costs, Set.of(), Set.of("0"), BUILD);
        assertEquals(
                List.of(),
                policy.changes(
                        costs,
                        KeyBudget.unlimited(),
                        Set.of("0"),
                        List.of(new WantedKeys(Set.of("0"), costs)),
                        key -> BUILD));
        policy.onChanged(costs, Set.of("0"), Set.of(), BUILD);
        final KeyChange again = change(policy, costs, Set.of(), KeyBudget.unlimited());
        assertEquals(RentTerms.typical().again() * price, again.price(), price / 10);
    }

    @Test
    void shouldAskMoreOfAKeyThatSavesOnlyASmallPartOfTheWork() {
        final GrowthPolicy policy = new GrowthPolicy(RentTerms.typical());
        final WorkloadCost costs = new GrowthTrace("steady", KEPT, 1).workload(Map.of("q0", 1.0, "q1", 99.0));
        final double price = RentTerms.typical().fraction() * BUILD;
        policy.onAsked(Set.of(), Map.of("q1", 990.0, "q0", 10.0), 1_000 * SCAN, BUILD);
        final double part = 0.01;
        final double times = RentTerms.typical().worthwhile() / part;
        assertEquals(
                times * price,
                change(policy, costs, Set.of(), KeyBudget.unlimited()).price(),
                times * price / 10);
        policy.onAsked(Set.of(), Map.of("q1", 99_990.0, "q0", 10.0), 1_000 * SCAN, BUILD);
        assertEquals(
                BUILD, change(policy, costs, Set.of(), KeyBudget.unlimited()).price(), BUILD / 100);
    }

    @Test
    void shouldNotHoldAgainstAKeyWhatWasPaidWhileItWasThere() {
        final GrowthPolicy policy = new GrowthPolicy(RentTerms.typical());
        final WorkloadCost costs = new GrowthTrace("steady", KEPT, 1).workload(Map.of("q0", 1.0));
        policy.onAsked(Set.of("0"), Map.of("q0", 1_000.0), 1e6, BUILD);
        assertEquals(0, change(policy, costs, Set.of(), KeyBudget.unlimited()).balance(), 1e-6);
    }

    @Test
    void shouldMakeRoomByTheKeyThatIsMissedLeastButNotByAPinnedOne() {
        final GrowthPolicy policy = new GrowthPolicy(RentTerms.typical());
        final WorkloadCost costs = new GrowthTrace("steady", KEPT, 1).workload(Map.of("q0", 1.0, "q1", 5.0, "q2", 3.0));
        policy.onAsked(Set.of("1", "2"), Map.of("q0", 100.0), 100 * SCAN, BUILD);
        final KeyBudget two = KeyBudget.ofKeys(2);
        final KeyChange change = change(policy, costs, Set.of("1", "2"), two);
        assertEquals(List.of("2"), change.leaving());
        assertEquals(RentTerms.typical().swap() * RentTerms.typical().fraction() * BUILD, change.price());
        assertEquals(
                List.of("1"),
                change(policy, costs, Set.of("1", "2"), two.pin("2")).leaving());
        assertEquals(
                List.of(),
                policy.changes(
                        costs,
                        two.pin("1").pin("2"),
                        Set.of("1", "2"),
                        List.of(new WantedKeys(Set.of("0"), costs)),
                        key -> BUILD));
        assertEquals("2", policy.excess(costs, KeyBudget.ofKeys(1), Set.of("1", "2")));
        assertNull(policy.excess(costs, two, Set.of("1", "2")));
    }

    private static KeyChange change(GrowthPolicy policy, WorkloadCost costs, Set<String> kept, KeyBudget budget) {
        return policy.changes(costs, budget, kept, List.of(new WantedKeys(Set.of("0"), costs)), key -> BUILD)
                .get(0);
    }
}
