package io.keyfarm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keyfarm.farmer.Farmer;
import io.keyfarm.farmer.FarmerSettings;
import io.keyfarm.farmer.PreparedQuery;
import io.keyfarm.farmer.Session;
import io.keyfarm.farmer.TableEntry;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.advice.CostModel;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.slave.Slave;
import io.keyfarm.slave.SlaveSettings;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

final class KeyHintsTest {
    private static final TableSchema SCHEMA = TableSchema.parse("people: id int32, zip int32");
    private static final int ROWS = 10_000;
    /** So few that a slave reads them by whatever key it is told. */
    private static final int ROWS_A_ZIP = 10;

    @Test
    void shouldTakeTheKeyThatTheFarmerNamesWhileBothSpeakOfOneEpoch() {
        assertEquals("zip", pathTakenBy(7, 7));
    }

    @Test
    void shouldNotTakeTheKeyThatHasThePlaceOfAnother() {
        assertEquals("id", pathTakenBy(7, 8));
    }

    /** What is taken for the first key in the farmer's list, which is by id, by a slave whose first key is by zip. */
    private static String pathTakenBy(long farmersEpoch, long slavesEpoch) {
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        try (Slave slave = new Slave(SlaveSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger)) {
            final SlabBuilder rows = new SlabBuilder(SCHEMA, ledger);
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow().putLong(0, i).putLong(1, i / ROWS_A_ZIP).endRow();
            }
            slave.putPart(rows.build(), 1);
            slave.putKey("people", KeySpec.parse("zip"), KeyTier.HOT);
            slave.putKey("people", KeySpec.parse("id"), KeyTier.HOT);
            slave.activate("people", slavesEpoch);
            final List<KeySummary> there = slave.summaries("people");
            final List<KeySummary> here = List.of(there.get(1), there.get(0));

            final Farmer farmer =
                    new Farmer(FarmerSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger, CostModel.typical());
            farmer.catalogue().put(new TableEntry(SCHEMA, 1, farmersEpoch, ROWS, here));
            final Table people = Table.of(SCHEMA);
            try (Session session = farmer.openSession(new DirectChannels(List.of(slave)));
                    PreparedQuery query = session.prepare(Query.from(people)
                            .where(people.field("id").is(4_321))
                            .where(people.field("zip").is(4_321 / ROWS_A_ZIP)))) {
                assertEquals(1, query.run().drain());
                return query.report().path();
            }
        }
    }
}
