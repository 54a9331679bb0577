package io.keyfarm.slave;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.eval.compute.ComputeException;
import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request that carries many bindings of one query, answered under one announcement by one frame: what is read for each is
 * for the kinds of it to say.
 *
 * <pre>
 *   | length 4 | binding 0 | length 4 | binding 1 | …        offsets lead to the lengths
 * </pre>
 *
 * Serves one request of its plan after another, on one thread.
 */
abstract sealed class ManyBindings implements AutoCloseable permits BatchRead, Fetch {
    final Slave slave;
    private final SlaveSession session;
    final QueryPlan plan;
    final StopSignal stop;
    final BatchFrame frame;
    long seeks;
    long rowsExamined;

    private final ReadSlot slot;
    /** From the request's start; one more than there are bindings. */
    private final int[] offsets = new int[Frames.MAX_BINDINGS + 1];

    private @Nullable BoundPart bound;

    ManyBindings(SlaveSession session, QueryPlan plan) {
        this.session = session;
        slave = session.slave();
        this.plan = plan;
        slot = slave.stamps().newSlot();
        stop = new StopSignal(session, slave.clock());
        frame = new BatchFrame(slave.ledger());
    }

    /**
     * Answers a request whose bindings begin behind its body. What is thrown was not foreseen, and then this must be closed and
     * not used again.
     *
     * @param bodyOffset of the request's body, behind its header
     */
    final void answer(
            FrameHeaderDecoder header,
            long sentNs,
            long remainingNs,
            int count,
            int bodyOffset,
            DirectBuffer buffer,
            Replies replies) {
        final long startNs = replies.hasOneClock() ? sentNs : slave.clock().nanoTime();
        stop.watch(header.queryId(), startNs + remainingNs);
        seeks = 0;
        rowsExamined = 0;
        locate(count, bodyOffset, buffer);
        slot.enter();
        try {
            final TablePart part = slave.part(plan.tableName(), header.generationDigest());
            if (part == null) {
                replies.error(ReplyCode.OTHER_GENERATION, "no such part of " + plan.tableName());
                return;
            }
            final BoundPart here = bind(part);
            here.rewind();
            here.path.use(here.shelf());
            here.path.openNothing(); // Whatever the request before took, its name is not the answer's.
            frame.begin(here.projection(), count, here.path.longestNameBytes(), replies);
            read(here, buffer, count);
            replies.batch(frame, here, seeks, rowsExamined, slave.clock().nanoTime() - startNs);
        } catch (BadValueException | BadPlanException e) {
            replies.error(ReplyCode.BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (ComputeException e) {
            replies.error(ReplyCode.BAD_VALUE, String.valueOf(e.getMessage()));
        } catch (MemoryLimitException e) {
            replies.error(ReplyCode.MEMORY_LIMIT, String.valueOf(e.getMessage()));
        } finally {
            slot.leave();
        }
    }

    /** Reads the first of so many bindings into the frame: as far as it goes, and as long as it is not time to stop. */
    abstract void read(BoundPart here, DirectBuffer buffer, int count);

    /** The plan was made ready for another part than before. */
    void onBound(BoundPart here) {}

    private void locate(int count, int bodyOffset, DirectBuffer buffer) {
        int at = bodyOffset - Frames.HEADER_BYTES + Frames.BINDINGS_OFFSET;
        for (int i = 0; i < count; i++) {
            offsets[i] = at;
            at += Integer.BYTES + buffer.getInt(at, LITTLE_ENDIAN);
        }
        offsets[count] = at;
    }

    /** The plan made ready for the part, which stays while the slot is announced. */
    private BoundPart bind(TablePart part) {
        BoundPart here = bound;
        if (here == null || here.part != part) {
            bound = null;
            here = new BoundPart(plan, part, session, stop);
            onBound(here);
            bound = here;
        }
        return here;
    }

    /** Where the binding begins, behind its length. */
    final int start(int binding) {
        return offsets[binding] + Integer.BYTES;
    }

    final int end(int binding) {
        return offsets[binding + 1];
    }

    @Override
    public final void close() {
        slot.leave();
        slave.stamps().remove(List.of(slot));
        frame.close();
    }
}
