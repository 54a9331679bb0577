package io.keyfarm.wire.aeron;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.status.SystemCounterDescriptor;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.status.CountersReader;
import org.jspecify.annotations.Nullable;

/**
 * One place on the network, or in a machine's shared memory, with the ways from it to others.
 *
 * <pre>
 *   links ──► publications ──► ┌────────┐ ◄─ UDP, the streams of a node on one port ─► other nodes' drivers
 *                              │ driver │
 *   inboxes ◄── subscriptions ◄└────────┘    ipc: no packets; the other node reads where we write
 * </pre>
 *
 * Links to one node share its publications, stream by stream, though each may have a thread of its own: what a
 * publication costs is memory, three terms here and three there, and so it is counted in nodes and not in threads.
 *
 * <p>Any thread may ask for links, inboxes and counts. None of this is for the way of a frame: opening a link takes a
 * millisecond or two.
 */
public final class AeronNode implements AutoCloseable {
    private static final long CLOSE_LINGER_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final SystemCounterDescriptor[] DRIVER_COUNTERS = {
        SystemCounterDescriptor.NAK_MESSAGES_SENT,
        SystemCounterDescriptor.NAK_MESSAGES_RECEIVED,
        SystemCounterDescriptor.RETRANSMITS_SENT,
        SystemCounterDescriptor.FLOW_CONTROL_OVER_RUNS
    };

    private final AeronSettings settings;
    private final Endpoint endpoint;
    private final @Nullable InetAddress address;
    private final @Nullable EmbeddedDriver driver;
    private final Aeron aeron;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final AtomicLong troubles;
    private final Set<AeronLink> links = new LinkedHashSet<>();
    private final Set<AeronInbox> inboxes = new LinkedHashSet<>();
    private final Tally closed = new Tally();
    private final long[] driverCounts = new long[DRIVER_COUNTERS.length];

