package io.keyfarm.wire.aeron;

/**
 * What a frame is about decides the stream it takes, so that a heartbeat does not wait behind rows, nor a question behind
 * answers.
 */
public enum FrameStream {
    /** Heartbeats, key epochs, cancels: short, few, never late. */
    CONTROL(1),
    /** Requests, and the plans that go with them. */
    QUERIES(2),
    /** Rows. */
    REPLIES(3);

    /** Streams of one node in shared memory, where the stream's id is all that tells nodes apart. */
    static final int IDS_OF_A_NODE = 8;

    private final int id;

    FrameStream(int id) {
        this.id = id;
    }

    /** Aeron's stream id at the endpoint. */
    int idAt(Endpoint endpoint) {
        return endpoint.isIpc() ? endpoint.number() * IDS_OF_A_NODE + id : id;
    }
}
