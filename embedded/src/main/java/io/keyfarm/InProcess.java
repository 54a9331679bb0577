package io.keyfarm;

import io.keyfarm.farmer.Coordinator;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.slave.SharePace;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * A farmer and its slaves in one process, and the thread on which the slaves have their turns.
 *
 * <pre>
 *   session ─► farmer ─► channels ─► slaves ◄─ tables
 *                                    ▲ ▲
 *                        agent ──────┘ │      frees what nobody reads any more
 *                        growth ───────┘      builds keys, on a thread of its own
 * </pre>
 */
final class InProcess implements AutoCloseable {
    private static final int AGENT_PERIOD_MS = 1;

    private final MemoryLedger ledger;
    private final List<Slave> slaves = new ArrayList<>();
    private final Farmer farmer;
    private final DirectChannels channels;
    private final Tables tables;
    private final SlaveAgent agent;
    private final AgentRunner agents;
    private final KeyWishes wishes;
    private final KeyHistory history = new KeyHistory();
    private final Workloads workloads;
    private final GrowthCycle cycle;
    private final KeyGrowth growth;
    /** None where keys grow by hand. */
    private final @Nullable AgentRunner growing;

    /** @param costs null to measure them, while the first queries are read by typical ones */
    InProcess(EmbeddedSettings settings, NanoClock clock, @Nullable CostModel costs) {
        final CostModel first = costs == null ? CostModel.typical() : costs;
        JvmFlags.require();
        ledger = MemoryLedger.limited("the memory of this Keyfarm", settings.memoryLimitBytes());
        for (int i = 0; i < settings.slaveCount(); i++) {
            final SlaveSettings slave = SlaveSettings.of(i, 1)
                    .withMaxFrameBytes(settings.maxFrameBytes())
                    .withMaxQueryBytes(settings.queryMemoryBytes())
                    .withCosts(first);
            slaves.add(new Slave(slave, clock, ledger));
        }
        farmer = new Farmer(
                FarmerSettings.of(0, 1)
                        .withTimeoutNs(settings.timeout().toNanos())
                        .withQueryMemoryBytes(settings.queryMemoryBytes()),
                clock,
                ledger,
                first);
        channels = new DirectChannels(slaves);
        final LeavingGenerations leaving = new LeavingGenerations(slaves, clock);
        tables = new Tables(slaves, farmer.catalogue(), ledger, leaving);
        agent = new SlaveAgent(slaves, leaving);
        wishes = new KeyWishes(settings.growth());
        workloads = new Workloads(
                slaves, farmer.catalogue(), farmer::costs, settings.growth().minRows());
        final KeysInForce keys = new KeysInForce(tables);
        final Grower grower =
                new Grower(workloads, keys, wishes, clock, settings.growth().isByHand());
        cycle = cycle(settings.growth(), grower, clock);
        growth = new KeyGrowth(cycle, grower, wishes, history, new KeyReports(workloads, keys, wishes, slaves), tables);
        agents = start(agent);
        growing = settings.growth().isByHand()
                ? null
                : start(new GrowthAgent(cycle, () -> {
                    if (costs == null) {
                        calibrate(MachineCosts.get());
                    }
                }));
    }

    private GrowthCycle cycle(GrowthSettings settings, Grower grower, NanoClock clock) {
        return new GrowthCycle(
                settings,
                grower,
                history,
                tables,
                slaves,
                listener -> new Coordinator(farmer, new DirectKeyChannels(slaves), tables::takeEpoch, listener),
                clock,
                Instant::now,
                slaves.stream()
                        .map(slave -> settings.isByHand() ? BuildPace.FULL : pace(slave, clock, settings.share()))
                        .toList());
    }

    /** Growth goes on where it stopped. The cache is closed with this. */
    void remember(LocalCache cache, Consumer<String> notices) {
        cycle.remember(new GrowthMemory(cache, notices, wishes, history, workloads));
    }

    private static BuildPace pace(Slave slave, NanoClock clock, double share) {
        return new SharePace(slave, clock, LockSupport::parkNanos, share);
    }

    /** For all that is made ready to be read from now on. */
    private void calibrate(CostModel costs) {
        farmer.costs(costs);
        slaves.forEach(slave -> slave.costs(costs));
    }

    private static AgentRunner start(Agent agent) {
        final AgentRunner runner = new AgentRunner(
                new SleepingMillisIdleStrategy(AGENT_PERIOD_MS),
                e -> System.getLogger(Keyfarm.class.getName()).log(System.Logger.Level.ERROR, agent.roleName(), e),
                null,
                agent);
        AgentRunner.startOnThread(runner, task -> {
            final Thread thread = new Thread(task, agent.roleName());
            thread.setDaemon(true);
            return thread;
        });
        return runner;
    }

    KeyGrowth growth() {
        return growth;
    }

    /** One turn of the agent, which otherwise takes its turns in the background. */
    int doWork() {
        return agent.doWork();
    }

    Farmer farmer() {
        return farmer;
    }

    Tables tables() {
        return tables;
    }

    MemoryLedger ledger() {
        return ledger;
    }

    Session openSession() {
        return farmer.openSession(channels);
    }

    long expiredReadCount() {
        return slaves.stream().mapToLong(Slave::expiredReadCount).sum();
    }

    /** Called once. A change of tables that is under way ends first. */
    @Override
    public void close() {
        cycle.stop();
        if (growing != null) {
            growing.close();
        }
        cycle.close();
        agents.close();
        try {
            tables.close();
        } finally {
            slaves.forEach(Slave::close);
        }
    }
}
