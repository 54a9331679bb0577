package io.keyfarm.farmer;

import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.EndReplyDecoder;

/** One try to have a channel answered: which slave was asked, and what of its answer is here. For one thread. */
final class Attempt {
    final AttemptBuffer frames;
    private int number;
    private int slave;
    private Link link;
    private boolean isAwaited;

    /** @param link any of the channel's, until one is asked */
    Attempt(Link link, AttemptBuffer frames) {
        this.link = link;
        this.frames = frames;
    }

    /** @param place the slave's among those of its channel */
    void begin(int itsNumber, int place, Link asked) {
        number = itsNumber;
        slave = place;
        link = asked;
        isAwaited = true;
    }

    /** As the slave repeats it in its answer. */
    int number() {
        return number;
    }

    int slave() {
        return slave;
    }

    Link link() {
        return link;
    }

    /** Its answer is not whole yet, and would be taken. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** Whether all that this end counts is here, and adds up as it says. */
    boolean isWhole(int frameCount, EndReplyDecoder end) {
        return link.isReliable()
                || (frames.isComplete(frameCount)
                        && frames.checksum(end.rowCount(), end.matchingCount()) == end.checksum());
    }

    /** Nothing more is awaited; what came stays. */
    void end() {
        isAwaited = false;
    }

    /** What came goes, too. */
    void forget() {
        isAwaited = false;
        frames.close();
    }
}
