package io.keyfarm.load;

import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import io.trino.tpch.Distributions;
import io.trino.tpch.TextPool;
import java.util.List;

/**
 * The tables of the TPC-H benchmark at any scale, made row by row as they are loaded.
 *
 * <pre>
 *   rows at scale 1     region 5       nation 25         supplier 10,000   customer 150,000
 *                       part 200,000   partsupp 800,000  orders 1,500,000  lineitem 6,001,215
 * </pre>
 *
 * Region and nation are the same at every scale; the others grow with it, lineitem about so. Columns have the names and
 * types of the TPC-H specification (order keys are int64, all other keys int32), and the values are dbgen's, except for
 * comments: dbgen cuts them out of 300 MB of made-up text, which take seconds to make and stay on the heap, so that they
 * are cut out of 8 MiB of the same text here unless {@link #exactComments} asks for dbgen's own.
 */
public final class Tpch implements RowSource {
    static final double MAX_SCALE = 10_000;
    private static final int POOL_BYTES = 8 << 20;

    private final TpchDefinition<?> definition;
    private final double scale;
    private final boolean exactComments;

    private Tpch(TpchDefinition<?> definition, double scale, boolean exactComments) {
        this.definition = definition;
        this.scale = scale;
        this.exactComments = exactComments;
    }

    /** @param scale above 0, up to 10,000; 1 makes about a gigabyte of all tables together */
    public static Tpch table(String name, double scale) {
        // Also refuses what is no number.
        if (!(scale > 0 && scale <= MAX_SCALE)) {
            throw new IllegalArgumentException("a TPC-H scale is above 0 and at most 10,000, not " + scale);
        }
        return new Tpch(TpchDefinition.called(name), scale, false);
    }

    /** All eight tables. */
    public static List<Tpch> tables(double scale) {
        return tableNames().stream().map(name -> table(name, scale)).toList();
    }

    public static List<String> tableNames() {
        return TpchDefinition.ALL.stream()
                .map(definition -> definition.schema().name())
                .toList();
    }

    /** With dbgen's own comments, at the price of 300 MB of heap that are never given back. */
    public Tpch exactComments() {
        return new Tpch(definition, scale, true);
    }

    /** Exact, except for lineitem: an order has 1 to 7 of them. */
    public long rowCount() {
        return definition.rowCount(scale);
    }

    @Override
    public TableSchema schema() {
        return definition.schema();
    }

    /** By the rows' width and their texts' average length. */
    @Override
    public long estimatedBytes() {
        return rowCount() * rowBytes();
    }

    private long rowBytes() {
        return new RecordLayout(definition.schema()).rowBytes() + definition.textBytesPerRow();
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        final String what = "tpch " + schema().name();
        progress.onBegin(what);
        final long rowCount = load(definition, sink, progress);
        final long bytes = rowCount * rowBytes();
        progress.onRows(rowCount, bytes, bytes);
        progress.onEnd(LoadReport.clean(what, rowCount, bytes));
        return rowCount;
    }

    private <E> long load(TpchDefinition<E> table, RowSink sink, LoadProgress progress) {
        final TextPool text = exactComments ? TextPool.getDefaultTextPool() : SmallPool.TEXT;
        final long rowBytes = rowBytes();
        final long totalBytes = estimatedBytes();
        long rowCount = 0;
        for (final E entity : table.generate(scale, text)) {
            sink.beginRow();
            table.write(entity, sink);
            sink.endRow();
            rowCount++;
            if (rowCount % LoadProgress.INTERVAL_ROWS == 0) {
                progress.onRows(rowCount, Math.min(rowCount * rowBytes, totalBytes), totalBytes);
            }
        }
        return rowCount;
    }

    /** Made when first wanted. */
    private static final class SmallPool {
        static final TextPool TEXT = new TextPool(POOL_BYTES, Distributions.getDefaultDistributions());
    }

    @Override
    public String toString() {
        return "tpch " + schema().name() + " at scale " + scale;
    }
}
