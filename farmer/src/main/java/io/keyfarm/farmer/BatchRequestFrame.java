package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.BatchRequestEncoder;
import io.keyfarm.wire.sbe.FetchRequestEncoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.PlanReplyEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes requests for many bindings in front of these, and sends them. */
final class BatchRequestFrame {
    private final Session session;
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final BatchRequestEncoder request = new BatchRequestEncoder();
    private final FetchRequestEncoder fetch = new FetchRequestEncoder();
    private DirectBuffer frame = new UnsafeBuffer(0, 0);
    private int offset;
    private int length;

    BatchRequestFrame(Session session) {
        this.session = session;
    }

    /** Asks for the bindings {@code [from, to)}. */
    void write(
            QueryPlan plan,
            TableEntry table,
            int keyHint,
            long timeoutNs,
            long memoryBytes,
            Bindings bindings,
            int from,
            int to,
            long queryId) {
        final UnsafeBuffer buffer = begin(bindings, from, to);
        request.wrapAndApplyHeader(buffer, offset, header);
        sign(header, table, queryId);
        request.boundIdHigh(plan.id().high())
                .boundIdLow(plan.id().low())
                .remainingDeadlineNs(timeoutNs)
                .memoryBytes(memoryBytes)
                .sentNs(session.farmer().clock().nanoTime())
                .keyHint(keyHint)
                .bindingCount(to - from);
        buffer.putInt(request.limit(), bindings.bytes(from, to), LITTLE_ENDIAN);
    }

    /** Asks for rows by number, which the bindings {@code [from, to)} name; {@code confirms} says whether these have parameters. */
    void writeFetch(
            QueryPlan plan,
            TableEntry table,
            boolean confirms,
            long timeoutNs,
            long memoryBytes,
            Bindings bindings,
            int from,
            int to,
            long queryId) {
        final UnsafeBuffer buffer = begin(bindings, from, to);
        fetch.wrapAndApplyHeader(buffer, offset, header);
        sign(header, table, queryId);
        fetch.boundIdHigh(plan.id().high())
                .boundIdLow(plan.id().low())
                .remainingDeadlineNs(timeoutNs)
                .memoryBytes(memoryBytes)
                .sentNs(session.farmer().clock().nanoTime())
                .confirms(confirms ? 1 : 0)
                .bindingCount(to - from);
        buffer.putInt(fetch.limit(), bindings.bytes(from, to), LITTLE_ENDIAN);
    }

    private UnsafeBuffer begin(Bindings bindings, int from, int to) {
        final UnsafeBuffer buffer = bindings.frame();
        frame = buffer;
        offset = bindings.frameOffset(from);
        length = Frames.BINDINGS_OFFSET + bindings.bytes(from, to);
        Frames.begin(buffer, offset);
        return buffer;
    }

    private void sign(FrameHeaderEncoder to, TableEntry table, long queryId) {
        final FarmerSettings settings = session.farmer().settings();
        to.clusterId(settings.clusterId())
                .farmerId(settings.farmerId())
                .slaveId(Frames.NO_ID)
                .farmerIncarnation(settings.incarnation())
                .keyEpoch(table.keyEpoch())
                .generationDigest(table.generationDigest())
                .queryId(queryId);
    }

    void send(int channel) {
        header.channel(channel);
        session.channels()[channel].link().send(frame, offset, length);
    }

    /** The plan itself, for a slave that asked; rare, so it has a buffer of its own. */
    void sendPlan(QueryPlan plan, TableEntry table, int channel, long queryId) {
        final byte[] bytes = plan.bytes();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[Frames.HEADER_BYTES + 64 + bytes.length]);
        final FrameHeaderEncoder planHeader = new FrameHeaderEncoder();
        final PlanReplyEncoder reply = new PlanReplyEncoder().wrapAndApplyHeader(buffer, 0, planHeader);
        sign(planHeader, table, queryId);
        planHeader.channel(channel);
        reply.boundIdHigh(plan.id().high()).boundIdLow(plan.id().low()).putPlan(bytes, 0, bytes.length);
        session.channels()[channel].link().send(buffer, 0, Frames.HEADER_BYTES + reply.encodedLength());
    }
}
