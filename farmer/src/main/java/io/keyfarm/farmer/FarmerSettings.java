package io.keyfarm.farmer;

/**
 * What a farmer is told at its start.
 *
 * @param clusterId frames of another cluster are not for us
 * @param farmerId its number within the cluster, below 65535
 * @param incarnation tells this life of the farmer from earlier ones
 * @param timeoutNs how long a query may take unless it says otherwise
 * @param resendTimeoutNs how long a channel may be silent before it is asked again; for links that lose frames
 * @param queryMemoryBytes what the replies of one query may take here before they are handed over
 * @param registry how much may be submitted
 */
public record FarmerSettings(
        long clusterId,
        int farmerId,
        long incarnation,
        long timeoutNs,
        long resendTimeoutNs,
        long queryMemoryBytes,
        RegistrySettings registry) {
    public static FarmerSettings of(int farmerId, long incarnation) {
        return new FarmerSettings(
                1, farmerId, incarnation, 30_000_000_000L, 5_000_000, 256L << 20, RegistrySettings.defaults());
    }

    public FarmerSettings withTimeoutNs(long ns) {
        return new FarmerSettings(clusterId, farmerId, incarnation, ns, resendTimeoutNs, queryMemoryBytes, registry);
    }

    public FarmerSettings withQueryMemoryBytes(long bytes) {
        return new FarmerSettings(clusterId, farmerId, incarnation, timeoutNs, resendTimeoutNs, bytes, registry);
    }

    public FarmerSettings withResendTimeoutNs(long ns) {
        return new FarmerSettings(clusterId, farmerId, incarnation, timeoutNs, ns, queryMemoryBytes, registry);
    }

    public FarmerSettings withRegistry(RegistrySettings settings) {
        return new FarmerSettings(
                clusterId, farmerId, incarnation, timeoutNs, resendTimeoutNs, queryMemoryBytes, settings);
    }
}
