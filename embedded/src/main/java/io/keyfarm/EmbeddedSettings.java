package io.keyfarm;

import io.keyfarm.key.KeyTier;
import io.keyfarm.slave.SlaveSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How an embedded Keyfarm is set up. Each word answers new settings.
 *
 * @param slaveCount tables are cut into so many parts, each with a slave of its own; more than one helps only where
 *     queries are read on several threads at once, or to try what a cluster answers
 * @param memoryLimitBytes of rows and keys together; a load that would pass it is refused
 * @param queryMemoryBytes what one query may take for ordering and for replies
 * @param timeout of a query that does not say its own
 * @param maxFrameBytes how many bytes of rows a slave hands over at a time
 * @param tier how keys that are declared are kept: hot ones are faster and take 8 bytes a row more
 * @param growth how keys grow by themselves
 * @param cache keeps in a data directory what was asked, so that keys go on growing where they stopped; it is closed with the
 *     Keyfarm. Where nothing else is said, that is forgotten; the keys themselves come back in any case
 * @param notices takes a sentence for whatever a data directory has lost or passed over; if not said otherwise, they are
 *     logged as warnings
 */
public record EmbeddedSettings(
        int slaveCount,
        long memoryLimitBytes,
        long queryMemoryBytes,
        Duration timeout,
        int maxFrameBytes,
        KeyTier tier,
        GrowthSettings growth,
        Function<Path, LocalCache> cache,
        Consumer<String> notices) {
    public static final int MAX_SLAVES = 64;

    public EmbeddedSettings {
        if (slaveCount < 1 || slaveCount > MAX_SLAVES) {
            throw new IllegalArgumentException("there can be 1 to " + MAX_SLAVES + " slaves, not " + slaveCount);
        }
        if (memoryLimitBytes <= 0 || queryMemoryBytes <= 0) {
            throw new IllegalArgumentException("memory limits are above 0");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the timeout is above 0, not " + timeout);
        }
        if (maxFrameBytes < SlaveSettings.MIN_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "a frame has at least " + SlaveSettings.MIN_FRAME_BYTES + " bytes, not " + maxFrameBytes);
        }
    }

    /** One slave, no memory limit, 256 MiB for each query, 30 seconds, hot keys, and those that grow. */
    public static EmbeddedSettings defaults() {
        return new EmbeddedSettings(
                1,
                Long.MAX_VALUE,
                256L << 20,
                Duration.ofSeconds(30),
                64 << 10,
                KeyTier.HOT,
                GrowthSettings.defaults(),
                directory -> LocalCache.NONE,
                EmbeddedSettings::warn);
    }

    public EmbeddedSettings slaves(int count) {
        return new EmbeddedSettings(
                count, memoryLimitBytes, queryMemoryBytes, timeout, maxFrameBytes, tier, growth, cache, notices);
    }

    public EmbeddedSettings memoryLimitBytes(long bytes) {
        return new EmbeddedSettings(
                slaveCount, bytes, queryMemoryBytes, timeout, maxFrameBytes, tier, growth, cache, notices);
    }

    public EmbeddedSettings queryMemoryBytes(long bytes) {
        return new EmbeddedSettings(
                slaveCount, memoryLimitBytes, bytes, timeout, maxFrameBytes, tier, growth, cache, notices);
    }

    public EmbeddedSettings timeout(Duration perQuery) {
        return new EmbeddedSettings(
                slaveCount, memoryLimitBytes, queryMemoryBytes, perQuery, maxFrameBytes, tier, growth, cache, notices);
    }

    public EmbeddedSettings maxFrameBytes(int bytes) {
        return new EmbeddedSettings(
                slaveCount, memoryLimitBytes, queryMemoryBytes, timeout, bytes, tier, growth, cache, notices);
    }

    public EmbeddedSettings tier(KeyTier keyTier) {
        return new EmbeddedSettings(
                slaveCount,
                memoryLimitBytes,
                queryMemoryBytes,
                timeout,
                maxFrameBytes,
                keyTier,
                growth,
                cache,
                notices);
    }

    /** {@link GrowthSettings#off} where keys are declared only. */
    public EmbeddedSettings growth(GrowthSettings ofKeys) {
        return new EmbeddedSettings(
                slaveCount, memoryLimitBytes, queryMemoryBytes, timeout, maxFrameBytes, tier, ofKeys, cache, notices);
    }

    /** @param inDirectory opens a cache in a data directory, and may do so at its first use only */
    public EmbeddedSettings cache(Function<Path, LocalCache> inDirectory) {
        return new EmbeddedSettings(
                slaveCount,
                memoryLimitBytes,
                queryMemoryBytes,
                timeout,
                maxFrameBytes,
                tier,
                growth,
                inDirectory,
                notices);
    }

    public EmbeddedSettings notices(Consumer<String> taker) {
        return new EmbeddedSettings(
                slaveCount, memoryLimitBytes, queryMemoryBytes, timeout, maxFrameBytes, tier, growth, cache, taker);
    }

    private static void warn(String notice) {
        System.getLogger(Keyfarm.class.getName()).log(System.Logger.Level.WARNING, notice);
    }
}
