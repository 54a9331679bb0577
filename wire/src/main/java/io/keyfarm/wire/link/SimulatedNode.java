package io.keyfarm.wire.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node of a {@link SimulatedNetwork}: running, paused (frames to it wait) or stopped (frames to it vanish). */
final class SimulatedNode {
    private final String name;
    private final Map<SimulatedNode, SimulatedLink> links = new LinkedHashMap<>();
    private List<Envelope> held = new ArrayList<>();
    private FrameListener listener;
    private boolean isStopped;
    private boolean isPaused;

    SimulatedNode(String name, FrameListener listener) {
        this.name = name;
        this.listener = listener;
    }

    SimulatedLink linkTo(SimulatedNode to, SimulatedNetwork network) {
        if (to == this) {
            throw new IllegalArgumentException(name + " needs no link to itself");
        }
        return links.computeIfAbsent(to, node -> new SimulatedLink(network, this, node));
    }

    FrameListener listener() {
        return listener;
    }

    boolean isStopped() {
        return isStopped;
    }

    boolean isPaused() {
        return isPaused;
    }

    void stop(SimulatedNetwork.Tallies tallies) {
        isStopped = true;
        for (final Envelope envelope : resume()) {
            envelope.link().onArrived(envelope.bytes().length);
            tallies.inFlight--;
            tallies.vanished++;
        }
    }

    void start(FrameListener listener) {
        if (!isStopped) {
            throw new IllegalStateException(name + " has not been stopped");
        }
        this.listener = listener;
        isStopped = false;
    }

    void pause() {
        isPaused = !isStopped;
    }

    void hold(Envelope envelope) {
        held.add(envelope);
    }

    /** What has waited, in the order of arrival. */
    List<Envelope> resume() {
        final List<Envelope> waited = held;
        held = new ArrayList<>();
        isPaused = false;
        return waited;
    }

    void heal() {
        links.values().forEach(link -> link.isCut(false));
    }

    @Override
    public String toString() {
        return name;
    }
}
