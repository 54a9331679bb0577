package io.keyfarm.wire.link;

import io.keyfarm.wire.Frames;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** The way from one simulated node to another. */
final class SimulatedLink implements Link {
    private final SimulatedNetwork network;
    private final SimulatedNode from;
    private final SimulatedNode to;
    private @Nullable Faults ownFaults;
    private boolean isCut;
    private long inFlightBytes;
    private long sentNumber;
    private long arrivedNumber;
    private long lastDueNs = Long.MIN_VALUE;

    SimulatedLink(SimulatedNetwork network, SimulatedNode from, SimulatedNode to) {
        this.network = network;
        this.from = from;
        this.to = to;
    }

    @Override
    public long send(DirectBuffer frame, int offset, int length) {
        return network.send(this, frame, offset, length);
    }

    @Override
    public boolean isReliable() {
        return false;
    }

    @Override
    public boolean hasOneClock() {
        return false;
    }

    @Override
    public int maxFrameBytes() {
        return Frames.MAX_FRAME_BYTES;
    }

    SimulatedNode from() {
        return from;
    }

    SimulatedNode to() {
        return to;
    }

    boolean isCut() {
        return isCut;
    }

    void isCut(boolean isCut) {
        this.isCut = isCut;
    }

    Faults faultsOr(Faults common) {
        return ownFaults == null ? common : ownFaults;
    }

    void ownFaults(Faults faults) {
        ownFaults = faults;
    }

    long nextNumber() {
        return ++sentNumber;
    }

    /** Frames keep their order, except that those behind a late one do not wait for it. */
    long arrivalNs(long earliestNs, long lateNs) {
        final long inOrderNs = Math.max(earliestNs, lastDueNs);
        if (lateNs == 0) {
            lastDueNs = inOrderNs;
        }
        return inOrderNs + lateNs;
    }

    /** Whether a frame sent later has arrived before this one. */
    boolean isOvertaken(Envelope envelope) {
        final boolean isOvertaken = envelope.number() < arrivedNumber;
        arrivedNumber = Math.max(arrivedNumber, envelope.number());
        return isOvertaken;
    }

    long inFlightBytes() {
        return inFlightBytes;
    }

    void onDispatched(int bytes) {
        inFlightBytes += bytes;
    }

    void onArrived(int bytes) {
        inFlightBytes -= bytes;
    }

    @Override
    public String toString() {
        return from + "→" + to;
    }
}
