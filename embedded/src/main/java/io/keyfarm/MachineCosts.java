package io.keyfarm;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.Calibration;
import io.keyfarm.rows.MemoryLedger;
import org.agrona.concurrent.SystemNanoClock;

/** What seeks and rows cost on this machine: measured once for the process, by whoever asks first, in a fifth of a second. */
final class MachineCosts {
    /** {@code -Dkeyfarm.calibrate=false} takes typical costs, so that what is printed is the same everywhere. */
    private static final boolean IS_MEASURED = !"false".equals(System.getProperty("keyfarm.calibrate"));

    private static final long MOST_BYTES = 128L << 20;

    private MachineCosts() {}

    static CostModel get() {
        return IS_MEASURED ? Holder.MEASURED : CostModel.typical();
    }

    private static final class Holder {
        private static final CostModel MEASURED = Calibration.measure(
                MemoryLedger.limited("the memory for measuring costs", MOST_BYTES), SystemNanoClock.INSTANCE);
    }
}
