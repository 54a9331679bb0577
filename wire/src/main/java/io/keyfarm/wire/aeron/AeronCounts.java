package io.keyfarm.wire.aeron;

/**
 * What became of a node's frames up to now. The last five are Aeron's: of all nodes that use the driver, and in packets,
 * of which a long frame is many.
 *
 * @param sent frames that a link took and gave to Aeron.
 * @param sentBytes of those, without what Aeron adds.
 * @param backPressured frames not taken, since the other node's memory was full or it was not there yet; each try counts.
 * @param unconnected frames taken and dropped, since the other node has not been there for longer than links wait.
 * @param received frames a listener heard.
 * @param receivedBytes of those.
 * @param refusedSeal frames that had no seal, or whose bytes were not what was sealed.
 * @param refusedCluster frames of another cluster.
 * @param refusedUnknown frames of a farmer or slave that nobody here knows a way to.
 * @param malformed sealed bytes that are no frame.
 * @param naksSent times something was missing here and asked for again.
 * @param naksReceived times another node asked again.
 * @param retransmits packets sent again.
 * @param flowOverRuns packets dropped, as they were beyond what there was room for.
 * @param troubles what Aeron's threads reported as errors.
 */
public record AeronCounts(
        long sent,
        long sentBytes,
        long backPressured,
        long unconnected,
        long received,
        long receivedBytes,
        long refusedSeal,
        long refusedCluster,
        long refusedUnknown,
        long malformed,
        long naksSent,
        long naksReceived,
        long retransmits,
        long flowOverRuns,
        long troubles) {
    /** Everything that arrived and was not heard. */
    public long refused() {
        return refusedSeal + refusedCluster + refusedUnknown + malformed;
    }
}
