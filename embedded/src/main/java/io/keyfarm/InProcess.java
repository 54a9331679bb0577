package io.keyfarm;

import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSettings;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * A farmer and its slaves in one process, and the thread on which the slaves have their turns.
 *
 * <pre>
 *   session ─► farmer ─► channels ─► slaves ◄─ tables
 *                                      ▲
 *                                    agent    frees what nobody reads any more
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

    InProcess(EmbeddedSettings settings, NanoClock clock, CostModel costs) {
        JvmFlags.require();
        ledger = MemoryLedger.limited("the memory of this Keyfarm", settings.memoryLimitBytes());
        for (int i = 0; i < settings.slaveCount(); i++) {
            final SlaveSettings slave = SlaveSettings.of(i, 1)
                    .withMaxFrameBytes(settings.maxFrameBytes())
                    .withMaxQueryBytes(settings.queryMemoryBytes())
                    .withCosts(costs);
            slaves.add(new Slave(slave, clock, ledger));
        }
        farmer = new Farmer(
                FarmerSettings.of(0, 1)
                        .withTimeoutNs(settings.timeout().toNanos())
                        .withQueryMemoryBytes(settings.queryMemoryBytes()),
                clock,
                ledger,
                costs);
        channels = new DirectChannels(slaves);
        final LeavingGenerations leaving = new LeavingGenerations(slaves, clock);
        tables = new Tables(slaves, farmer.catalogue(), ledger, leaving);
        agent = new SlaveAgent(slaves, leaving);
        agents = new AgentRunner(
                new SleepingMillisIdleStrategy(AGENT_PERIOD_MS),
                e -> System.getLogger(Keyfarm.class.getName()).log(System.Logger.Level.ERROR, "a slave's agent", e),
                null,
                agent);
        AgentRunner.startOnThread(agents, task -> {
            final Thread thread = new Thread(task, "keyfarm-agent");
            thread.setDaemon(true);
            return thread;
        });
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
        agents.close();
        try {
            tables.close();
        } finally {
            slaves.forEach(Slave::close);
        }
    }
}
