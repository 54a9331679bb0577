package io.keyfarm.farmer;

import org.agrona.DirectBuffer;

/** Whoever asks for many bindings at once, and is answered within the call that sends the request. */
interface BatchAsker {
    /** An answer to what was asked last. */
    void onReply(int channel, DirectBuffer buffer, int offset, int length);

    /** The channel does not know the plan. */
    default void onPlanRequest(int channel) {}
}
