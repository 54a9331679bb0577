package io.keyfarm.wire.aeron;

import io.keyfarm.wire.Frames;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a node is told at its start. Frames are always sealed.
 *
 * @param endpoint where it hears: {@code host:port}, or {@code ipc:number} where several share a driver's memory.
 * @param clusterId frames of another cluster are refused.
 * @param isOpenToNetwork whether it may hear and send beyond the loopback interface.
 * @param idleMode of the driver's thread, if it runs in this process.
 * @param driverDirectory of a driver that runs by itself; null to run one in this process.
 * @param directoriesUnder where a driver in this process makes its directory, {@code keyfarm-<user>-<pid>-<random>}, and
 *     clears away those that dead processes left; null for {@code /dev/shm} where there is room, else {@code
 *     java.io.tmpdir}.
 * @param controlTermBytes a third of what the stream {@link FrameStream#CONTROL} to one other node may take, here and
 *     there; a power of two. Frames have at most an eighth of it.
 * @param bulkTermBytes the same of each of the two other streams. Memory is taken when it is first used, and kept.
 * @param mtuBytes of one packet; a multiple of 32.
 * @param connectTimeoutNs how long a link asks its users to wait for a node that does not answer; then it drops frames.
 * @param livenessTimeoutNs after how long a silence a node counts as gone, if the driver runs in this process.
 */
public record AeronSettings(
        String endpoint,
        long clusterId,
        boolean isOpenToNetwork,
        IdleMode idleMode,
        @Nullable Path driverDirectory,
        @Nullable Path directoriesUnder,
        int controlTermBytes,
        int bulkTermBytes,
        int mtuBytes,
        long connectTimeoutNs,
        long livenessTimeoutNs) {
    public static final int MIN_TERM_BYTES = 64 * 1024;

    /** Terms of 128 MiB take the longest frames there are. */
    public static final int MAX_TERM_BYTES = 8 * Frames.MAX_FRAME_BYTES;

    private static final int MIN_MTU_BYTES = 576;
    private static final int MAX_MTU_BYTES = 65_504;
    private static final int MTU_STEP = 32;
    private static final long MIN_LIVENESS_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_TIMEOUT_NS = TimeUnit.HOURS.toNanos(1);

    public AeronSettings {
        Endpoint.parse(endpoint);
        checkTerm("controlTermBytes", controlTermBytes);
        checkTerm("bulkTermBytes", bulkTermBytes);
        checkRange("mtuBytes", mtuBytes, MIN_MTU_BYTES, MAX_MTU_BYTES);
        if (mtuBytes % MTU_STEP != 0) {
            throw new IllegalArgumentException("mtuBytes is a multiple of " + MTU_STEP + ", but is " + mtuBytes);
        }
        checkRange("connectTimeoutNs", connectTimeoutNs, 0, MAX_TIMEOUT_NS);
        checkRange("livenessTimeoutNs", livenessTimeoutNs, MIN_LIVENESS_NS, MAX_TIMEOUT_NS);
    }

    /** A driver in this process, on this machine only, that leaves the cores to others when there is nothing to do. */
    public static AeronSettings of(String endpoint, long clusterId) {
        return new AeronSettings(
                endpoint,
                clusterId,
                false,
                IdleMode.SHARED_CPU,
                null,
                null,
                1024 * 1024,
                16 * 1024 * 1024,
                1408,
                TimeUnit.SECONDS.toNanos(1),
                TimeUnit.MILLISECONDS.toNanos(1500));
    }

    private static void checkTerm(String name, int bytes) {
        checkRange(name, bytes, MIN_TERM_BYTES, MAX_TERM_BYTES);
        if (Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(name + " is a power of two, but is " + bytes);
        }
    }

    private static void checkRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is from " + least + " to " + most + ", but is " + value);
        }
    }

    /** The longest frame that a link of the stream takes. */
    public int maxFrameBytes(FrameStream stream) {
        return termBytes(stream) / 8;
    }

    int termBytes(FrameStream stream) {
        return stream == FrameStream.CONTROL ? controlTermBytes : bulkTermBytes;
    }

    /** May hear and send beyond this machine. Whoever reaches the endpoint can send frames that pass the checks. */
    public AeronSettings withOpenToNetwork(boolean isOpen) {
        return with(it -> it.isOpenToNetwork = isOpen);
    }

    public AeronSettings withIdleMode(IdleMode mode) {
        return with(it -> it.idleMode = mode);
    }

    /** Uses the driver that runs with this directory; it has the same user, and settings of its own. */
    public AeronSettings withDriverDirectory(Path directory) {
        return with(it -> it.driverDirectory = directory);
    }

    public AeronSettings withDirectoriesUnder(Path base) {
        return with(it -> it.directoriesUnder = base);
    }

    public AeronSettings withTermBytes(int control, int bulk) {
        return with(it -> {
            it.controlTermBytes = control;
            it.bulkTermBytes = bulk;
        });
    }

    public AeronSettings withMtuBytes(int bytes) {
        return with(it -> it.mtuBytes = bytes);
    }

    public AeronSettings withTimeoutsNs(long connectNs, long livenessNs) {
        return with(it -> {
            it.connectTimeoutNs = connectNs;
            it.livenessTimeoutNs = livenessNs;
        });
    }

    private AeronSettings with(Consumer<Change> change) {
        final Change it = new Change(this);
        change.accept(it);
        return new AeronSettings(
                endpoint,
                clusterId,
                it.isOpenToNetwork,
                it.idleMode,
                it.driverDirectory,
                it.directoriesUnder,
                it.controlTermBytes,
                it.bulkTermBytes,
                it.mtuBytes,
                it.connectTimeoutNs,
                it.livenessTimeoutNs);
    }

    /** What can be said otherwise. */
    private static final class Change {
        private boolean isOpenToNetwork;
        private IdleMode idleMode;
        private @Nullable Path driverDirectory;
        private @Nullable Path directoriesUnder;
        private int controlTermBytes;
        private int bulkTermBytes;
        private int mtuBytes;
        private long connectTimeoutNs;
        private long livenessTimeoutNs;

        Change(AeronSettings before) {
            isOpenToNetwork = before.isOpenToNetwork;
            idleMode = before.idleMode;
            driverDirectory = before.driverDirectory;
            directoriesUnder = before.directoriesUnder;
            controlTermBytes = before.controlTermBytes;
            bulkTermBytes = before.bulkTermBytes;
            mtuBytes = before.mtuBytes;
            connectTimeoutNs = before.connectTimeoutNs;
            livenessTimeoutNs = before.livenessTimeoutNs;
        }
    }
}
