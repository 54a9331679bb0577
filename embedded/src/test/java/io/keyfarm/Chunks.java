package io.keyfarm;

import io.keyfarm.load.JavaObjects;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** Rows that come to a table at once, or the last ones in small chunks, so that they stand in several segments. */
final class Chunks {
    private Chunks() {}

    static void load(Keyfarm farm, TableSchema schema, List<? extends List<?>> rows, Random random) throws IOException {
        final int appended = random.nextInt(3) == 0 ? 0 : rows.size() / (9 + random.nextInt(3));
        int from = rows.size() - appended;
        farm.load(JavaObjects.ofLists(schema, rows.subList(0, from)));
        while (from < rows.size()) {
            final int to = Math.min(rows.size(), from + 1 + random.nextInt(Math.max(1, appended / 2)));
            farm.append(schema.name(), JavaObjects.ofLists(schema, rows.subList(from, to)));
            from = to;
        }
    }
}
