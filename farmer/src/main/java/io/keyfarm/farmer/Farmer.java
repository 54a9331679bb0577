package io.keyfarm.farmer;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.rows.MemoryLedger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/** Knows the tables and the compiled plans, and opens sessions. Thread-safe. */
public final class Farmer {
    private final FarmerSettings settings;
    private final NanoClock clock;
    private final MemoryLedger ledger;
    private volatile CostModel costs;
    private final Catalogue catalogue = new Catalogue();
    private final PlanRegistry plans;
    private final Quarantine quarantine;
    private final AtomicLong nextQueryId = new AtomicLong(1);

    public Farmer(FarmerSettings settings, NanoClock clock, MemoryLedger ledger, CostModel costs) {
        this.settings = settings;
        this.clock = clock;
        this.ledger = ledger;
        this.costs = costs;
        plans = new PlanRegistry(settings.registry());
        quarantine = new Quarantine(settings.registry().quarantineAfter());
    }

    public Catalogue catalogue() {
        return catalogue;
    }

    /** A session for one thread. */
    public Session openSession(Channels channels) {
        return new Session(this, channels);
    }

    /**
     * Takes a compiled plan from anywhere, to be run by the id answered; the same bytes have the same id.
     *
     * @throws io.keyfarm.query.plan.BadPlanException naming what is wrong with the bytes
     * @throws RegistryException if there is no room for another plan
     */
    public PlanId submit(byte[] planBytes) {
        return plans.submit(planBytes);
    }

    /** What was submitted, and under which names. */
    public PlanRegistry plans() {
        return plans;
    }

    /** The plans that are refused, because slaves failed on them. */
    public Quarantine quarantine() {
        return quarantine;
    }

    /** A run of so many query ids that no other session uses. */
    long reserveQueryIds(int count) {
        return nextQueryId.getAndAdd(count);
    }

    FarmerSettings settings() {
        return settings;
    }

    NanoClock clock() {
        return clock;
    }

    MemoryLedger ledger() {
        return ledger;
    }

    /** What seeks and rows cost. */
    public CostModel costs() {
        return costs;
    }

    /** What they were found to cost; for whatever is ranked from now on. */
    public void costs(CostModel measured) {
        costs = measured;
    }
}
