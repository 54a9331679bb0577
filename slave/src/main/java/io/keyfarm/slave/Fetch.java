package io.keyfarm.slave;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.segmonitor.RowFilter;
import io.keyfarm.segmonitor.SegmentMonitor;
import io.keyfarm.wire.sbe.FetchRequestDecoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
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
final class Fetch extends ManyBindings {
    /** Rows that are fetched at once, and looked at before the clock is. */
    private static final int GROUP = 512;

    /** Rows of several bindings, and those of the one that is confirmed. */
    private final int[] gathered = new int[GROUP];

    private int gatheredCount;
    private final int[] rows = new int[GROUP];
    /** Never read: it is written so that touching rows is not optimised away. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    /** By field of the part bound; of those that the plan asks of. */
    private @Nullable RowFilter[] filters = {};

    private boolean isConfirmed;

    Fetch(SlaveSession session, QueryPlan plan) {
        super(session, plan);
    }

    /** See {@link #answer(FrameHeaderDecoder, long, long, int, int, DirectBuffer, Replies)}. */
    void answer(FrameHeaderDecoder header, FetchRequestDecoder request, DirectBuffer buffer, Replies replies) {
        final boolean isWhole = !plan.isOrdered() && plan.limit() == QueryPlan.UNLIMITED && plan.offset() == 0;
        if (plan.isCount() || plan.isGrouped() || !isWhole) {
            replies.error(
                    ReplyCode.BAD_REQUEST,
                    "rows are fetched for queries without count, groups, order, limit and offset");
            return;
        }
        isConfirmed = request.confirms() != 0;
        answer(
                header,
                request.sentNs(),
                request.remainingDeadlineNs(),
                request.bindingCount(),
                request.offset(),
                buffer,
                replies);
    }

    @Override
    void onBound(BoundPart here) {
        filters = new RowFilter[here.slab.schema().fieldCount()];
        for (final int field : here.conditions.askedFields()) {
            filters[field] = new RowFilter(here.slab.layout(), field);
        }
    }

    @Override
    void read(BoundPart here, DirectBuffer buffer, int count) {
        int first = 0;
        while (first < count && !stop.poll()) {
            final int end = gather(here, buffer, first, count);
            final boolean isRead =
                    end == first ? readMany(here, buffer, first) : readGathered(here, buffer, first, end);
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
    private boolean readGathered(BoundPart here, DirectBuffer buffer, int first, int end) {
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
    private boolean readMany(BoundPart here, DirectBuffer buffer, int binding) {
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
        return buffer.getInt(start(binding), LITTLE_ENDIAN);
    }

    /** Where the row numbers of a binding begin. */
    private int numbers(int binding) {
        return start(binding) + Integer.BYTES;
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
        here.conditions.bind(buffer, parameters, end(binding) - parameters);
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
}
