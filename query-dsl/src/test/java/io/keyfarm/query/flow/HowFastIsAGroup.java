package io.keyfarm.query.flow;

import io.keyfarm.query.plan.AggregateCall;
import io.keyfarm.query.plan.Aggregation;
import io.keyfarm.query.plan.GroupShape;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What a group, a distinct, a sort and a join cost a row, beside the collections of java.util doing the same over the same
 * rows. A main, not a test; {@code HowFastIsAGroup [rows]}.
 */
public final class HowFastIsAGroup {
    private static final int ROUNDS = 5;

    private final Slab slab;
    private final int rows;
    private final int fewAt;
    private final int manyAt;
    private final int priceAt;

    private HowFastIsAGroup(Slab slab) {
        this.slab = slab;
        rows = slab.rowCount();
        fewAt = slab.layout().offset(0);
        manyAt = slab.layout().offset(1);
        priceAt = slab.layout().offset(2);
    }

    public static void main(String[] args) {
        final int rows = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        final TableSchema schema =
                TableSchema.parse("t: few int32, many int32, price decimal(12,2), name varchar, pad char(12)");
        final Random random = new Random(42);
        try (SlabBuilder builder = new SlabBuilder(schema, MemoryLedger.unlimited("bench"))) {
            for (int i = 0; i < rows; i++) {
                builder.beginRow()
                        .putLong(0, random.nextInt(10))
                        .putLong(1, random.nextInt(rows))
                        .putLong(2, random.nextInt(1_000_000))
                        .putText(3, "customer " + random.nextInt(rows))
                        .putText(4, "")
                        .endRow();
            }
            try (Slab slab = builder.build()) {
                System.out.println("ns a row                        activity  java.util   times");
                new HowFastIsAGroup(slab).measure();
            }
        }
    }

    private void measure() {
        compare("count, sum by 10 ints", () -> group(0), () -> javaGroup(fewAt));
        compare("count, sum by many ints", () -> group(1), () -> javaGroup(manyAt));
        compare("distinct many ints", this::distinct, this::javaDistinct);
        compare("sort by int, decimal", () -> sort(1, 2), () -> javaSort(false));
        compare("sort by text", () -> sort(3), () -> javaSort(true));
        compare("join: build and probe", () -> join(true), () -> javaJoin(true));
        compare("join: probe", () -> join(false), () -> javaJoin(false));
    }

