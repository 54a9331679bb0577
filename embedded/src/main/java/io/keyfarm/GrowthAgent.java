package io.keyfarm;

import org.agrona.concurrent.Agent;

/** The thread on which keys grow. Apart from the slaves' agent, which must have its turns while a key is built. */
final class GrowthAgent implements Agent {
    private final KeyGrowth growth;
    private final Runnable first;

    /** @param first what is to be done on this thread before anything grows */
    GrowthAgent(KeyGrowth growth, Runnable first) {
        this.growth = growth;
        this.first = first;
    }

    @Override
    public void onStart() {
        first.run();
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
