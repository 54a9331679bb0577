package io.keyfarm;

import org.agrona.concurrent.Agent;

/** The thread on which keys grow. Apart from the slaves' agent, which must have its turns while a key is built. */
final class GrowthAgent implements Agent {
    private final GrowthCycle growth;
    private final Runnable first;

    /** @param first what is to be done on this thread before anything grows */
    GrowthAgent(GrowthCycle growth, Runnable first) {
        this.growth = growth;
        this.first = first;
    }

    @Override
    public void onStart() {
        first.run();
    }

    @Override
    public int doWork() {
        try {
            return growth.doWork();
        } catch (RuntimeException e) {
            growth.rest();
            throw e; // Whoever runs agents logs it.
        }
    }

    @Override
    public String roleName() {
        return "keyfarm-growth";
    }
}
