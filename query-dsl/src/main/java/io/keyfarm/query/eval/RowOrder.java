package io.keyfarm.query.eval;

import io.keyfarm.query.plan.OrderBy;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.Sortable;
import io.keyfarm.rows.TextSlot;

/**
 * The order that a plan asks for, over rows of a slab and over rows that a {@link Projection} wrote. Null comes last
 * ascending and first descending, text goes by its bytes; rows that tie in all fields compare as 0. Immutable.
 */
public final class RowOrder {
    private final RecordLayout layout;
    private final FieldType[] types;
    private final int[] offsets;
    private final int[] nullBits;
    private final boolean[] descending;

    private RowOrder(QueryPlan plan, RecordLayout layout, int[] fields) {
        this.layout = layout;
        final int count = fields.length;
        types = new FieldType[count];
        offsets = new int[count];
        nullBits = new int[count];
        descending = new boolean[count];
        for (int i = 0; i < count; i++) {
            types[i] = layout.schema().field(fields[i]).type();
            offsets[i] = layout.offset(fields[i]);
            nullBits[i] = layout.nullBit(fields[i]);
            descending[i] = plan.order().get(i).descending();
        }
    }

    /**
     * Over rows of the plan's table.
     *
     * @throws io.keyfarm.query.plan.BadPlanException naming the field that the table has not, or has otherwise
     */
    public static RowOrder ofTable(QueryPlan plan, RecordLayout table) {
        final int[] places = BoundConditions.places(plan, table);
        return new RowOrder(
                plan,
                table,
                plan.order().stream().mapToInt(by -> places[by.field()]).toArray());
    }

    /** Over rows as they travel, which have {@link QueryPlan#rowSchema}. */
    public static RowOrder ofRows(QueryPlan plan) {
        final RecordLayout rows = new RecordLayout(plan.rowSchema());
        return new RowOrder(
                plan,
                rows,
                plan.order().stream().mapToInt(by -> rowField(plan, by)).toArray());
    }

    private static int rowField(QueryPlan plan, OrderBy by) {
        return plan.rowSchema().indexOf(plan.fields().get(by.field()).name());
    }

    /** Of the rows that are compared. */
    public RecordLayout layout() {
        return layout;
    }

    public int compare(Slab slab, int leftRow, int rightRow) {
        final long[] heapBases = slab.heapBases();
        return compare(slab.address(leftRow), heapBases, slab.address(rightRow), heapBases);
    }

    /** Rows anywhere, each with where its long text stands. */
    public int compare(long left, long[] leftHeap, long right, long[] rightHeap) {
        for (int i = 0; i < types.length; i++) {
            final int order = compareField(i, left, leftHeap, right, rightHeap);
            if (order != 0) {
                return descending[i] ? -order : order;
            }
        }
        return 0;
    }

    /** Ascending: −1, 0 or 1. */
    private int compareField(int i, long left, long[] leftHeap, long right, long[] rightHeap) {
        final boolean isLeftNull = RecordLayout.isNullBitSet(left, nullBits[i]);
        final boolean isRightNull = RecordLayout.isNullBitSet(right, nullBits[i]);
        if (isLeftNull || isRightNull) {
            return Boolean.compare(isLeftNull, isRightNull);
        }
        final FieldType type = types[i];
        final long leftAt = left + offsets[i];
        final long rightAt = right + offsets[i];
        if (!type.isText()) {
            return Long.compare(Sortable.read(type.kind(), leftAt), Sortable.read(type.kind(), rightAt));
        }
        if (type.kind() == FieldKind.CHAR) {
            return Integer.signum(Memory.compare(leftAt, type.length(), rightAt, type.length()));
        }
        return Integer.signum(Memory.compare(
                TextSlot.address(leftAt, leftHeap),
                TextSlot.length(leftAt),
                TextSlot.address(rightAt, rightHeap),
                TextSlot.length(rightAt)));
    }
}
