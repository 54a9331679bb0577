package io.keyfarm.slave;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.query.Table;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.DirectLink;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.KeysReplyDecoder;
import io.keyfarm.wire.sbe.KeysRequestEncoder;
import io.keyfarm.wire.sbe.KeysVerb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames about keys as they may arrive: early, late, twice, of other tables, rows, epochs and coordinators. */
final class KeyEpochsTest {
    private static final Table NUMBERS = Table.of("numbers: n int32, half int32");
    private static final int ROWS = 1000;
    private static final long GENERATION = 7;

    private final MemoryLedger ledger = MemoryLedger.limited("this test", 1L << 30);
    private final Slave slave = new Slave(SlaveSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger);
    private final Link link = DirectLink.pair(this::onReply, slave.openKeySession());
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[1 << 16]);
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final long bytesWithoutKeys;
    private String told = "";
    private boolean wantsSummaries;

    KeyEpochsTest() {
        slave.putPart(numbers(), GENERATION);
        bytesWithoutKeys = ledger.usedBytes();
    }

    private Slab numbers() {
        try (SlabBuilder rows = new SlabBuilder(NUMBERS.schema(), ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow();
                rows.putLong(0, i);
                rows.putLong(1, i / 2);
                rows.endRow();
            }
            return rows.build();
        }
    }

    @AfterEach
    void shouldHoldNothing() {
        slave.close();
        assertEquals(0, ledger.usedBytes());
    }

    private void onReply(Link from, DirectBuffer buffer, int offset, int length) {
        final FrameHeaderDecoder reply = new FrameHeaderDecoder();
        final KeysReplyDecoder keys = new KeysReplyDecoder().wrapAndApplyHeader(buffer, offset, reply);
        final StringBuilder text = new StringBuilder();
        text.append("%s in force %d rows %d latest %d"
                .formatted(keys.state(), keys.epochInForce(), reply.generationDigest(), keys.counter()));
        assertEquals("numbers", keys.table());
        final String message = keys.message();
        text.append(message.isEmpty() ? "" : ": " + message);
        int at = keys.limit() + KeysReplyDecoder.keysHeaderLength();
        for (int i = 0; i < keys.keyCount(); i++) {
            final int bytes = buffer.getInt(at, LITTLE_ENDIAN);
            assertTrue(buffer.getLong(at + Integer.BYTES, LITTLE_ENDIAN) > ROWS);
            assertEquals(wantsSummaries, bytes > Long.BYTES);
            text.append(" key");
            at += Integer.BYTES + bytes;
        }
        told = text.toString();
    }

    private String tell(KeysVerb verb, long counter, long base, long epoch, String... keys) {
        return tell(1, GENERATION, verb, counter, base, epoch, keys);
    }

    private String tell(
            long incarnation, long generation, KeysVerb verb, long counter, long base, long epoch, String... keys) {
        final UnsafeBuffer texts = new UnsafeBuffer(new byte[1 << 14]);
        int at = 0;
        for (final String key : keys) {
            final byte[] text = key.getBytes(StandardCharsets.UTF_8);
            texts.putInt(at, text.length, LITTLE_ENDIAN);
            texts.putBytes(at + Integer.BYTES, text);
            at += Integer.BYTES + text.length;
        }
        Frames.begin(frame, 0);
        final KeysRequestEncoder request = new KeysRequestEncoder()
                .wrapAndApplyHeader(frame, 0, header)
                .counter(counter)
                .baseEpoch(base)
                .keyCount(keys.length)
                .verb(verb)
                .wantsSummaries((short) (wantsSummaries ? 1 : 0))
                .table("numbers")
                .putKeys(texts, 0, at);
        header.farmerIncarnation(incarnation).keyEpoch(epoch).generationDigest(generation);
        told = "nothing";
        assertTrue(link.send(frame, 0, Frames.HEADER_BYTES + request.encodedLength()) > 0);
        return told;
    }

    private void build() {
        while (slave.isBuilding()) {
            assertEquals(1, slave.buildTurn(BuildPace.FULL));
        }
    }

    private String keys() {
        final List<String> keys = new ArrayList<>();
        slave.summaries("numbers").forEach(key -> keys.add(key.spec().toString()));
        slave.bitmapSummaries("numbers").forEach(key -> keys.add(key.spec() + " bitmap"));
        return slave.keyEpoch("numbers") + ": " + String.join(", ", keys);
    }

    private void expectNothingBuilt() {
        slave.doWork();
        assertEquals(bytesWithoutKeys, ledger.usedBytes());
        assertFalse(slave.isBuilding());
    }

    @Test
    void shouldGoFromProposedToReadyToActive() {
        assertEquals(
                "BUILDING in force -1 rows 7 latest 1",
                tell(KeysVerb.PROPOSE, 1, -1, 5, "n", "half bitmap", "half hot"));
        assertEquals(0, ledger.usedBytes() - bytesWithoutKeys, "nothing is built within a frame");
        assertEquals(1, slave.buildTurn(BuildPace.FULL));
        assertEquals("BUILDING in force -1 rows 7 latest 1", tell(KeysVerb.STATE, 1, -1, 5));
        assertEquals("BUILDING in force -1 rows 7 latest 1", tell(KeysVerb.ACTIVATE, 1, -1, 5), "too early");
        build();
        wantsSummaries = true;
        assertEquals("READY in force -1 rows 7 latest 1 key key key", tell(KeysVerb.STATE, 1, -1, 5));
        wantsSummaries = false;
        assertEquals("READY in force -1 rows 7 latest 1 key key key", tell(KeysVerb.PROPOSE, 1, -1, 5, "n"), "again");
        assertEquals("-1: ", keys());
        assertEquals("ACTIVE in force 5 rows 7 latest 1", tell(KeysVerb.ACTIVATE, 1, -1, 5));
        assertEquals("5: n, half, half bitmap", keys());
        assertEquals("ACTIVE in force 5 rows 7 latest 1", tell(KeysVerb.ACTIVATE, 1, -1, 5));
        assertEquals("ACTIVE in force 5 rows 7 latest 1", tell(KeysVerb.PROPOSE, 1, -1, 5, "n"));
        assertEquals("5: n, half, half bitmap", keys());
    }

    @Test
    void shouldNotActivateWhatIsLate() {
        tell(KeysVerb.PROPOSE, 1, -1, 5, "n");
        build();
        tell(KeysVerb.PROPOSE, 2, -1, 6, "half", "n");
        build();
        assertEquals("IDLE in force -1 rows 7 latest 2", tell(KeysVerb.ACTIVATE, 1, -1, 5));
        assertEquals("IDLE in force -1 rows 7 latest 2", tell(KeysVerb.PROPOSE, 1, -1, 5, "n"));
        assertEquals("IDLE in force -1 rows 7 latest 2", tell(KeysVerb.CANCEL, 1, -1, 5));
        assertEquals("READY in force -1 rows 7 latest 2 key key", tell(KeysVerb.STATE, 2, -1, 6));
        assertEquals("ACTIVE in force 6 rows 7 latest 2", tell(KeysVerb.ACTIVATE, 2, -1, 6));
        assertEquals("OTHER in force 6 rows 7 latest 2", tell(KeysVerb.ACTIVATE, 1, -1, 5));
        assertEquals("6: half, n", keys());
    }

    @Test
    void shouldTakeTheHighestOfTwoCoordinators() {
        tell(2, GENERATION, KeysVerb.PROPOSE, 1, -1, 5, "n");
        assertEquals("IDLE in force -1 rows 7 latest 1", tell(KeysVerb.PROPOSE, 9, -1, 4, "half"));
        build();
        assertEquals("ACTIVE in force 5 rows 7 latest 1", tell(2, GENERATION, KeysVerb.ACTIVATE, 1, -1, 5));
        assertEquals("5: n", keys());
    }

    @Test
    void shouldForgetWhatIsCancelledAlsoWhenItIsProposedLate() {
        tell(KeysVerb.PROPOSE, 1, -1, 5, "n", "half bitmap");
        build();
        assertEquals("IDLE in force -1 rows 7 latest 3", tell(KeysVerb.CANCEL, 3, -1, 5));
        expectNothingBuilt();
        assertEquals("IDLE in force -1 rows 7 latest 3", tell(KeysVerb.PROPOSE, 2, -1, 5, "n"));
        assertEquals("IDLE in force -1 rows 7 latest 3", tell(KeysVerb.ACTIVATE, 1, -1, 5));
        expectNothingBuilt();
    }

    @Test
    void shouldCancelABuildUnderWayAndHoldNothingOfIt() {
        tell(KeysVerb.PROPOSE, 1, -1, 5, "n");
        slave.buildTurn(rows -> tell(KeysVerb.CANCEL, 1, -1, 5));
        expectNothingBuilt();
    }

    @Test
    void shouldKeepABuildUnderWayThatALaterProposalWantsToo() {
        tell(KeysVerb.PROPOSE, 1, -1, 5, "n");
        slave.buildTurn(rows -> tell(KeysVerb.PROPOSE, 2, -1, 6, "n"));
        assertEquals("READY in force -1 rows 7 latest 2 key", tell(KeysVerb.STATE, 2, -1, 6));
    }

    @Test
    void shouldFollowOnlyTheEpochItHas() {
        slave.putKey("numbers", KeySpec.of("n"), KeyTier.COLD);
        assertEquals("OTHER in force -2 rows 7 latest 1", tell(KeysVerb.PROPOSE, 1, -1, 5, "half"), "not told yet");
        slave.activate("numbers", 4);
        assertEquals("OTHER in force 4 rows 7 latest 2", tell(KeysVerb.PROPOSE, 2, 3, 5, "half"));
        assertEquals("BUILDING in force 4 rows 7 latest 3", tell(KeysVerb.PROPOSE, 3, 4, 5, "half"));
        build();
        slave.dropKey("numbers", KeySpec.of("n"));
        assertEquals("OTHER in force -2 rows 7 latest 3", tell(KeysVerb.ACTIVATE, 3, 4, 5));
        slave.activate("numbers", 6);
        expectNothingBuilt();
        assertEquals("OTHER in force 6 rows 7 latest 3", tell(KeysVerb.ACTIVATE, 3, 4, 5));
        assertEquals("6: ", keys());
    }

    @Test
    void shouldSayWhichRowsItHas() {
        assertEquals("OTHER in force -1 rows 7 latest 1", tell(1, 6, KeysVerb.PROPOSE, 1, -1, 5, "n"), "earlier ones");
        tell(KeysVerb.PROPOSE, 2, -1, 5, "n");
        build();
        slave.putPart(numbers(), 8);
        slave.dropPart("numbers", GENERATION);
        assertEquals("OTHER in force -1 rows 8 latest 2", tell(KeysVerb.ACTIVATE, 2, -1, 5));
        expectNothingBuilt();
        slave.dropPart("numbers", 8);
        assertEquals("OTHER in force -1 rows 0 latest 0", tell(KeysVerb.STATE, 2, -1, 5));
    }

    @Test
    void shouldTellWhatCannotBeBuilt() {
        assertEquals(
                "FAILED in force -1 rows 7 latest 1: key n is proposed twice",
                tell(KeysVerb.PROPOSE, 1, -1, 5, "n", "n hot"));
        assertTrue(tell(KeysVerb.PROPOSE, 2, -1, 5, "third").contains("numbers has no field third"), told);
        assertTrue(tell(KeysVerb.PROPOSE, 3, -1, 5, "n lukewarm").startsWith("FAILED"), told);
        assertTrue(told.contains("n lukewarm"), told);
        tell(KeysVerb.PROPOSE, 4, -1, 5, "half bitmap", "n");
        slave.buildTurn(BuildPace.FULL);
        final long room = ledger.limitBytes() - ledger.usedBytes();
        ledger.reserve("another's", room);
        slave.buildTurn(BuildPace.FULL);
        ledger.release(room);
        assertTrue(tell(KeysVerb.STATE, 4, -1, 5).startsWith("FAILED in force -1 rows 7 latest 4: key n: "), told);
        expectNothingBuilt();
        assertEquals("-1: ", keys());
    }

    /** Against a model that remembers what was said, and in which order it was meant. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldHaveTheKeysOfItsEpochWhateverArrives(long seed) {
        final Random random = new Random(seed);
        final List<long[]> said = new ArrayList<>(); // counter, base, epoch
        final List<String[]> lists = new ArrayList<>();
        final String[] names = {"n", "n hot", "half", "half.n", "n bitmap", "half bitmap"};
        long base = -1;
        for (int i = 0; i < 400 * Integer.getInteger("keyfarm.test.scale", 1); i++) {
            final String keysBefore = keys();
            if (said.isEmpty() || random.nextInt(4) == 0) {
                final TreeSet<String> list = new TreeSet<>();
                for (int j = random.nextInt(4); j > 0; j--) {
                    list.add(names[random.nextInt(names.length)]);
                }
                if (list.contains("n")) {
                    list.remove("n hot");
                }
                said.add(new long[] {said.size() + 1, base, 100 + said.size()});
                lists.add(list.toArray(String[]::new));
            }
            // Mostly of what was said last, often of what was said before.
            final int which = random.nextBoolean() ? said.size() - 1 : random.nextInt(said.size());
            final long[] it = said.get(which);
            final KeysVerb verb = switch (random.nextInt(8)) {
                case 0, 1, 2 -> KeysVerb.PROPOSE;
                case 3, 4 -> KeysVerb.ACTIVATE;
                case 5 -> random.nextInt(5) == 0 ? KeysVerb.CANCEL : KeysVerb.STATE;
                default -> KeysVerb.STATE;
            };
            final boolean wasReady = tell(KeysVerb.STATE, it[0], it[1], it[2]).startsWith("READY");
            tell(verb, it[0], it[1], it[2], verb == KeysVerb.PROPOSE ? lists.get(which) : new String[0]);
            final boolean isSwapped = verb == KeysVerb.ACTIVATE && wasReady;
            if (isSwapped) {
                assertEquals(base, it[1], "seed " + seed);
                base = it[2];
                assertTrue(keys().startsWith(it[2] + ": "), "seed " + seed);
                assertEquals(
                        new TreeSet<>(List.of(lists.get(which))).size(),
                        slave.summaries("numbers").size()
                                + slave.bitmapSummaries("numbers").size());
            } else {
                assertEquals(keysBefore, keys(), "seed " + seed);
            }
            if (random.nextInt(3) > 0) {
                slave.buildTurn(BuildPace.FULL);
            }
            slave.doWork();
        }
        assertTrue(base > 100, "seed " + seed);
        tell(KeysVerb.CANCEL, said.size() + 1, base, 0);
        slave.summaries("numbers").forEach(key -> slave.dropKey("numbers", key.spec()));
        slave.bitmapSummaries("numbers").forEach(key -> slave.dropBitmapKey("numbers", key.spec()));
        expectNothingBuilt();
    }
}
