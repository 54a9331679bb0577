package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TextSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Copies some fields of a row to places of a row of another layout.
 *
 * <pre>
 *   from   | null bits | a | b | c | d | e |
 *   to     | null bits | x | b | c | e |            b and c are neighbours in both, and copied as one
 * </pre>
 *
 * The null bits of the target are clear when it begins. Immutable.
 */
final class FieldCopier {
    private final int[] runFrom;
    private final int[] runTo;
    private final int[] runBytes;
    private final int[] nullBitsFrom;
    private final int[] nullBitsTo;
    private final int[] slotsFrom;
    private final int[] slotsTo;

    private record Run(int from, int to, int bytes) {}

    /** The fields go to those from {@code firstTarget} on. */
    FieldCopier(RecordLayout from, int[] fields, RecordLayout to, int firstTarget) {
        this(
                from,
                fields,
                to,
                IntStream.range(firstTarget, firstTarget + fields.length).toArray());
    }

    /** The field {@code fields[i]} goes to the field {@code targets[i]}, which has its type. */
    FieldCopier(RecordLayout from, int[] fields, RecordLayout layout, int[] targets) {
        final List<Run> runs = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            add(
                    runs,
                    new Run(
                            from.offset(fields[i]),
                            layout.offset(targets[i]),
                            from.schema().field(fields[i]).type().widthBytes()));
        }
        runFrom = runs.stream().mapToInt(Run::from).toArray();
        runTo = runs.stream().mapToInt(Run::to).toArray();
        runBytes = runs.stream().mapToInt(Run::bytes).toArray();
        final int[] nullable = IntStream.range(0, fields.length)
                .filter(i -> from.nullBit(fields[i]) >= 0)
                .toArray();
        nullBitsFrom = Arrays.stream(nullable).map(i -> from.nullBit(fields[i])).toArray();
        nullBitsTo =
                Arrays.stream(nullable).map(i -> layout.nullBit(targets[i])).toArray();
        final int[] variable = IntStream.range(0, fields.length)
                .filter(i -> from.kind(fields[i]).isVariable())
                .toArray();
        slotsFrom = Arrays.stream(variable).map(i -> from.offset(fields[i])).toArray();
        slotsTo = Arrays.stream(variable).map(i -> layout.offset(targets[i])).toArray();
    }

    private static void add(List<Run> runs, Run next) {
        final Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        if (last != null && last.from + last.bytes == next.from && last.to + last.bytes == next.to) {
            runs.set(runs.size() - 1, new Run(last.from, last.to, last.bytes + next.bytes));
        } else {
            runs.add(next);
        }
    }

    void copy(long row, long[] heapBases, long target, RowStore store) {
        for (int i = 0; i < runFrom.length; i++) {
            Memory.copy(row + runFrom[i], target + runTo[i], runBytes[i]);
        }
        for (int i = 0; i < nullBitsFrom.length; i++) {
            if (RecordLayout.isNullBitSet(row, nullBitsFrom[i])) {
                final long at = target + (nullBitsTo[i] >>> 3);
                Memory.putByte(at, (byte) (Memory.getByte(at) | 1 << (nullBitsTo[i] & 7)));
            }
        }
        for (int i = 0; i < slotsFrom.length; i++) {
            final int length = TextSlot.length(row + slotsFrom[i]);
            if (length > TextSlot.INLINE_BYTES) {
                store.putText(target + slotsTo[i], TextSlot.address(row + slotsFrom[i], heapBases), length);
            }
        }
    }
}
