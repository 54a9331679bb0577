package io.keyfarm.wire.aeron;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A media driver on one thread of this process, in a directory that goes when it does. */
final class EmbeddedDriver implements AutoCloseable {
    /** How long what was sent may be asked for again after its publication was closed. */
    static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long TIMER_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * Driver and client stop together when their process is stopped, and are not to think each other dead when it goes
     * on.
     */
    private static final long CLIENT_LIVENESS_NS = TimeUnit.SECONDS.toNanos(60);

    private static final long UNBLOCK_NS = CLIENT_LIVENESS_NS + TimeUnit.SECONDS.toNanos(5);

    /** Several senders' windows of 128 KiB are to fit between two looks of the driver. */
    private static final int RECEIVE_BYTES = 2 * 1024 * 1024;

    private final Path directory;
    private final MediaDriver driver;

    private EmbeddedDriver(Path directory, MediaDriver driver) {
        this.directory = directory;
        this.driver = driver;
    }

    static EmbeddedDriver launch(
            AeronSettings settings, Consumer<Throwable> onTrouble, Consumer<MediaDriver.Context> lastWord) {
        final Path given = settings.directoriesUnder();
        final Path base = given == null ? DriverDirectories.defaultBase() : given;
        DriverDirectories.sweep(base, DriverDirectories.HEARTBEAT_TIMEOUT_MS);
        final Path directory = DriverDirectories.fresh(base);
        final MediaDriver.Context context = new MediaDriver.Context()
                .aeronDirectoryName(directory.resolve(DriverDirectories.DRIVER).toString())
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(settings.idleMode().newStrategy())
                .sharedThreadFactory(EmbeddedDriver::daemon)
                .termBufferSparseFile(true)
                .socketRcvbufLength(receiveBytes())
                .timerIntervalNs(TIMER_INTERVAL_NS)
                .imageLivenessTimeoutNs(settings.livenessTimeoutNs())
                .publicationConnectionTimeoutNs(settings.livenessTimeoutNs())
                .publicationLingerTimeoutNs(LINGER_NS)
                .clientLivenessTimeoutNs(CLIENT_LIVENESS_NS)
                .publicationUnblockTimeoutNs(UNBLOCK_NS)
                .errorHandler(onTrouble::accept);
        lastWord.accept(context);
        try {
            return new EmbeddedDriver(directory, MediaDriver.launch(context));
        } catch (RuntimeException e) {
            deleted(directory);
            throw e;
        }
    }

    static Thread daemon(Runnable work) {
        final Thread thread = new Thread(work, "keyfarm-aeron");
        thread.setDaemon(true);
        return thread;
    }

    /** As much as the machine allows: Aeron complains about more on the error stream. */
    private static int receiveBytes() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
            return Math.min(RECEIVE_BYTES, channel.getOption(StandardSocketOptions.SO_RCVBUF));
        } catch (IOException e) {
            throw new UncheckedIOException("no UDP on this machine", e);
        }
    }

    Path directory() {
        return directory.resolve(DriverDirectories.DRIVER);
    }

    @Override
    public void close() {
        try {
            driver.close();
        } finally {
            deleted(directory);
        }
    }

    private static void deleted(Path directory) {
        try {
            DriverDirectories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("not deleted: " + directory, e);
        }
    }
}
