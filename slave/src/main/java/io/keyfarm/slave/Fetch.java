package io.keyfarm.slave;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.eval.compute.ComputeException;
import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.sbe.FetchRequestDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import java.util.List;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one part read by their numbers, for many bindings of one query, under one announcement, answered by one frame.
 *
 * <pre>
 *   binding   | row numbers | parameters |  ─►  is each a row? ─► what matches stays ─► reply frame
 *   stops     where the frame is full, a binding is in trouble, or it is time to
 * </pre>
 *
 * Somebody else has found the numbers, on another slave; here they are believed to be nothing but numbers. What is not answered the
 * farmer asks for in another way, and is told there what was wrong.
 */
final class Fetch implements AutoCloseable {
    /** Rows that are fetched at once, and looked at before the clock is. */
    private static final int GROUP = 512;

    private final Slave slave;
    private final QueryPlan plan;
    private final ReadSlot slot;
    private final StopSignal stop;
    private final BatchFrame frame;
    private final int[] offsets = new int[Frames.MAX_BINDINGS + 1];
    /** Rows of several bindings, and those of the one that is confirmed. */
    private final int[] gathered = new int[GROUP];

    private int gatheredCount;
    private final int[] rows = new int[GROUP];
    /** Never read: it is written so that touching rows is not optimised away. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    private @Nullable BoundPart bound;
    /** By field of the part bound; of those that the plan asks of. */
    private @Nullable RowFilter[] filters = {};

    private long rowsExamined;

    Fetch(SlaveSession session, QueryPlan plan) {
        slave = session.slave();
        this.plan = plan;
        slot = slave.stamps().newSlot();
        stop = new StopSignal(session, slave.clock());
        frame = new BatchFrame(slave.ledger());
    }