    private AeronNode(
            AeronSettings settings,
            Endpoint endpoint,
            @Nullable InetAddress address,
            @Nullable EmbeddedDriver driver,
            Aeron aeron,
            AtomicLong troubles) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.address = address;
        this.driver = driver;
        this.aeron = aeron;
        this.troubles = troubles;
    }

    /** As {@link #open(AeronSettings, Consumer)}; troubles are counted, and nobody is told. */
    public static AeronNode open(AeronSettings settings) {
        return open(settings, trouble -> {});
    }

    /**
     * Starts or joins the driver. Whether the endpoint is free shows when the first inbox is asked for.
     *
     * @param onTrouble is told on Aeron's threads what went wrong there; they go on.
     */
    public static AeronNode open(AeronSettings settings, Consumer<Throwable> onTrouble) {
        return open(settings, onTrouble, context -> {});
    }

    /** With a last word on the driver's settings. */
    static AeronNode open(
            AeronSettings settings, Consumer<Throwable> onTrouble, Consumer<MediaDriver.Context> lastWord) {
        final Endpoint endpoint = Endpoint.parse(settings.endpoint());
        final InetAddress address = endpoint.isIpc() ? null : endpoint.address(settings.isOpenToNetwork());
        final AtomicLong troubles = new AtomicLong();
        final Consumer<Throwable> counted = trouble -> {
            troubles.incrementAndGet();
            onTrouble.accept(trouble);
        };
        final Path joined = settings.driverDirectory();
        final EmbeddedDriver driver = joined == null ? EmbeddedDriver.launch(settings, counted, lastWord) : null;
        try {
            final Aeron aeron = Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(Objects.toString(driver == null ? joined : driver.directory()))
                    .clientName("keyfarm " + endpoint)
                    .threadFactory(EmbeddedDriver::daemon)
                    // Aeron's own handler ends the process when the driver is gone.
                    .errorHandler(counted::accept)
                    .closeLingerDurationNs(CLOSE_LINGER_NS));
            return new AeronNode(settings, endpoint, address, driver, aeron, troubles);
        } catch (RuntimeException e) {
            CloseHelper.close(driver);
            throw e;
        }
    }

    /** Where others send to. */
    public String endpoint() {
        return endpoint.toString();
    }

    /** The driver's, for {@link AeronSettings#withDriverDirectory}. */
    public Path directory() {
        return Path.of(aeron.context().aeronDirectoryName());
    }

    /**
     * A way to the node at the endpoint, or to where one will be. Each call makes another link, for another thread.
     *
     * @throws IllegalArgumentException for an endpoint that nobody has, that is beyond the loopback interface without
     *     leave, or that is in shared memory while this node's is not, or the other way round.
     */
    public synchronized AeronLink link(String endpoint, FrameStream stream) {
        final Endpoint to = Endpoint.parse(endpoint);
        final Publication publication = aeron.addPublication(channelTo(to, stream), stream.idAt(to));
        final AeronLink link = new AeronLink(this, publication, clock, settings, stream);
        links.add(link);
        return link;
    }

    /**
     * Hears the stream, from now on.
     *
     * @throws IllegalStateException if the stream has an inbox, for both would hear everything.
     */
    public synchronized AeronInbox inbox(FrameStream stream, ReplyWays ways) {
        if (inboxes.stream().anyMatch(it -> it.stream() == stream)) {
            throw new IllegalStateException(endpoint + " has an inbox for " + stream);
        }
        final AeronInbox inbox = new AeronInbox(this, stream, settings.clusterId(), ways);
        final Subscription subscription =
                aeron.addSubscription(ownChannel(), stream.idAt(endpoint), image -> {}, inbox::onGone);
        inbox.subscription(subscription);
        inboxes.add(inbox);
        return inbox;
    }

    private String ownChannel() {
        return endpoint.isIpc()
                ? "aeron:ipc"
                : new ChannelUriStringBuilder()
                        .media("udp")
                        .endpoint(endpoint.toString())
                        .build();
    }

    private String channelTo(Endpoint to, FrameStream stream) {
        if (to.isIpc() != endpoint.isIpc()) {
            throw new IllegalArgumentException("there is no way from " + endpoint + " to " + to);
        }
        final ChannelUriStringBuilder channel = new ChannelUriStringBuilder()
                .termLength(settings.termBytes(stream))
                .mtu(settings.mtuBytes())
                .sparse(true)
                .linger(EmbeddedDriver.LINGER_NS);
        if (address == null) {
            return channel.media("ipc").build();
        }
        to.address(settings.isOpenToNetwork());
        // Bound to our address: answers to what we send come to a port too, and that is not to be on every interface.
        return channel.media("udp")
                .endpoint(to.toString())
                .networkInterface(Endpoint.text(address))
                .build();
    }

    /** What became of all frames, also of links and inboxes that are closed by now. */
    public synchronized AeronCounts counts() {
        // Behind a closed client there is no memory to read from.
        if (!aeron.isClosed()) {
            final CountersReader counters = aeron.countersReader();
            for (int i = 0; i < DRIVER_COUNTERS.length; i++) {
                driverCounts[i] = counters.getCounterValue(DRIVER_COUNTERS[i].id());
            }
        }
        return new AeronCounts(
                sum(Tally.SENT),
                sum(Tally.SENT_BYTES),
                sum(Tally.BACK_PRESSURED),
                sum(Tally.UNCONNECTED),
                sum(Tally.RECEIVED),
                sum(Tally.RECEIVED_BYTES),
                sum(Tally.REFUSED_SEAL),
                sum(Tally.REFUSED_CLUSTER),
                sum(Tally.REFUSED_UNKNOWN),
                sum(Tally.MALFORMED),
                driverCounts[0],
                driverCounts[1],
                driverCounts[2],
                driverCounts[3],
                troubles.get());
    }

    private long sum(int what) {
        long sum = closed.get(what);
        for (final AeronLink link : links) {
            sum += link.tally().get(what);
        }
        for (final AeronInbox inbox : inboxes) {
            sum += inbox.tally().get(what);
        }
        return sum;
    }

    synchronized void onClosed(AeronLink link) {
        if (links.remove(link)) {
            closed.addAll(link.tally());
        }
    }

    synchronized void onClosed(AeronInbox inbox) {
        if (inboxes.remove(inbox)) {
            closed.addAll(inbox.tally());
        }
    }

    /** Whether {@link #close} was called, or the driver has gone and this node has to be opened anew. */
    public boolean isClosed() {
        return aeron.isClosed();
    }

    /**
     * Closes all links and inboxes, then the driver if it runs here, and deletes its directory. Called when no thread is
     * within a send or a poll.
     */
    @Override
    public synchronized void close() {
        counts();
        final List<AutoCloseable> parts = new ArrayList<>(links);
        parts.addAll(inboxes);
        parts.add(aeron);
        if (driver != null) {
            parts.add(driver);
        }
        CloseHelper.closeAll(parts);
    }
}
