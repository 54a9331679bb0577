package io.keyfarm;

import io.keyfarm.slave.Slave;
import java.util.List;
import org.agrona.concurrent.Agent;

/** The background turn of all slaves of this process. */
final class SlaveAgent implements Agent {
    private final List<Slave> slaves;

    SlaveAgent(List<Slave> slaves) {
        this.slaves = slaves;
    }

    @Override
    public int doWork() {
        int workCount = 0;
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
