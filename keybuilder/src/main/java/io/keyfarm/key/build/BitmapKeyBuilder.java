package io.keyfarm.key.build;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.BitmapValues;
import io.keyfarm.key.BitmapWindow;
import io.keyfarm.key.BuildTurns;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Builds bitmap keys, all their memory counted in one ledger: while it builds, 2 bytes a row beyond what the key keeps.
 *
 * <pre>
 *   one pass over the rows     FL GA FL null FL   ─►  numbers as they come  0 1 0 – 0     off heap, 2 bytes a row
 *   the values sorted          FL < GA < null     ─►  their ids             0 1   2
 *   window by window           counts, then containers
 * </pre>
 */
public final class BitmapKeyBuilder {
    private static final char NULL = Character.MAX_VALUE;

    private final MemoryLedger ledger;
    private final BuildPace pace;

    public BitmapKeyBuilder(MemoryLedger ledger) {
        this(ledger, BuildPace.FULL);
    }

    public BitmapKeyBuilder(MemoryLedger ledger, BuildPace pace) {
        this.ledger = ledger;
        this.pace = pace;
    }

    /**
     * A bitmap key over the slab, the caller's to close.
     *
     * @param spec of one field
     * @throws BadValueException if the table lacks the field, or it has more than {@link BitmapKey#MAX_VALUES} values
     * @throws io.keyfarm.rows.MemoryLimitException if there is no room for it; then nothing is held
     */
    public BitmapKey build(Slab slab, KeySpec spec) {
        if (spec.fields().size() != 1) {
            throw new BadValueException("a bitmap key has 1 field, but " + spec + " has "
                    + spec.fields().size() + "; the bitmaps of several are combined as a query asks");
        }
        final int field = spec.indexes(slab.schema())[0];
        final String what = "bitmap key of " + spec;
        try (MemoryBlock numbers =
                MemoryBlock.allocate(ledger, what + " while it is built", (long) Character.BYTES * slab.rowCount())) {
            final BuildTurns turns = new BuildTurns(pace::onRows);
            return new Column(slab, field, numbers.address(), turns).build(ledger, what, spec);
        }
    }

    /** One field of a slab while its key is built. */
    private static final class Column {
        private final BuildTurns turns;
        private final Slab slab;
        private final int tableField;
        private final FieldKind kind;
        private final int offset;
        private final int nullBit;
        private final int charBytes;
        private final boolean hasNull;
        /** By row: the value's number. */
        private final long numbers;

        private final DistinctValues distinct = new DistinctValues();
        /** By the value's number: the first row that holds it, and how many do. */
        private int[] firstRows = new int[1 << 9];

        private int[] counts = new int[1 << 9];
        private int firstNullRow = -1;
        private int nullCount;

        Column(Slab slab, int tableField, long numbers, BuildTurns turns) {
            this.turns = turns;
            this.slab = slab;
            this.tableField = tableField;
            this.numbers = numbers;
            kind = slab.schema().field(tableField).type().kind();
            offset = slab.layout().offset(tableField);
            hasNull = slab.statistics(tableField).nullCount() > 0;
            nullBit = hasNull ? slab.layout().nullBit(tableField) : -1;
            charBytes = kind == FieldKind.CHAR
                    ? slab.schema().field(tableField).type().length()
                    : 0;
        }

        BitmapKey build(MemoryLedger ledger, String what, KeySpec spec) {
            number();
            final int[] order = order();
            final int entryCount = distinct.count();
            final int valueCount = entryCount + (hasNull ? 1 : 0);
            final int[] rows = new int[valueCount];
            final int[] sortedCounts = new int[valueCount];
            final char[] ids = new char[Character.MAX_VALUE + 1];
            for (int id = 0; id < valueCount; id++) {
                final boolean isNull = id == entryCount;
                ids[isNull ? NULL : order[id]] = (char) id;
                rows[id] = isNull ? firstNullRow : firstRows[order[id]];
                sortedCounts[id] = isNull ? nullCount : counts[order[id]];
            }
            final MemoryBlock[] windows = new MemoryBlock[BitmapWindow.count(slab.rowCount())];
            @Nullable MemoryBlock values = null;
            boolean isKept = false;
            try {
                values = MemoryBlock.allocate(ledger, what, BitmapValues.bytes(valueCount, hasNull));
                writeValues(values.address(), rows, sortedCounts, entryCount);
                writeWindows(windows, ids, valueCount, ledger, what);
                isKept = true;
                return new BitmapKey(
                        slab,
                        spec,
                        new BitmapValues(slab, tableField, valueCount, hasNull, values),
                        windows,
                        BitmapSummary.of(slab, spec, rows, sortedCounts));
            } finally {
                if (!isKept) {
                    close(values, windows);
                }
            }
        }

