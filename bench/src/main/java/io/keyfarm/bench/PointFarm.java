package io.keyfarm.bench;

import static io.keyfarm.query.Param.param;

import io.keyfarm.farmer.Channels;
import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.OpenChannel;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Rows;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.SlaveWay;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.load.LoadProgress;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSession;
import io.keyfarm.slave.SlaveSettings;
import io.keyfarm.wire.link.DirectLink;
import io.keyfarm.wire.link.FrameListener;
import java.io.IOException;
import org.agrona.concurrent.SystemNanoClock;

/** A farmer and one slave that a benchmark can lay its hands on, the vehicles in it by id, and a query for one of them. */
final class PointFarm implements AutoCloseable {
    private static final String TABLE = "vehicles";

    private final MemoryLedger ledger = MemoryLedger.unlimited("the benchmark");
    private final Slave slave = new Slave(SlaveSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger);
    private final Session session;
    private final PreparedQuery point;
    private final Draws draws;
    private final int rowCount;

    private record OneSlave(Slave slave) implements Channels {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public OpenChannel open(int channel, FrameListener listener) {
            final SlaveSession there = slave.openSession();
            return OpenChannel.of(
                    new SlaveWay(DirectLink.pair(listener, there), there::interrupt, there::forget, there::close));
        }

        @Override
        public void await() {
            throw new IllegalStateException("a slave of this process answers at once");
        }
    }

    PointFarm(int rowCount, long seed) throws IOException {
        this.rowCount = rowCount;
        draws = new Draws(seed + 5);
        final Vehicles vehicles = new Vehicles(rowCount, seed);
        try (SlabBuilder rows = new SlabBuilder(vehicles.schema(), ledger)) {
            vehicles.load(rows, LoadProgress.NONE);
            slave.putPart(rows.build(), 1);
        }
        slave.putKey(TABLE, KeySpec.parse("id"), KeyTier.HOT);
        slave.activate(TABLE, 1);
        final Farmer farmer =
                new Farmer(FarmerSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger, CostModel.typical());
        farmer.catalogue().put(new TableEntry(vehicles.schema(), 1, 1, rowCount, slave.summaries(TABLE)));
        session = farmer.openSession(new OneSlave(slave));
        final Table table = Table.of(vehicles.schema());
        point = session.prepare(Query.from(table).where(table.field("id").is(param("id"))));
    }

    Slave slave() {
        return slave;
    }

    Slab slab() {
        return slave.slabs(TABLE).get(0);
    }

    String table() {
        return TABLE;
    }

    /** The id of any row. */
    long anyId() {
        return Vehicles.id(draws.below(rowCount));
    }

    /** @throws WrongAnswerException if that is not the row */
    void find(long id) {
        point.parameters().setLong(0, id);
        final Rows rows = point.run();
        if (!rows.next() || rows.getLong(Vehicles.ID) != id || rows.getLong(Vehicles.PRICE) < 0) {
            throw new WrongAnswerException("id " + id + " was not found");
        }
        rows.drain();
    }

    @Override
    public void close() {
        point.close();
        session.close();
        slave.close();
    }
}
