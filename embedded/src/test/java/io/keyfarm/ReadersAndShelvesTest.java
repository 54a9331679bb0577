package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.FailureCode;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.QueryException;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys and tables come and go while many threads read. */
final class ReadersAndShelvesTest {
    private static final int ROWS = 20_000;

    @Test
    @Tag("slow")
    void shouldAnswerRightWhileKeysComeAndGoAndFreeEveryByteInTheEnd() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(2))) {
            final Table numbers = farm.load(new Numbers("numbers", ROWS, 1));
            final long rowsBytes = farm.memoryBytes();
            final AtomicBoolean done = new AtomicBoolean();
            final ExecutorService readers = Executors.newFixedThreadPool(8);
            final List<Future<Long>> reads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                final int seed = i;
                reads.add(readers.submit(() -> readUntil(done, farm, numbers, seed)));
            }
            for (int swap = 0; swap < 100; swap++) {
                farm.keys("numbers", "bucket.id");
                farm.keys("numbers", "id");
                farm.bitmapKeys("numbers", "bucket");
                farm.keys("numbers", "bucket.id");
                farm.dropKey("numbers", "bucket.id");
                farm.bitmapKeys("numbers", "stamp", "bucket");
                farm.dropKey("numbers", "id");
                farm.columnCopies("numbers", "bucket");
                farm.dropBitmapKey("numbers", "bucket");
                farm.dropBitmapKey("numbers", "stamp");
                farm.columnCopies("numbers", "bucket", "name");
                farm.dropColumnCopy("numbers", "name");
                farm.dropColumnCopy("numbers", "bucket");
            }
            done.set(true);
            long answers = 0;
            for (final Future<Long> read : reads) {
                answers += read.get(60, TimeUnit.SECONDS);
            }
            readers.shutdown();
            assertTrue(answers > 1_000, answers + " answers");
            farm.doWork();
            assertEquals(rowsBytes, farm.memoryBytes());
        }
    }

    private static long readUntil(AtomicBoolean done, Keyfarm farm, Table numbers, int seed) {
        long answers = 0;
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(
                        from(numbers).where(numbers.field("bucket").is(param("bucket"))))) {
            for (int i = seed; !done.get(); i++) {
                final int bucket = i % Numbers.GROUPS;
                final Rows rows = query.set("bucket", bucket).run();
                int count = 0;
                while (rows.next()) {
                    final int id = (int) rows.getLong(0);
                    assertEquals(bucket, Numbers.bucket(id));
                    assertEquals(bucket, rows.getLong(1));
                    assertEquals(Numbers.name(id), rows.getString(3));
                    count++;
                }
                assertEquals(idsOf(bucket), count);
                answers++;
            }
        }
        return answers;
    }

    private static int idsOf(int bucket) {
        int count = 0;
        for (int id = 0; id < ROWS; id++) {
            count += Numbers.bucket(id) == bucket ? 1 : 0;
        }
        return count;
    }

    @Test
    @Tag("slow")
    void shouldNeverMixTheRowsOfTwoLoadsOfATable() throws Exception {
        try (Keyfarm farm = Keyfarm.embedded(
                EmbeddedSettings.defaults().growth(GrowthSettings.off()).slaves(3))) {
            final Table numbers = farm.load(new Numbers("numbers", ROWS, 0));
            final AtomicBoolean done = new AtomicBoolean();
            final ExecutorService readers = Executors.newFixedThreadPool(4);
            final List<Future<Long>> reads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                reads.add(readers.submit(() -> readStamps(done, farm, numbers)));
            }
            for (int stamp = 1; stamp <= 40; stamp++) {
                farm.load(new Numbers("numbers", ROWS, stamp));
                if (stamp % 3 == 0) {
                    farm.keys("numbers", "bucket");
                } else if (stamp % 3 == 1) {
                    farm.bitmapKeys("numbers", "bucket");
                } else {
                    farm.columnCopies("numbers", "bucket");
                }
            }
            done.set(true);
            for (final Future<Long> read : reads) {
                assertTrue(read.get(60, TimeUnit.SECONDS) > 0);
            }
            readers.shutdown();
            farm.drop("numbers");
            farm.doWork();
            assertEquals(0, farm.memoryBytes());
        }
    }

    private static long readStamps(AtomicBoolean done, Keyfarm farm, Table numbers) {
        long answers = 0;
        try (Session session = farm.session();
                PreparedQuery query = session.prepare(
                        from(numbers).where(numbers.field("bucket").lessThan(50)))) {
            while (!done.get()) {
                final Rows rows = query.run();
                long stamp = -1;
                int count = 0;
                while (rows.next()) {
                    assertEquals(stamp < 0 ? rows.getLong(2) : stamp, rows.getLong(2));
                    stamp = rows.getLong(2);
                    count++;
                }
                assertTrue(count > 0);
                answers++;
            }
        }
        return answers;
    }

    @Test
    void shouldCloseALeakedCursorAtItsDeadlineAndFreeWhatItHeld() throws Exception {
        final CachedNanoClock clock = new CachedNanoClock();
        final EmbeddedSettings settings = EmbeddedSettings.defaults()
                .growth(GrowthSettings.off())
                .maxFrameBytes(1024)
                .timeout(Duration.ofSeconds(10));
        try (Keyfarm farm = Keyfarm.embedded(settings, clock, CostModel.typical());
                Session session = farm.session()) {
            final Table numbers = farm.load(new Numbers("numbers", ROWS, 1));
            final Rows leaked = session.prepare(from(numbers)).run();
            assertTrue(leaked.next());
            farm.drop("numbers");
            farm.doWork();
            final long held = farm.memoryBytes();
            assertTrue(held > ROWS * 20L, "an open cursor keeps its rows: " + held);

            clock.advance(Duration.ofSeconds(9).toNanos());
            farm.doWork();
            assertEquals(held, farm.memoryBytes());
            assertEquals(0, farm.expiredReadCount());

            clock.advance(Duration.ofSeconds(2).toNanos());
            farm.doWork();
            assertEquals(1, farm.expiredReadCount());
            assertTrue(farm.memoryBytes() < 64 << 10, farm.memoryBytes() + " bytes are left");

            final QueryException late = assertThrows(QueryException.class, leaked::drain);
            assertEquals(FailureCode.DEADLINE_PASSED, late.code());
        }
    }
}
