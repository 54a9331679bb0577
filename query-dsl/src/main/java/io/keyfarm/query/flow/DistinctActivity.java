package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.TableSchema;
import java.util.stream.IntStream;

/** Hands on a row when it is the first with its values in some fields, null equal to null. Keeps those fields only. */
public final class DistinctActivity implements Activity {
    private final Activity input;
    private final FieldCopier copier;
    private final RowStore kept;
    private final RowTable table;
    private final RowProbe probe;
    private final int[] found = new int[RowBatch.SIZE];
    private final int[] places = new int[RowBatch.SIZE];

    /** Over all fields. */
    public DistinctActivity(Activity input, FlowMemory memory) {
        this(input, IntStream.range(0, input.layout().schema().fieldCount()).toArray(), memory);
    }

    public DistinctActivity(Activity input, int[] fields, FlowMemory memory) {
        this.input = input;
        final RecordLayout layout = input.layout();
        final RecordLayout keptLayout = new RecordLayout(pick(layout.schema(), fields));
        copier = new FieldCopier(layout, fields, keptLayout, 0);
        kept = new RowStore(keptLayout, memory, "distinct rows");
        table = new RowTable(kept, KeyFields.all(keptLayout), memory, "the table of distinct rows");
        probe = new RowProbe(table, new KeyFields(layout, fields));
    }

    /** The schema of these fields alone. */
    static TableSchema pick(TableSchema schema, int[] fields) {
        return new TableSchema(
                schema.name(), IntStream.of(fields).mapToObj(schema::field).toList());
    }

    @Override
    public RecordLayout layout() {
        return input.layout();
    }

    @Override
    public void begin() {
        free();
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        while (true) {
            final int count = input.next(batch);
            if (count <= 0) {
                return count;
            }
            final int fresh = findFresh(batch);
            if (fresh > 0) {
                batch.keep(places, fresh);
                return fresh;
            }
        }
    }

    private int findFresh(RowBatch batch) {
        probe.find(batch, found);
        int fresh = 0;
        for (int i = 0; i < batch.count(); i++) {
            // An equal row may stand before it in the same batch.
            if (found[i] == RowTable.ABSENT && probe.findAgain(i) == RowTable.ABSENT) {
                final int number = kept.rowCount();
                final long row = kept.append();
                Memory.fill(row, kept.layout().rowBytes(), (byte) 0);
                copier.copy(batch.row(i), batch.heapBases(), row, kept);
                probe.add(i, number);
                places[fresh++] = i;
            }
        }
        return fresh;
    }

    private void free() {
        table.close();
        kept.close();
    }

    @Override
    public void close() {
        free();
        input.close();
    }
}
