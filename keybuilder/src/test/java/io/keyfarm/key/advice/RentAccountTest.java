package io.keyfarm.key.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.BadValueException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Work is counted: a query without its key scans 8,000 units, with it takes 100; a build pays after 40 uses. */
final class RentAccountTest {
    private static final int KEYS = 6;
    private static final int KEPT = 2;
    private static final double SCAN = 8_000;
    private static final double KEYED = 100;
    private static final double BUILD = 40 * SCAN;
    private static final int QUERIES = 20_000;
    private static final int PERIOD = 100;

    @Test
    void shouldBeDueOnceAFractionOfTheBuildIsSavedUp() {
        final RentAccount account = new RentAccount(0.25, 1e9, 1e9);
        for (int i = 0; i < 24; i++) {
            account.onQuery(1);
        }
        assertFalse(account.isDue(100));
        account.onQuery(1.01);
        assertTrue(account.isDue(100));
        account.onBuilt();
        assertFalse(account.isDue(100));
        assertEquals(200, account.price(100), 1e-6);
    }

    @Test
    void shouldForgetAndNeverOwe() {
        final RentAccount account = new RentAccount(0.25, 100, 1000);
        account.onQuery(-50);
        assertEquals(0, account.balance());
        account.onQuery(8);
        account.onOtherQueries(200);
        assertEquals(2, account.balance(), 1e-9);
        account.onBuilt();
        account.onOtherQueries(1000);
        assertEquals(0.25 * 100 * Math.sqrt(8), account.price(100), 1e-6);
        assertFalse(account.isDue(100));
        assertThrows(BadValueException.class, () -> new RentAccount(0, 1, 1));
    }

    /** Which key each query wants. */
    private static int[] trace(String kind, long seed) {
        final Random random = new Random(seed);
        final int[] wants = new int[QUERIES];
        for (int i = 0; i < QUERIES; i++) {
            final int phase = switch (kind) {
                case "steady" -> 0;
                case "shift" -> i / (QUERIES / 3 + 1);
                default -> i / PERIOD % 2;
            };
            // Two of the keys serve a phase; one query in twenty wants any.
            wants[i] = random.nextInt(20) == 0 ? random.nextInt(KEYS) : phase * 2 + random.nextInt(2);
        }
        return wants;
    }

    private record Outcome(double work, int builds) {}

    /** Each key has an account against the kept key that was least used of late. */
    private static Outcome rent(int[] wants) {
        final RentAccount[] accounts = new RentAccount[KEYS];
        Arrays.setAll(accounts, key -> new RentAccount());
        final double[] uses = new double[KEYS];
        final boolean[] isKept = new boolean[KEYS];
        int kept = 0;
        double work = 0;
        int builds = 0;
        for (final int want : wants) {
            work += isKept[want] ? KEYED : SCAN;
            for (int key = 0; key < KEYS; key++) {
                uses[key] *= 0.95;
            }
            uses[want]++;
            final int goer = kept < KEPT ? -1 : leastUsed(isKept, uses);
            for (int key = 0; key < KEYS; key++) {
                if (!isKept[key]) {
                    accounts[key].onQuery(key == want ? SCAN - KEYED : want == goer ? KEYED - SCAN : 0);
                    if (accounts[key].isDue(BUILD)) {
                        accounts[key].onBuilt();
                        work += BUILD;
                        builds++;
                        isKept[key] = true;
                        kept++;
                        if (goer >= 0) {
                            isKept[goer] = false;
                            kept--;
                        }
                        break;
                    }
                }
            }
        }
        return new Outcome(work, builds);
    }

    private static int leastUsed(boolean[] isKept, double[] uses) {
        int least = -1;
        for (int key = 0; key < KEYS; key++) {
            if (isKept[key] && (least < 0 || uses[key] < uses[least])) {
                least = key;
            }
        }
        return least;
    }

    /** The best schedule in hindsight, that may change keys every 100 queries, by dynamic programming over all sets. */
    private static double hindsight(int[] wants) {
        final double[] best = new double[1 << KEYS];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        best[0] = 0;
        for (int start = 0; start < wants.length; start += PERIOD) {
            final int[] asked = new int[KEYS];
            for (int i = start; i < start + PERIOD; i++) {
                asked[wants[i]]++;
            }
            final double[] before = best.clone();
            for (int set = 0; set < best.length; set++) {
                best[set] = Double.POSITIVE_INFINITY;
                for (int from = 0; from < best.length && Integer.bitCount(set) <= KEPT; from++) {
                    best[set] = Math.min(best[set], before[from] + BUILD * Integer.bitCount(set & ~from));
                }
                for (int key = 0; key < KEYS; key++) {
                    best[set] += asked[key] * ((set >>> key & 1) != 0 ? KEYED : SCAN);
                }
            }
        }
        return Arrays.stream(best).min().orElseThrow();
    }

    @Test
    void shouldComeCloseToTheBestScheduleInHindsight() {
        final StringBuilder figures = new StringBuilder();
        for (final String kind : new String[] {"steady", "shift", "flap"}) {
            double worst = 0;
            int builds = 0;
            for (long seed = 0; seed < 8; seed++) {
                final int[] wants = trace(kind, seed);
                final Outcome outcome = rent(wants);
                worst = Math.max(worst, outcome.work / hindsight(wants));
                builds = Math.max(builds, outcome.builds);
            }
            figures.append("%s: work %.3f of the best in hindsight, %d builds%n".formatted(kind, worst, builds));
            assertTrue(worst <= 1.2, figures::toString);
            assertTrue(!kind.equals("flap") || builds <= QUERIES / 2_000, figures::toString);
        }
        System.out.print(figures);
    }
}
