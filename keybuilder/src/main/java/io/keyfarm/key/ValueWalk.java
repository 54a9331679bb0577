package io.keyfarm.key;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;
import io.keyfarm.segmonitor.SegmentMonitor;
import org.jspecify.annotations.Nullable;

/**
 * The same walk as {@link CodeWalk}, by the values of rows: for fields that the packed code does not hold wholly, such as
 * long text. Each row is asked for its first field that is not admissible, and where the next tuple can be.
 */
final class ValueWalk {
    private final KeyCode coder;
    private final FieldCode[] fields;
    private final @Nullable SegmentMonitor[] monitors;
    private final long[] heapBases;
    private final Sought sought;
    private int last;
    private boolean isExhausted;

    ValueWalk(KeyCode coder) {
        this.coder = coder;
        fields = new FieldCode[coder.fieldCount()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = coder.field(i);
        }
        monitors = new SegmentMonitor[fields.length];
        heapBases = coder.slab().heapBases();
        sought = new Sought(coder);
    }

    /** Begins anew; then {@link #sought} is the lowest tuple that can match. */
    void open(@Nullable SegmentMonitor[] monitorsByTableField, int lastField) {
        last = lastField;
        for (int i = 0; i <= last; i++) {
            final SegmentMonitor monitor = monitorsByTableField[fields[i].tableField];
            monitors[i] = monitor == null || monitor.isWild() ? null : monitor;
        }
        isExhausted = false;
        sought.begin();
        putLowest(0);
    }

    Sought sought() {
        return sought;
    }

    /** Whether no tuple behind the last row asked about can match. */
    boolean isExhausted() {
        return isExhausted;
    }

    /** Whether the row matches; if not, {@link #sought} is at or before the next tuple that can, unless exhausted. */
    boolean admits(long row) {
        for (int i = 0; i <= last; i++) {
            final SegmentMonitor monitor = monitors[i];
            if (monitor == null) {
                continue;
            }
            if (isNull(i, row)) {
                if (monitor.admitsNull()) {
                    continue;
                }
                return backUp(row, i);
            }
            final int range = rangeAtOrAfter(i, monitor, row);
            if (range == monitor.rangeCount()) {
                if (!monitor.admitsNull()) {
                    return backUp(row, i);
                }
                beginWith(row, i);
                return put(i, putNull(i));
            }
            if (isBefore(i, monitor, row, range)) {
                beginWith(row, i);
                return put(i, putLow(i, monitor, range));
            }
        }
        return true;
    }

    /** Makes {@link #sought} the end of the run of rows that match as this one does, or a place within the run. */
    void seekBehindRun(long row) {
        final SegmentMonitor monitor = monitors[last];
        assert monitor != null;
        beginWith(row, last);
        if (isNull(last, row)) {
            if (last < coder.codedFields()) {
                sought.stepOver();
            }
            return;
        }
        putBehind(last, monitor, rangeAtOrAfter(last, monitor, row));
    }

    /** Makes {@link #sought} a bound above all that match: behind the longest prefix of points and one range. */
    Sought behindHull() {
        sought.begin();
        for (int i = 0; i <= last; i++) {
            final SegmentMonitor monitor = monitors[i];
            if (monitor == null || monitor.admitsNull() || i >= coder.codedFields()) {
                sought.stepOver();
                break;
            }
            if (i == last || !monitor.isPoint()) {
                putBehind(i, monitor, monitor.rangeCount() - 1);
                if (fields[i].isCapped) {
                    sought.stepOver();
                }
                break;
            }
            if (!putLow(i, monitor, 0)) {
                // Rounded, or cut: no row may lie there, or more than we can tell.
                sought.stepOver();
                break;
            }
        }
        return sought;
    }

    /** Puts what is behind a range of values, in a field behind fields that were put exactly. */
    private void putBehind(int field, SegmentMonitor monitor, int range) {
        final FieldCode code = fields[field];
        if (field >= coder.codedFields()) {
            return;
        }
        if (code.isText()) {
            final int length = monitor.highLength(range);
            if (length < 0) {
                sought.putNull(code);
            } else {
                sought.putText(code, monitor.arena(), monitor.highOffset(range), length);
            }
        } else if (monitor.high(range) == Long.MAX_VALUE) {
            sought.putNull(code);
        } else {
            sought.putSortable(code, monitor.high(range) + 1);
        }
    }

