package io.keyfarm.farmer;

import io.keyfarm.key.advice.KeyCandidate;
import java.util.List;

/** Hears how proposals of keys fare, on the coordinator's thread, within its {@link Coordinator#doWork}. */
public interface CoordinatorListener {
    /**
     * All slaves have built these keys, and none has been told to put them in force. If this throws, the proposal is given up,
     * and is freed everywhere. Over direct links all slaves have the new epoch, and the catalogue too, before the same turn ends.
     *
     * @param bytes what each key takes, on all slaves together
     */
    default void onReady(String table, long epoch, List<KeyCandidate> keys, List<Long> bytes) {}

    /** All slaves have exactly these keys in force, and the catalogue knows them. */
    void onActive(String table, long epoch, List<KeyCandidate> keys);

    /** These keys will not come, or not on all slaves; what was in the catalogue stays there. Who still wants keys proposes anew. */
    void onGivenUp(String table, long epoch, String why);

    /**
     * A slave that had lost an agreed epoch has built its keys again, and is told next to put them in force. If this throws, it is
     * not told for now.
     */
    default void onReturning(String table, long epoch, int channel) {}
}
