package io.keyfarm;

import static io.keyfarm.query.Join.inner;
import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.PreparedFlow;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.query.Flow;
import io.keyfarm.query.Table;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows are appended under queries of one and of several steps, while keys come and go. */
@Tag("slow")
final class AppendUnderLoadTest {
    private static final int BUCKETS = 50;
    /** Rows that each bucket has from the beginning. */
    private static final int FIRST = 20;

    private static final int READERS = 6;
    private static final int APPENDS = 120;
    private static final Table EVENTS = Table.of("events: id int32, bucket int32, stamp int32, note varchar");

    /** A row of each bucket for each of these stamps. */
    private record Events(int fromStamp, int toStamp) implements RowSource {
        @Override
        public TableSchema schema() {
            return EVENTS.schema();
        }

        @Override
        public long estimatedBytes() {
            return (long) (toStamp - fromStamp) * BUCKETS * 60;
        }

        @Override
        public long load(RowSink sink, LoadProgress progress) {
            for (int stamp = fromStamp; stamp < toStamp; stamp++) {
                for (int bucket = 0; bucket < BUCKETS; bucket++) {
                    sink.beginRow().putLong(0, stamp * BUCKETS + bucket).putLong(1, bucket);
                    sink.putLong(2, stamp).putText(3, note(stamp, bucket).getBytes(StandardCharsets.UTF_8));
                    sink.endRow();
                }
            }
            return (long) (toStamp - fromStamp) * BUCKETS;
        }
    }

    private static String note(long stamp, long bucket) {
        return "what happened in bucket " + bucket + " at " + stamp;
    }

    /** Each event of a bucket with all others of it: two reads, and lookups in batches. */
    private static Flow pairs() {
        final Table again = EVENTS.as("again");
        return from(EVENTS)
                .where(EVENTS.field("bucket").is(param("bucket")))
                .join(inner(again).on(again.field("bucket").is(EVENTS.field("bucket"))))
                .select(EVENTS.field("stamp").as("one"), again.field("stamp").as("other"));
    }

    private static long readUntil(AtomicBoolean done, AtomicLong answers, Keyfarm farm, int seed) {
        long count = 0;
        long least = FIRST;
        try (Session session = farm.session();
                PreparedQuery bucket = session.prepare(
                        from(EVENTS).where(EVENTS.field("bucket").is(param("bucket"))));
                PreparedQuery all = session.prepare(from(EVENTS).count());
                PreparedFlow flow = session.prepare(pairs())) {
            for (int i = seed; !done.get(); i++) {
                final int wanted = i % BUCKETS;
                least = switch (i % 3) {
                    case 0 -> stampsOf(bucket.set("bucket", wanted).run(), wanted, least);
                    case 1 -> stampsOf(all.run(), least);
                    default -> stampsOfPairs(flow.set("bucket", wanted).run(), least);
                };
                count++;
                answers.incrementAndGet();
            }
        }
        return count;
    }

    /** All stamps there are, each once. */
    private static long stampsOf(Rows rows, int bucket, long least) {
        long count = 0;
        long sum = 0;
        while (rows.next()) {
            assertEquals(bucket, rows.getLong(1));
            assertEquals(note(rows.getLong(2), bucket), rows.getString("note"));
            sum += rows.getLong(2);
            count++;
        }
        assertEquals(count * (count - 1) / 2, sum, "stamps from 0 on");
        assertTrue(count >= least, "went back to before " + least);
        return count;
    }

    private static long stampsOf(Rows counted, long least) {
        assertTrue(counted.next());
        final long count = counted.getLong(0);
        assertEquals(0, count % BUCKETS, "each bucket has as many");
        assertTrue(count / BUCKETS >= least, "went back to before " + least);
        return count / BUCKETS;
    }

    private static long stampsOfPairs(Rows rows, long least) {
        long count = 0;
        long most = 0;
        while (rows.next()) {
            most = Math.max(most, Math.max(rows.getLong(0), rows.getLong(1)));
            count++;
        }
        assertEquals((most + 1) * (most + 1), count, "each with each, of one generation");
        assertTrue(most + 1 >= least, "went back to before " + least);
        return most + 1;
    }

    @Test
    void shouldNeverMixGenerations() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .slaves(2)
                .maxFrameBytes(2048))) {
            farm.load(new Events(0, FIRST));
            farm.keys("events", "bucket.stamp");
            appendUnderLoad(farm);
            farm.drop("events");
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
        }
    }

    private static void appendUnderLoad(Keyfarm farm) throws Exception {
        final AtomicBoolean done = new AtomicBoolean();
        final AtomicLong answers = new AtomicLong();
        final ExecutorService readers = Executors.newFixedThreadPool(READERS);
        final List<Future<Long>> reads = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            final int seed = i * BUCKETS / READERS;
            reads.add(readers.submit(() -> readUntil(done, answers, farm, seed)));
        }
        try {
            for (int i = 0; i < APPENDS; i++) {
                farm.append("events", new Events(FIRST + i, FIRST + i + 1));
                changeKeys(farm, i);
                final long enough = answers.get() + 20;
                while (answers.get() < enough && reads.stream().noneMatch(Future::isDone)) {
                    Thread.onSpinWait();
                }
            }
        } finally {
            done.set(true);
            readers.shutdown();
        }
        long count = 0;
        for (final Future<Long> read : reads) {
            count += read.get(60, TimeUnit.SECONDS);
        }
        System.out.printf("%,d answers while rows were appended %d times%n", count, APPENDS);
    }

    private static void changeKeys(Keyfarm farm, int step) throws IOException {
        switch (step % 7) {
            case 2 -> farm.bitmapKeys("events", "bucket");
            case 3 -> farm.keys("events", "stamp", "bucket");
            case 5 -> farm.dropKey("events", "bucket.stamp");
            case 6 -> {
                farm.keys("events", "bucket.stamp");
                farm.dropKey("events", "bucket");
                farm.dropBitmapKey("events", "bucket");
            }
            default -> {}
        }
    }
}
