package io.keyfarm.farmer;

import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.CancelRequestEncoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.MoreRequestEncoder;
import io.keyfarm.wire.sbe.PlanReplyEncoder;
import io.keyfarm.wire.sbe.QueryRequestEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The frames one prepared query sends. The query request is written once a run, parameters and all; for each channel and
 * attempt only the numbers that differ are written over. Belongs to one thread.
 */
final class RequestFrame {
    /** No table has this epoch: the frame is to be written from the start. */
    private static final long UNSIGNED = -1;

    private static final int SMALL_BYTES = 512;
    /** Of a query request without its parameters and replicas. */
    private static final int FIXED_BYTES = Frames.HEADER_BYTES + 128;

    private final FarmerSettings settings;
    private final QueryPlan plan;
    private final UnsafeBuffer query = new UnsafeBuffer(new byte[SMALL_BYTES]);
    private final UnsafeBuffer small = new UnsafeBuffer(new byte[SMALL_BYTES]);

    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final FrameHeaderEncoder queryHeader = new FrameHeaderEncoder();
    private final QueryRequestEncoder queryRequest = new QueryRequestEncoder();
    private final MoreRequestEncoder moreRequest = new MoreRequestEncoder();
    private final CancelRequestEncoder cancelRequest = new CancelRequestEncoder();

    private long generationDigest;
    private long keyEpoch = UNSIGNED;
    private int queryLength;
    private int planLength;

    RequestFrame(FarmerSettings settings, QueryPlan plan) {
        this.settings = settings;
        this.plan = plan;
    }

    /** Writes what is the same for all channels and attempts of one run; most of it stands there from the run before. */
    void begin(TableEntry table, int keyHint, long memoryBytes, Parameters parameters) {
        final int at = begin(table, keyHint, memoryBytes, parameters.encodedLength());
        queryLength = Frames.endParameters(queryRequest, parameters.encode(query, at));
    }

    /** The same with parameters that are encoded already. */
    void begin(TableEntry table, int keyHint, long memoryBytes, DirectBuffer block, int offset, int length) {
        query.putBytes(begin(table, keyHint, memoryBytes, length), block, offset, length);
        queryLength = Frames.endParameters(queryRequest, length);
    }

    /** Answers where the parameters go. */
    private int begin(TableEntry table, int keyHint, long memoryBytes, int parameterBytes) {
        final int needed = FIXED_BYTES + parameterBytes;
        if (query.capacity() < needed) {
            query.wrap(new byte[needed * 2]);
            keyEpoch = UNSIGNED;
        }
        // Rows that were appended are another generation with the same keys.
        if (keyEpoch != table.keyEpoch() || generationDigest != table.generationDigest()) {
            generationDigest = table.generationDigest();
            keyEpoch = table.keyEpoch();
            Frames.begin(query, 0);
            queryRequest.wrapAndApplyHeader(query, 0, queryHeader);
            sign(queryHeader);
            queryRequest.boundIdHigh(plan.id().high()).boundIdLow(plan.id().low());
        } else {
            queryRequest.limit(Frames.HEADER_BYTES + QueryRequestEncoder.BLOCK_LENGTH);
        }
        queryRequest.memoryBytes(memoryBytes).keyHint(keyHint).replicasCount(0);
        return Frames.parametersOffset(queryRequest);
    }

    DirectBuffer query(
            int channel, int attempt, long queryId, long nowNs, long remainingNs, long rowCredit, long byteCredit) {
        queryHeader.queryId(queryId).channel(channel).attempt(attempt);
        queryRequest
                .remainingDeadlineNs(Math.max(0, remainingNs))
                .rowCredit(rowCredit)
                .byteCredit(byteCredit)
                .sentNs(nowNs);
        return query;
    }

    int queryLength() {
        return queryLength;
    }

    DirectBuffer more(ChannelRun channel, long queryId, long remainingNs, long byteCredit) {
        Frames.begin(small, 0);
        moreRequest.wrapAndApplyHeader(small, 0, header);
        address(channel.channel, channel.latest().number(), queryId);
        moreRequest
                .position(channel.receivedCount)
                .remainingDeadlineNs(Math.max(0, remainingNs))
                .rowCredit(channel.rowCredit)
                .byteCredit(byteCredit);
        return small;
    }

    int moreLength() {
        return Frames.HEADER_BYTES + moreRequest.encodedLength();
    }

    DirectBuffer cancel(int channel, int attempt, long queryId) {
        Frames.begin(small, 0);
        cancelRequest.wrapAndApplyHeader(small, 0, header);
        address(channel, attempt, queryId);
        return small;
    }

    int cancelLength() {
        return Frames.HEADER_BYTES + cancelRequest.encodedLength();
    }

    /** The plan itself, for a slave that asked; rare, so it has a buffer of its own. */
    DirectBuffer plan(int channel, int attempt, long queryId, QueryPlan asked) {
        final byte[] bytes = asked.bytes();
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[SMALL_BYTES + bytes.length]);
        final PlanReplyEncoder reply = new PlanReplyEncoder().wrapAndApplyHeader(frame, 0, header);
        address(channel, attempt, queryId);
        reply.boundIdHigh(asked.id().high()).boundIdLow(asked.id().low()).putPlan(bytes, 0, bytes.length);
        planLength = Frames.HEADER_BYTES + reply.encodedLength();
        return frame;
    }

    int planLength() {
        return planLength;
    }

    private void address(int channel, int attempt, long queryId) {
        sign(header);
        header.queryId(queryId).channel(channel).attempt(attempt);
    }

    private void sign(FrameHeaderEncoder to) {
        to.clusterId(settings.clusterId())
                .farmerId(settings.farmerId())
                .slaveId(Frames.NO_ID)
                .farmerIncarnation(settings.incarnation())
                .keyEpoch(keyEpoch)
                .generationDigest(generationDigest);
    }
}
