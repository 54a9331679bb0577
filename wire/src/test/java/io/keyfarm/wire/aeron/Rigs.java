package io.keyfarm.wire.aeron;

import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.CancelRequestEncoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.RowsReplyEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/** What tests of real links need: free ports, frames of any length, and patience with an end. */
final class Rigs {
    static final long CLUSTER = 42;
    static final int FARMER = 7;
    static final int SLAVE = 3;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private Rigs() {}

    /** A port of the loopback interface that nobody has now. */
    static String freeEndpoint() {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Trouble on one of Aeron's threads, kept for the test to see. */
    static List<Throwable> troubles() {
        return Collections.synchronizedList(new ArrayList<>());
    }

    /** Asks again until it is so; an answer is as soon as possible, and a failure has an end. */
    static void await(BooleanSupplier isSo, Supplier<Object> what) {
        final IdleStrategy idle = IdleMode.SHARED_CPU.newStrategy();
        final long startNs = System.nanoTime();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new AssertionError("still not so: " + what.get());
            }
            idle.idle();
        }
    }

    /** The shortest frame, of a farmer. */
    static int request(MutableDirectBuffer buffer, int offset, int sequence) {
        Frames.begin(buffer, offset);
        final FrameHeaderEncoder header = new FrameHeaderEncoder();
        new CancelRequestEncoder().wrapAndApplyHeader(buffer, offset, header);
        return stamped(header, sequence, Frames.HEADER_BYTES);
    }

    /** A slave's frame of so many bytes, from 112 on, random but for its header. */
    static int reply(MutableDirectBuffer buffer, int offset, int sequence, int length) {
        Frames.begin(buffer, offset);
        final FrameHeaderEncoder header = new FrameHeaderEncoder();
        final RowsReplyEncoder reply = new RowsReplyEncoder().wrapAndApplyHeader(buffer, offset, header);
        final SplittableRandom random = new SplittableRandom(sequence);
        for (int i = Frames.PAYLOAD_OFFSET; i < length; i++) {
            buffer.putByte(offset + i, (byte) random.nextInt());
        }
        final int end = Frames.endRows(reply, sequence, 0, 1, 0, length - Frames.PAYLOAD_OFFSET);
        return stamped(header, sequence, end);
    }

    private static int stamped(FrameHeaderEncoder header, int sequence, int length) {
        header.clusterId(CLUSTER)
                .farmerId(FARMER)
                .slaveId(SLAVE)
                .farmerIncarnation(1)
                .queryId(sequence)
                .sequence(sequence);
        return length;
    }
}
