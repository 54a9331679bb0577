package io.keyfarm.key.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.rows.MemoryLedger;
import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
    private static final double WITHIN = 20;

    @Test
    void shouldMeasureCostsThatCanBeAndGiveAllMemoryBack() {
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        final CostModel costs = Calibration.measure(ledger, SystemNanoClock.INSTANCE);
        final CostModel typical = CostModel.typical();
        assertSane(typical.seekNs(), costs.seekNs());
        assertSane(typical.hotSeekNs(), costs.hotSeekNs());
        assertSane(typical.keyedRowNs(), costs.keyedRowNs());
        assertSane(typical.scanRowNs(), costs.scanRowNs());
        assertSane(typical.codeNs(), costs.codeNs());
        assertTrue(costs.hotSeekNs() <= costs.seekNs(), costs::toString);
        assertTrue(costs.scanRowNs() <= costs.keyedRowNs(), costs::toString);
        assertEquals(0, ledger.usedBytes());
    }

    private static void assertSane(double typical, double measured) {
        assertTrue(
                measured > typical / WITHIN && measured < typical * WITHIN,
                measured + " ns, where " + typical + " is typical");
    }

    @Test
    void shouldMeasureByTheClockItIsGiven() {
        final long[] nowNs = {0};
        // Each look at the clock is 100 µs later than the one before, and so is each slice.
        final CostModel costs = Calibration.measure(MemoryLedger.unlimited("test"), () -> nowNs[0] += 100_000);
        assertEquals(100_000.0 / 1024, costs.seekNs());
        assertEquals(costs.seekNs(), costs.hotSeekNs());
        assertEquals(100_000.0 / 8192, costs.keyedRowNs());
        assertEquals(100_000.0 / 32768, costs.scanRowNs());
        assertEquals(1, costs.codeNs(), "12 ns are too far from what is typical");
    }

    @Test
    void shouldFallBackToWhatIsTypicalWhereNothingCanBeMeasured() {
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        // By a clock that stands still, all work takes no time.
        assertEquals(CostModel.typical(), Calibration.measure(ledger, new CachedNanoClock()));
        assertEquals(0, ledger.usedBytes());
        final MemoryLedger little = MemoryLedger.limited("test", 1 << 20);
        assertEquals(CostModel.typical(), Calibration.measure(little, SystemNanoClock.INSTANCE));
        assertEquals(0, little.usedBytes());
    }

    @Test
    void shouldGiveUpWhereTimeFlies() {
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        final long[] nowNs = {0};
        assertEquals(CostModel.typical(), Calibration.measure(ledger, () -> nowNs[0] += 50_000_000));
        assertEquals(0, ledger.usedBytes());
    }

    @Test
    void shouldNotTrustAFigureFarFromTheTypicalOne() {
        assertEquals(100, Calibration.orTypical(9.9, 100));
        assertEquals(10, Calibration.orTypical(10, 100));
        assertEquals(999, Calibration.orTypical(999, 100));
        assertEquals(100, Calibration.orTypical(1001, 100));
        assertEquals(100, Calibration.orTypical(Double.NaN, 100));
        final CostModel typical = new CostModel(400, 250, 12, 2, 1);
        assertTrue(Calibration.areSane(60, 12, typical));
        assertFalse(Calibration.areSane(60, 2, typical), "30 times a scanned row");
        assertFalse(Calibration.areSane(3, 4, typical), "less than a scanned row");
        assertFalse(Calibration.areSane(130, 15, typical));
    }
}