    private void compare(String what, LongSupplier ours, LongSupplier theirs) {
        double oursNs = Double.MAX_VALUE;
        double theirsNs = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            oursNs = Math.min(oursNs, ours.getAsLong() / (double) rows);
            theirsNs = Math.min(theirsNs, theirs.getAsLong() / (double) rows);
        }
        System.out.printf(Locale.ROOT, "%-30s %9.1f %10.1f %7.1f%n", what, oursNs, theirsNs, theirsNs / oursNs);
    }

    /** The thread's own time, so that neighbours on the machine count less. */
    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long time(Activity activity) {
        final RowBatch batch = new RowBatch(activity.layout());
        final long start = cpuNs();
        activity.begin();
        long sum = 0;
        int count;
        while ((count = activity.next(batch)) > 0) {
            for (int i = 0; i < count; i++) {
                sum += Memory.getInt(batch.row(i));
            }
        }
        activity.close();
        final long ns = cpuNs() - start;
        return sum == 42 ? ns + 1 : ns;
    }

    private static FlowMemory memory() {
        return new FlowMemory(MemoryLedger.unlimited("bench"), Long.MAX_VALUE);
    }

    private long group(int field) {
        final GroupShape shape = GroupShape.of(
                slab.schema(),
                new int[] {field},
                List.of(AggregateCall.countRows("rows"), new AggregateCall(Aggregation.SUM, 2, "sum")));
        return time(GroupActivity.complete(new Scan(slab), shape, memory(), StopSignal.NEVER));
    }

    private long javaGroup(int at) {
        final long start = cpuNs();
        final Map<Integer, long[]> groups = new HashMap<>();
        for (int i = 0; i < rows; i++) {
            final long row = slab.address(i);
            final long[] group = groups.computeIfAbsent(Memory.getInt(row + at), key -> new long[2]);
            group[0]++;
            group[1] += Memory.getLong(row + priceAt);
        }
        return cpuNs() - start + (groups.isEmpty() ? 1 : 0);
    }

    private long distinct() {
        return time(new DistinctActivity(new Scan(slab), new int[] {1}, memory()));
    }

    private long javaDistinct() {
        final long start = cpuNs();
        final Set<Integer> seen = new HashSet<>();
        long sum = 0;
        for (int i = 0; i < rows; i++) {
            if (seen.add(Memory.getInt(slab.address(i) + manyAt))) {
                sum += Memory.getInt(slab.address(i));
            }
        }
        return cpuNs() - start + (sum == 42 ? 1 : 0);
    }

    private long sort(int... fields) {
        final List<SortField> order = new ArrayList<>();
        for (final int field : fields) {
            order.add(SortField.ascending(field));
        }
        return time(new SortActivity(new Scan(slab), order, memory(), StopSignal.NEVER));
    }

    private record Item(int many, long price, String name, long row) {}

    private long javaSort(boolean byName) {
        final RowView view = slab.newView();
        final long start = cpuNs();
        final List<Item> items = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            final long row = slab.address(i);
            slab.view(i, view);
            items.add(new Item(
                    Memory.getInt(row + manyAt),
                    Memory.getLong(row + priceAt),
                    byName ? String.valueOf(view.getString(3)) : "",
                    row));
        }
        items.sort(
                byName
                        ? Comparator.comparing(Item::name)
                        : Comparator.comparingInt(Item::many).thenComparingLong(Item::price));
        long sum = 0;
        for (final Item item : items) {
            sum += Memory.getInt(item.row());
        }
        return cpuNs() - start + (sum == 42 ? 1 : 0);
    }

    private long join(boolean withBuild) {
        final RecordLayout layout = slab.layout();
        try (HashJoinCore join =
                new HashJoinCore(layout, new int[] {1}, new Scan(slab), new int[] {1}, memory(), StopSignal.NEVER)) {
            final PairBatch pairs = new PairBatch(layout);
            final RowBatch batch = new RowBatch(layout);
            final Scan scan = new Scan(slab);
            long start = cpuNs();
            join.begin();
            join.next(pairs);
            if (!withBuild) {
                start = cpuNs();
            }
            long sum = 0;
            scan.begin();
            while (scan.next(batch) > 0) {
                join.lookup(batch);
                int count;
                while ((count = join.next(pairs)) > 0) {
                    for (int i = 0; i < count; i++) {
                        sum += Memory.getInt(pairs.right(i)) + pairs.leftPlace(i);
                    }
                }
            }
            return cpuNs() - start + (sum == 42 ? 1 : 0);
        }
    }

    private long javaJoin(boolean withBuild) {
        long start = cpuNs();
        final Map<Integer, List<Long>> byKey = new HashMap<>();
        for (int i = 0; i < rows; i++) {
            byKey.computeIfAbsent(Memory.getInt(slab.address(i) + manyAt), key -> new ArrayList<>(1))
                    .add(slab.address(i));
        }
        if (!withBuild) {
            start = cpuNs();
        }
        long sum = 0;
        for (int i = 0; i < rows; i++) {
            for (final long right : byKey.getOrDefault(Memory.getInt(slab.address(i) + manyAt), List.of())) {
                sum += Memory.getInt(right) + i;
            }
        }
        return cpuNs() - start + (sum == 42 ? 1 : 0);
    }

    /** All rows of a slab, where they stand. */
    private static final class Scan implements Activity {
        private final Slab slab;
        private int next;

        Scan(Slab slab) {
            this.slab = slab;
        }

        @Override
        public RecordLayout layout() {
            return slab.layout();
        }

        @Override
        public void begin() {
            next = 0;
        }

        @Override
        public int next(RowBatch batch) {
            batch.begin(slab.heapBases());
            while (next < slab.rowCount() && !batch.isFull()) {
                next += batch.addRun(slab.address(next), slab.contiguousUntil(next) - next);
            }
            return batch.count();
        }

        @Override
        public void close() {}
    }
}
