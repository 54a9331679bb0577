package io.keyfarm.wire.link;

/**
 * What became of the frames of a simulated network. The books balance at any time:
 *
 * <pre>
 *   sent + duplicated = dropped + cutOff + vanished + rejected + delivered + inFlight
 * </pre>
 *
 * @param sent frames that a link took.
 * @param refused frames that a link did not take, for back pressure.
 * @param duplicated second copies made.
 * @param corrupted copies whose bits were flipped.
 * @param reordered frames, second copies among them, that arrived after one that was sent later on the same link.
 * @param dropped frames lost by chance.
 * @param cutOff frames lost because the way was partitioned.
 * @param vanished frames that found their node stopped.
 * @param rejected frames that did not pass the check on arrival.
 * @param delivered frames a listener heard.
 * @param inFlight frames still under way, those that wait for a paused node among them.
 */
public record NetworkCounts(
        long sent,
        long refused,
        long duplicated,
        long corrupted,
        long reordered,
        long dropped,
        long cutOff,
        long vanished,
        long rejected,
        long delivered,
        long inFlight) {
    public boolean isBalanced() {
        return sent + duplicated == dropped + cutOff + vanished + rejected + delivered + inFlight;
    }
}
