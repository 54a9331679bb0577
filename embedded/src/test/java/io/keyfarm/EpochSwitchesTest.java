package io.keyfarm;

import static io.keyfarm.query.Param.param;
import static io.keyfarm.query.Query.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.farmer.Coordinator;
import io.keyfarm.farmer.CoordinatorListener;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** A thousand times other keys on all slaves, while threads ask. */
final class EpochSwitchesTest {
    private static final int SWITCHES = 1_000;
    private static final int SLAVES = 2;
    private static final int READERS = 4;
    private static final int ROWS = 3_000;
    private static final List<String> KEYS = List.of(
            "bucket.id",
            "bucket hot",
            "id",
            "id.bucket hot",
            "bucket bitmap",
            "stamp bitmap",
            "id column",
            "bucket column");

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");
    private final List<Slave> slaves = new ArrayList<>();
    private final Farmer farmer =
            new Farmer(FarmerSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger, CostModel.typical());
    private final AtomicLong epochs = new AtomicLong(1);
    private final List<String> troubles = new ArrayList<>();

    @Test
    void shouldAnswerRightThroughAThousandEpochsAndHoldNothingInTheEnd() throws Exception {
        final Table numbers = load();
        final long bytesBefore = ledger.usedBytes();
        final Coordinator coordinator = new Coordinator(
                farmer, new DirectKeyChannels(slaves), epochs::incrementAndGet, new CoordinatorListener() {
                    @Override
                    public void onActive(String table, long epoch, List<KeyCandidate> keys) {}

                    @Override
                    public void onGivenUp(String table, long epoch, String why) {
                        troubles.add(why);
                    }
                });
        final AtomicBoolean done = new AtomicBoolean();
        final ExecutorService readers = Executors.newFixedThreadPool(READERS);
        final List<Future<Long>> reads = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            final int seed = i;
            reads.add(readers.submit(() -> readUntil(done, numbers, seed)));
        }
        final Random random = new Random(1);
        for (int i = 0; i < SWITCHES; i++) {
            switchTo(coordinator, i == SWITCHES - 1 ? List.of() : some(random));
        }
        done.set(true);
        long answers = 0;
        for (final Future<Long> read : reads) {
            answers += read.get(60, TimeUnit.SECONDS);
        }
        readers.shutdown();
        System.out.printf("%,d answers through %,d epochs of keys, 0 wrong%n", answers, SWITCHES);
        assertTrue(answers > SWITCHES, answers + " answers");
        assertEquals(List.of(), troubles);
        slaves.forEach(Slave::doWork);
        assertEquals(bytesBefore, ledger.usedBytes());
        slaves.forEach(Slave::close);
        assertEquals(0, ledger.usedBytes());
    }

    private void switchTo(Coordinator coordinator, List<KeyCandidate> keys) {
        coordinator.propose("numbers", keys);
        while (coordinator.isUnderWay("numbers")) {
            for (final Slave slave : slaves) {
                slave.buildTurn(BuildPace.FULL);
                slave.doWork();
            }
            coordinator.doWork();
        }
        final TableEntry entry = farmer.catalogue().require("numbers");
        assertEquals(epochs.get(), entry.keyEpoch());
        slaves.forEach(slave -> assertEquals(entry.keyEpoch(), slave.keyEpoch("numbers")));
    }

    /** No two of the same fields, sorted. */
    private static List<KeyCandidate> some(Random random) {
        final List<String> names = new ArrayList<>(KEYS);
        Collections.shuffle(names, random);
        return names.subList(0, 1 + random.nextInt(4)).stream()
                .map(KeyCandidate::parse)
                .toList();
    }

    private Table load() throws IOException {
        TableSchema schema = null;
        try (DealtRows rows = new DealtRows(new Numbers("numbers", ROWS, 1).schema(), SLAVES, ledger)) {
            new Numbers("numbers", ROWS, 1).load(rows, LoadProgress.NONE);
            final List<Slab> slabs = rows.build();
            for (int i = 0; i < SLAVES; i++) {
                final Slave slave = new Slave(SlaveSettings.of(i, 1), SystemNanoClock.INSTANCE, ledger);
                slaves.add(slave);
                slave.putPart(slabs.get(i), 1);
                slave.activate("numbers", 1);
            }
            schema = slabs.get(0).schema();
        }
        farmer.catalogue().put(new TableEntry(schema, 1, 1, ROWS, List.of()));
        return Table.of(schema);
    }

    private long readUntil(AtomicBoolean done, Table numbers, int seed) {
        long answers = 0;
        try (Session session = farmer.openSession(new DirectChannels(slaves));
                PreparedQuery query = session.prepare(
                        from(numbers).where(numbers.field("bucket").is(param("bucket"))))) {
            for (int i = seed; !done.get(); i++) {
                final int bucket = i % Numbers.GROUPS;
                final Rows rows = query.set("bucket", bucket).run();
                int count = 0;
                while (rows.next()) {
                    assertEquals(bucket, Numbers.bucket((int) rows.getLong(0)));
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
}
