package io.keyfarm;

import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.StandardCharsets;

/** A table whose every value follows from the row's number, so that any row can be checked by itself. */
record Numbers(String table, int first, int rowCount, int stamp) implements RowSource {
    static final int GROUPS = 1000;

    Numbers(String table, int rowCount, int stamp) {
        this(table, 0, rowCount, stamp);
    }

    @Override
    public TableSchema schema() {
        return TableSchema.parse(table + ": id int32, bucket int32, stamp int32, name varchar");
    }

    @Override
    public long estimatedBytes() {
        return (long) rowCount * 28;
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        for (int id = first; id < first + rowCount; id++) {
            sink.beginRow()
                    .putLong(0, id)
                    .putLong(1, bucket(id))
                    .putLong(2, stamp)
                    .putText(3, name(id).getBytes(StandardCharsets.UTF_8))
                    .endRow();
        }
        return rowCount;
    }

    static int bucket(int id) {
        return (int) (((id * 2654435761L) >>> 7) % GROUPS);
    }

    static String name(int id) {
        return id % 3 == 0 ? "n" + id : "a name too long for its slot, number " + id;
    }
}