    /** Answers the request. What is thrown was not foreseen, and then this must be closed and not used again. */
    void answer(FrameHeaderDecoder header, FetchRequestDecoder request, DirectBuffer buffer, Replies replies) {
        final boolean isWhole = !plan.isOrdered() && plan.limit() == QueryPlan.UNLIMITED && plan.offset() == 0;
        if (plan.isCount() || plan.isGrouped() || !isWhole) {
            replies.error(
                    ReplyCode.BAD_REQUEST,
                    "rows are fetched for queries without count, groups, order, limit and offset");
            return;
        }
        final long startNs =
                replies.hasOneClock() ? request.sentNs() : slave.clock().nanoTime();
        stop.watch(header.queryId(), startNs + request.remainingDeadlineNs());
        rowsExamined = 0;
        final int count = locate(request, buffer);
        slot.enter();
        try {
            final TablePart part = slave.part(plan.tableName(), header.generationDigest());
            if (part == null) {
                replies.error(ReplyCode.OTHER_GENERATION, "no such part of " + plan.tableName());
                return;
            }
            final BoundPart here = bind(part);
            here.rewind();
            here.path.openNothing(); // No key was asked.
            frame.begin(here.projection(), count, 0, replies);
            read(here, buffer, count, request.confirms() != 0);
            replies.batch(frame, here, 0, rowsExamined, slave.clock().nanoTime() - startNs);
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

    private int locate(FetchRequestDecoder request, DirectBuffer buffer) {
        final int count = request.bindingCount();
        int at = request.offset() - Frames.HEADER_BYTES + Frames.BINDINGS_OFFSET;
        for (int i = 0; i < count; i++) {
            offsets[i] = at;
            at += Integer.BYTES + buffer.getInt(at, LITTLE_ENDIAN);
        }
        offsets[count] = at;
        return count;
    }

    /** The plan made ready for the part, which stays while the slot is announced. */
    private BoundPart bind(TablePart part) {
        BoundPart here = bound;
        if (here == null || here.part != part) {
            bound = null;
            here = new BoundPart(plan, part, slave, stop);
            filters = new RowFilter[here.slab.schema().fieldCount()];
            for (final int field : here.conditions.askedFields()) {
                filters[field] = new RowFilter(here.slab.layout(), field);
            }
            bound = here;
        }
        return here;
    }

    private void read(BoundPart here, DirectBuffer buffer, int count, boolean isConfirmed) {
        int first = 0;
        while (first < count && !stop.poll()) {
            final int end = gather(here, buffer, first, count);
            final boolean isRead = end == first
                    ? readMany(here, buffer, first, isConfirmed)
                    : readGathered(here, buffer, first, end, isConfirmed);
            if (!isRead) {
                return;
            }
            first = Math.max(end, first + 1);
        }
    }

    /** Notes the rows of as many bindings as there is room for; answers the one behind them. */
    private int gather(BoundPart here, DirectBuffer buffer, int first, int count) {
        gatheredCount = 0;
        int binding = first;
        while (binding < count && gatheredCount + rowCount(buffer, binding) <= GROUP) {
            take(here, buffer, numbers(binding), rowCount(buffer, binding), gathered, gatheredCount);
            gatheredCount += rowCount(buffer, binding);
            binding++;
        }
        return binding;
    }

    /** Writes what was gathered, all at once so that the rows are fetched at once; false if not all of it fits. */
    private boolean readGathered(BoundPart here, DirectBuffer buffer, int first, int end, boolean isConfirmed) {
        if (isConfirmed && gatheredCount > 1) {
            touched += here.slab.touch(gathered, 0, gatheredCount);
        }
        rowsExamined += gatheredCount;
        final int before = here.projection().rowCount();
        int from = 0;
        int kept = 0;
        for (int binding = first; binding < end; binding++) {
            final int count = rowCount(buffer, binding);
            int left = count;
            if (isConfirmed) {
                bind(here, buffer, binding);
                System.arraycopy(gathered, from, rows, 0, count);
                left = confirm(here, count);
                System.arraycopy(rows, 0, gathered, kept, left);
            }
            from += count;
            kept += left;
            frame.endBinding(before + kept);
        }
        return frame.add(here.projection(), here.slab, gathered, 0, kept);
    }

    /** Reads a binding of more rows than are gathered; false if not all of them are written. */
    private boolean readMany(BoundPart here, DirectBuffer buffer, int binding, boolean isConfirmed) {
        if (isConfirmed) {
            bind(here, buffer, binding);
        }
        final int rowCount = rowCount(buffer, binding);
        for (int first = 0; first < rowCount; first += GROUP) {
            if (first > 0 && stop.poll()) {
                return false;
            }
            final int count = Math.min(GROUP, rowCount - first);
            take(here, buffer, numbers(binding) + first * Integer.BYTES, count, rows, 0);
            rowsExamined += count;
            final int kept = isConfirmed ? confirm(here, count) : count;
            if (!frame.add(here.projection(), here.slab, rows, 0, kept)) {
                return false;
            }
        }
        frame.endBinding(here.projection().rowCount());
        return true;
    }

    private int rowCount(DirectBuffer buffer, int binding) {
        return buffer.getInt(offsets[binding] + Integer.BYTES, LITTLE_ENDIAN);
    }

    /** Where the row numbers of a binding begin. */
    private int numbers(int binding) {
        return offsets[binding] + 2 * Integer.BYTES;
    }

    private static void take(BoundPart here, DirectBuffer buffer, int at, int count, int[] into, int to) {
        for (int i = 0; i < count; i++) {
            final int row = buffer.getInt(at + i * Integer.BYTES, LITTLE_ENDIAN);
            requireRow(here.part, row);
            into[to + i] = row;
        }
    }

    private void bind(BoundPart here, DirectBuffer buffer, int binding) {
        final int parameters = numbers(binding) + rowCount(buffer, binding) * Integer.BYTES;
        here.conditions.bind(buffer, parameters, offsets[binding + 1] - parameters);
    }

    private int confirm(BoundPart here, int count) {
        int kept = here.conditions.isNothing() ? 0 : count;
        final int[] asked = here.conditions.askedFields();
        for (int i = 0; i < asked.length && kept > 0; i++) {
            final SegmentMonitor monitor =
                    Objects.requireNonNull(here.conditions.monitors()[asked[i]]);
            if (!monitor.isWild()) {
                kept = Objects.requireNonNull(filters[asked[i]]).confirm(here.slab, monitor, rows, kept);
            }
        }
        return here.conditions.confirmRest(here.slab, rows, kept);
    }

    /** Numbers come from outside, and not each between the segments' first and last is a row. */
    private static void requireRow(TablePart part, int row) {
        for (int i = 0; i < part.segmentCount(); i++) {
            final int place = row - part.firstRow(i);
            if (row >= 0 && 0 <= place && place < part.segment(i).slab().rowCount()) {
                return;
            }
        }
        throw new BadValueException("row " + row + " is none of this part of "
                + part.slab().schema().name());
    }

    @Override
    public void close() {
        slot.leave();
        slave.stamps().remove(List.of(slot));
        frame.close();
    }
}
