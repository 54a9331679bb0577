package io.keyfarm;

import io.keyfarm.slave.Slave;
import java.util.List;
import org.agrona.concurrent.Agent;

/** The background turn of all slaves of this process: what nobody reads any more goes. */
final class SlaveAgent implements Agent {
    private final List<Slave> slaves;
    private final LeavingGenerations leaving;

    SlaveAgent(List<Slave> slaves, LeavingGenerations leaving) {
        this.slaves = slaves;
        this.leaving = leaving;
    }

    @Override
    public int doWork() {
        int workCount = leaving.doWork();
        for (int i = 0; i < slaves.size(); i++) {
            workCount += slaves.get(i).doWork();
        }
        return workCount;
    }

    @Override
    public String roleName() {
        return "keyfarm-slaves";
    }
}