        private static void close(@Nullable MemoryBlock values, MemoryBlock[] windows) {
            if (values != null) {
                values.close();
            }
            for (final MemoryBlock window : windows) {
                if (window != null) {
                    window.close();
                }
            }
        }

        private void number() {
            final int most = BitmapKey.MAX_VALUES - (hasNull ? 1 : 0);
            final long[] heapBases = slab.heapBases();
            for (int row = 0; row < slab.rowCount(); row++) {
                turns.onRows(1);
                final long address = slab.address(row);
                if (hasNull && RecordLayout.isNullBitSet(address, nullBit)) {
                    firstNullRow = nullCount++ == 0 ? row : firstNullRow;
                    Memory.putShort(numbers + (long) Character.BYTES * row, (short) NULL);
                    continue;
                }
                final int known = distinct.count();
                final int number = number(address + offset, heapBases);
                if (number == known) {
                    onFirst(number, row, most);
                }
                counts[number]++;
                Memory.putShort(numbers + (long) Character.BYTES * row, (short) number);
            }
        }

        private int number(long value, long[] heapBases) {
            if (!kind.isText()) {
                return distinct.numberOf(Sortable.read(kind, value));
            }
            return charBytes > 0
                    ? distinct.numberOfText(value, charBytes)
                    : distinct.numberOfText(TextSlot.address(value, heapBases), TextSlot.length(value));
        }

        private void onFirst(int number, int row, int most) {
            if (number == most) {
                throw new BadValueException(
                        "a bitmap key takes at most %,d distinct values, but %s of %s has %,d in the first %,d of its %,d rows; a sorted key takes any number"
                                .formatted(
                                        BitmapKey.MAX_VALUES,
                                        slab.schema().field(tableField).name(),
                                        slab.schema().name(),
                                        number + 1 + (hasNull ? 1 : 0),
                                        row + 1,
                                        slab.rowCount()));
            }
            if (number == counts.length) {
                counts = Arrays.copyOf(counts, number * 2);
                firstRows = Arrays.copyOf(firstRows, number * 2);
            }
            firstRows[number] = row;
        }

        /** The numbers of the values in the values' order. */
        private int[] order() {
            final Integer[] order = new Integer[distinct.count()];
            Arrays.setAll(order, i -> i);
            final Comparator<Integer> byValue = (left, right) -> {
                turns.onRows(1);
                return kind.isText()
                        ? Memory.compare(
                                distinct.entry(left),
                                distinct.length(left),
                                distinct.entry(right),
                                distinct.length(right))
                        : Long.compare(distinct.entry(left), distinct.entry(right));
            };
            Arrays.sort(order, byValue);
            return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
        }

        private void writeValues(long block, int[] rows, int[] sortedCounts, int entryCount) {
            for (int id = 0; id < entryCount; id++) {
                final long value = slab.address(rows[id]) + offset;
                Memory.putLong(block + (long) Long.BYTES * id, kind.isText() ? value : Sortable.read(kind, value));
            }
            final long rowsBefore = block + (long) Long.BYTES * entryCount;
            int before = 0;
            for (int id = 0; id < sortedCounts.length; id++) {
                Memory.putInt(rowsBefore + (long) Integer.BYTES * id, before);
                before += sortedCounts[id];
            }
            Memory.putInt(rowsBefore + (long) Integer.BYTES * sortedCounts.length, before);
            assert before == slab.rowCount() : before;
        }

        private void writeWindows(MemoryBlock[] windows, char[] ids, int valueCount, MemoryLedger ledger, String what) {
            final char[] idOfRow = new char[BitmapWindow.ROWS];
            final int[] rowsOfId = new int[valueCount];
            for (int window = 0; window < windows.length; window++) {
                final int first = window << BitmapWindow.SHIFT;
                final int rowCount = Math.min(BitmapWindow.ROWS, slab.rowCount() - first);
                Arrays.fill(rowsOfId, 0);
                for (int row = 0; row < rowCount; row++) {
                    final char id = ids[(char) Memory.getShort(numbers + (long) Character.BYTES * (first + row))];
                    idOfRow[row] = id;
                    rowsOfId[id]++;
                }
                int denseCount = 0;
                int listedRows = 0;
                for (final int count : rowsOfId) {
                    denseCount += count > BitmapWindow.MAX_LISTED_ROWS ? 1 : 0;
                    listedRows += count > BitmapWindow.MAX_LISTED_ROWS ? 0 : count;
                }
                turns.onRows(rowCount);
                windows[window] =
                        MemoryBlock.allocate(ledger, what, BitmapWindow.bytes(valueCount, denseCount, listedRows));
                BitmapWindow.write(windows[window].address(), idOfRow, rowCount, rowsOfId, valueCount);
                turns.onRows(rowCount);
            }
        }
    }
}