    /** Field {@code exhausted} admits nothing from the row's value on: looks for the next value of a field before it. */
    private boolean backUp(long row, int exhausted) {
        if (exhausted > coder.codedFields()) {
            // Between them lies a field without code: the next row is as far as we can see.
            beginWith(row, exhausted);
            return false;
        }
        for (int i = exhausted - 1; i >= 0; i--) {
            if (isNull(i, row)) {
                continue;
            }
            final SegmentMonitor monitor = monitors[i];
            if (fields[i].isText() ? nextText(row, i, monitor) : nextNumber(row, i, monitor)) {
                return false;
            }
            if (monitor == null || monitor.admitsNull()) {
                beginWith(row, i);
                return put(i, putNull(i));
            }
        }
        isExhausted = true;
        return false;
    }

    private boolean nextNumber(long row, int field, @Nullable SegmentMonitor monitor) {
        final long value = Sortable.read(fields[field].kind, row + fields[field].offset);
        if (value == Long.MAX_VALUE) {
            return false;
        }
        long next = value + 1;
        if (monitor != null) {
            final int range = monitor.rangeAtOrAfter(next, 0);
            if (range == monitor.rangeCount()) {
                return false;
            }
            next = Math.max(next, monitor.low(range));
        }
        beginWith(row, field);
        put(field, sought.putSortable(fields[field], next));
        return true;
    }

    private boolean nextText(long row, int field, @Nullable SegmentMonitor monitor) {
        int range = 0;
        if (monitor != null) {
            range = rangeAtOrAfter(field, monitor, row);
            if (monitor.isPointRange(range)) {
                range++;
                if (range == monitor.rangeCount()) {
                    return false;
                }
                beginWith(row, field);
                put(field, putLow(field, monitor, range));
                return true;
            }
        }
        beginWith(row, field + 1);
        // Rows of other texts may share the bits of a capped one: then the next row is as far as we can see.
        if (!fields[field].isCapped) {
            sought.stepOver();
        }
        return true;
    }

    private void beginWith(long row, int fieldCount) {
        sought.beginWith(row, Math.min(fieldCount, coder.codedFields()));
    }

    /** After field {@code field} was put: the lowest of all behind, if it was put exactly. Always false: no match here. */
    private boolean put(int field, boolean isExact) {
        if (isExact) {
            putLowest(field + 1);
        }
        return false;
    }

    private void putLowest(int from) {
        for (int i = from; i <= Math.min(last, coder.codedFields() - 1); i++) {
            final SegmentMonitor monitor = monitors[i];
            if (monitor == null) {
                sought.putLeast(fields[i]);
            } else if (!(monitor.rangeCount() > 0 ? putLow(i, monitor, 0) : putNull(i))) {
                return;
            }
        }
    }

    private boolean putNull(int field) {
        return field < coder.codedFields() && sought.putNull(fields[field]);
    }

    private boolean putLow(int field, SegmentMonitor monitor, int range) {
        if (field >= coder.codedFields()) {
            return false;
        }
        return fields[field].isText()
                ? sought.putText(fields[field], monitor.arena(), monitor.lowOffset(range), monitor.lowLength(range))
                : sought.putSortable(fields[field], monitor.low(range));
    }

    private boolean isNull(int field, long row) {
        return RecordLayout.isNullBitSet(row, fields[field].nullBit);
    }

    private int rangeAtOrAfter(int field, SegmentMonitor monitor, long row) {
        final FieldCode code = fields[field];
        final long address = row + code.offset;
        if (!code.isText()) {
            return monitor.rangeAtOrAfter(Sortable.read(code.kind, address), 0);
        }
        return code.kind == FieldKind.CHAR
                ? monitor.rangeAtOrAfterText(address, code.type().length(), 0)
                : monitor.rangeAtOrAfterText(TextSlot.address(address, heapBases), TextSlot.length(address), 0);
    }

    private boolean isBefore(int field, SegmentMonitor monitor, long row, int range) {
        final FieldCode code = fields[field];
        final long address = row + code.offset;
        if (!code.isText()) {
            return Sortable.read(code.kind, address) < monitor.low(range);
        }
        final byte[] arena = monitor.arena();
        final int lowOffset = monitor.lowOffset(range);
        final int lowLength = monitor.lowLength(range);
        final boolean isChar = code.kind == FieldKind.CHAR;
        final long text = isChar ? address : TextSlot.address(address, heapBases);
        final int length = isChar ? code.type().length() : TextSlot.length(address);
        return Memory.compare(text, length, arena, lowOffset, lowLength) < 0;
    }
}
