package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.List;

/** Some fields of each row, in another order perhaps. */
public final class ProjectActivity implements Activity {
    private final Activity input;
    private final RowBatch rows;
    private final RowStore store;
    private final FieldCopier copier;

    /**
     * Owns its input.
     *
     * @param fields of the input, one for each of the layout
     */
    public ProjectActivity(Activity input, List<Integer> fields, RecordLayout layout, FlowMemory memory) {
        this.input = input;
        rows = new RowBatch(input.layout());
        store = new RowStore(layout, memory, "projected rows");
        copier = new FieldCopier(
                input.layout(), fields.stream().mapToInt(Integer::intValue).toArray(), layout, 0);
    }

    @Override
    public RecordLayout layout() {
        return store.layout();
    }

    @Override
    public void begin() {
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        final int count = input.next(rows);
        if (count <= 0) {
            return count;
        }
        store.clear();
        for (int i = 0; i < count; i++) {
            final long row = store.append();
            Memory.fill(row, layout().offset(0), (byte) 0);
            copier.copy(rows.row(i), rows.heapBases(), row, store);
        }
        return store.next(batch);
    }

    @Override
    public void close() {
        input.close();
        store.close();
    }
}
