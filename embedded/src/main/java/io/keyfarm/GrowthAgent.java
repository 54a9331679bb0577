package io.keyfarm;

import org.agrona.concurrent.Agent;

/** The thread on which keys grow. Apart from the slaves' agent, which must have its turns while a key is built. */
final class GrowthAgent implements Agent {
    private final KeyGrowth growth;

    GrowthAgent(KeyGrowth growth) {
        this.growth = growth;
    }

    @Override
    public int doWork() {
        return growth.doWork();
    }

    @Override
    public String roleName() {
        return "keyfarm-growth";
    }
}
