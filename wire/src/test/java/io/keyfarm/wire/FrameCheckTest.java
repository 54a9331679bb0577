package io.keyfarm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.wire.sbe.BatchReplyEncoder;
import io.keyfarm.wire.sbe.BatchRequestEncoder;
import io.keyfarm.wire.sbe.CancelRequestEncoder;
import io.keyfarm.wire.sbe.EndReplyEncoder;
import io.keyfarm.wire.sbe.ErrorReplyEncoder;
import io.keyfarm.wire.sbe.FetchRequestEncoder;
import io.keyfarm.wire.sbe.FrameFlagsEncoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.KeysReplyEncoder;
import io.keyfarm.wire.sbe.KeysRequestEncoder;
import io.keyfarm.wire.sbe.KeysState;
import io.keyfarm.wire.sbe.KeysVerb;
import io.keyfarm.wire.sbe.MoreRequestEncoder;
import io.keyfarm.wire.sbe.PlanReplyEncoder;
import io.keyfarm.wire.sbe.QueryRequestEncoder;
import io.keyfarm.wire.sbe.RowsReplyEncoder;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCheckTest {
    private static final int BODY = Frames.HEADER_BYTES;
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SampleFrames.MAX_BYTES]);

    @Test
    void shouldPassEveryRightFrame() {
        final SampleFrames samples = new SampleFrames(1);
        for (int i = 0; i < 1_000; i++) {
            final int length = samples.write(1 + i % SampleFrames.TYPE_COUNT, buffer, 3);
            assertEquals(FrameFault.NONE, Frames.check(buffer, 3, length), Frames.describe(buffer, 3, length));
        }
    }

    @Test
    void shouldRefuseEveryFrameThatIsCutShortOrGoesOn() {
        final SampleFrames samples = new SampleFrames(2);
        for (int type = 1; type <= SampleFrames.TYPE_COUNT; type++) {
            final int length = samples.write(type, buffer, 0);
            for (int other = 0; other < length + 20; other++) {
                final FrameFault fault = Frames.check(buffer, 0, other);
                assertEquals(other == length, fault == FrameFault.NONE, type + " with " + other + " of " + length);
            }
        }
    }

    @Test
    void shouldNameWhatIsWrong() {
        expect(FrameFault.UNKNOWN_SCHEMA, 3, frame -> frame.schemaId(1));
        expect(FrameFault.UNKNOWN_VERSION, 3, frame -> frame.version(1));
        expect(FrameFault.UNKNOWN_TYPE, 3, frame -> frame.templateId(0));
        expect(FrameFault.UNKNOWN_TYPE, 3, frame -> frame.templateId(14));
        expect(FrameFault.WRONG_BLOCK_LENGTH, 3, frame -> frame.blockLength(8));
        expect(FrameFault.BAD_COUNT, 3, frame -> frame.sequence(-1));
        expect(FrameFault.UNKNOWN_FLAG, 3, frame -> frame.flags().creditSpent(true));
        expect(FrameFault.UNKNOWN_FLAG, 3, frame -> frame.flags().checksummed(true));
        expect(FrameFault.UNKNOWN_FLAG, 3, frame -> frame.flags().crc(true).mac(true));
        expect(FrameFault.BAD_SEAL, 3, frame -> frame.seal(0, (short) 1));
        expect(FrameFault.BAD_SEAL, 3, frame -> frame.seal(15, (short) 1));
        expect(FrameFault.BAD_SEAL, 3, frame -> frame.seal(4, (short) 1).flags().crc(true));
        expect(FrameFault.NONE, 3, frame -> frame.seal(4, (short) 1).flags().mac(true));

        final int query = QueryRequestEncoder.TEMPLATE_ID;
        expectLong(FrameFault.BAD_COUNT, query, QueryRequestEncoder.remainingDeadlineNsEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, query, QueryRequestEncoder.memoryBytesEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, query, QueryRequestEncoder.byteCreditEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, query, QueryRequestEncoder.rowCreditEncodingOffset(), -1);
        expectInt(FrameFault.BAD_KEY_HINT, query, QueryRequestEncoder.keyHintEncodingOffset(), KeyHint.SCAN - 1);
        expectInt(FrameFault.WRONG_BLOCK_LENGTH, query, QueryRequestEncoder.BLOCK_LENGTH, 3);
        expectInt(FrameFault.BAD_COUNT, query, QueryRequestEncoder.BLOCK_LENGTH, 2 | ((Frames.MAX_REPLICAS + 1) << 16));

        final int more = MoreRequestEncoder.TEMPLATE_ID;
        expectLong(FrameFault.BAD_COUNT, more, MoreRequestEncoder.rowCreditEncodingOffset(), Long.MIN_VALUE);

        final int rows = RowsReplyEncoder.TEMPLATE_ID;
        expectInt(FrameFault.BAD_COUNT, rows, RowsReplyEncoder.rowCountEncodingOffset(), -1);
        expectInt(FrameFault.LENGTHS_DIFFER, rows, RowsReplyEncoder.rowCountEncodingOffset(), Integer.MAX_VALUE);
        expectInt(FrameFault.BAD_COUNT, rows, RowsReplyEncoder.rowBytesEncodingOffset(), 0);
        expectInt(FrameFault.LENGTHS_DIFFER, rows, RowsReplyEncoder.heapOffsetEncodingOffset(), 1 << 30);
        expectInt(FrameFault.LENGTHS_DIFFER, rows, RowsReplyEncoder.heapBytesEncodingOffset(), Integer.MAX_VALUE);

        expectFlags(FrameFault.UNKNOWN_FLAG, rows, flags -> flags.ends(true).creditSpent(true));
        expectFlags(FrameFault.UNKNOWN_FLAG, rows, flags -> flags.ends(false).checksummed(true));
        expectFlags(
                FrameFault.UNKNOWN_FLAG, rows, flags -> flags.creditSpent(false).inOrder(true));

        final int end = EndReplyEncoder.TEMPLATE_ID;
        expectLong(FrameFault.BAD_COUNT, end, EndReplyEncoder.rowCountEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, end, EndReplyEncoder.matchingCountEncodingOffset(), -2);
        expectInt(FrameFault.BAD_COUNT, end, EndReplyEncoder.BLOCK_LENGTH, 0xFFFF);

        final int error = ErrorReplyEncoder.TEMPLATE_ID;
        expectInt(FrameFault.BAD_CODE, error, ErrorReplyEncoder.codeEncodingOffset(), 0);
        expectInt(FrameFault.BAD_CODE, error, ErrorReplyEncoder.codeEncodingOffset(), 17);
        expectLong(FrameFault.BAD_COUNT, error, ErrorReplyEncoder.retryAfterNsEncodingOffset(), -1);

        final int plan = PlanReplyEncoder.TEMPLATE_ID;
        expectInt(FrameFault.BAD_COUNT, plan, PlanReplyEncoder.BLOCK_LENGTH, Frames.MAX_PLAN_BYTES + 1);
        expectInt(FrameFault.BAD_COUNT, plan, PlanReplyEncoder.BLOCK_LENGTH, -1);
        expectInt(FrameFault.LENGTHS_DIFFER, plan, PlanReplyEncoder.BLOCK_LENGTH, Frames.MAX_PLAN_BYTES);

        final int batch = BatchRequestEncoder.TEMPLATE_ID;
        expectLong(FrameFault.BAD_COUNT, batch, BatchRequestEncoder.remainingDeadlineNsEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, batch, BatchRequestEncoder.memoryBytesEncodingOffset(), -1);
        expectInt(FrameFault.BAD_KEY_HINT, batch, BatchRequestEncoder.keyHintEncodingOffset(), KeyHint.SCAN - 1);
        expectInt(FrameFault.BAD_COUNT, batch, BatchRequestEncoder.bindingCountEncodingOffset(), 0);
        expectInt(
                FrameFault.BAD_COUNT, batch, BatchRequestEncoder.bindingCountEncodingOffset(), Frames.MAX_BINDINGS + 1);
        expectInt(
                FrameFault.LENGTHS_DIFFER,
                batch,
                BatchRequestEncoder.bindingCountEncodingOffset(),
                Frames.MAX_BINDINGS);
        expectInt(FrameFault.LENGTHS_DIFFER, batch, BatchRequestEncoder.BLOCK_LENGTH, 4);
        expectInt(FrameFault.BAD_COUNT, batch, BatchRequestEncoder.BLOCK_LENGTH, Frames.MAX_BINDINGS_BYTES + 1);
        expectInt(FrameFault.BAD_COUNT, batch, BatchRequestEncoder.BLOCK_LENGTH + Integer.BYTES, -1);
        expectInt(FrameFault.LENGTHS_DIFFER, batch, BatchRequestEncoder.BLOCK_LENGTH + Integer.BYTES, 1 << 30);

        final int batchReply = BatchReplyEncoder.TEMPLATE_ID;
        expectInt(FrameFault.BAD_COUNT, batchReply, BatchReplyEncoder.answeredCountEncodingOffset(), -1);
        expectInt(
                FrameFault.BAD_COUNT,
                batchReply,
                BatchReplyEncoder.answeredCountEncodingOffset(),
                Frames.MAX_BINDINGS + 1);
        expectInt(
                FrameFault.LENGTHS_DIFFER,
                batchReply,
                BatchReplyEncoder.answeredCountEncodingOffset(),
                Frames.MAX_BINDINGS);
        expectInt(FrameFault.LENGTHS_DIFFER, batchReply, BatchReplyEncoder.rowCountEncodingOffset(), Integer.MAX_VALUE);
        expectInt(
                FrameFault.LENGTHS_DIFFER, batchReply, BatchReplyEncoder.heapOffsetEncodingOffset(), Integer.MAX_VALUE);
        expectInt(FrameFault.BAD_COUNT, batchReply, BatchReplyEncoder.heapBytesEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, batchReply, BatchReplyEncoder.elapsedNsEncodingOffset(), -1);

        final int fetch = FetchRequestEncoder.TEMPLATE_ID;
        expectLong(FrameFault.BAD_COUNT, fetch, FetchRequestEncoder.remainingDeadlineNsEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, fetch, FetchRequestEncoder.memoryBytesEncodingOffset(), -1);
        expectInt(FrameFault.BAD_COUNT, fetch, FetchRequestEncoder.confirmsEncodingOffset(), 2);
        expectInt(FrameFault.BAD_COUNT, fetch, FetchRequestEncoder.confirmsEncodingOffset(), -1);
        expectInt(FrameFault.BAD_COUNT, fetch, FetchRequestEncoder.bindingCountEncodingOffset(), 0);
        final int firstBinding = FetchRequestEncoder.BLOCK_LENGTH + Integer.BYTES;
        expectInt(FrameFault.LENGTHS_DIFFER, fetch, firstBinding, 1 << 30);
        expectInt(FrameFault.BAD_COUNT, fetch, firstBinding + Integer.BYTES, -1);
        expectInt(FrameFault.LENGTHS_DIFFER, fetch, firstBinding + Integer.BYTES, Integer.MAX_VALUE);

        final int keys = KeysRequestEncoder.TEMPLATE_ID;
        expectLong(FrameFault.BAD_COUNT, keys, KeysRequestEncoder.counterEncodingOffset(), -1);
        expectInt(FrameFault.BAD_COUNT, keys, KeysRequestEncoder.keyCountEncodingOffset(), -1);
        expectInt(FrameFault.BAD_COUNT, keys, KeysRequestEncoder.keyCountEncodingOffset(), Frames.MAX_KEYS + 1);
        expectInt(FrameFault.LENGTHS_DIFFER, keys, KeysRequestEncoder.keyCountEncodingOffset(), Frames.MAX_KEYS);
        expectByte(FrameFault.BAD_CODE, keys, KeysRequestEncoder.verbEncodingOffset(), 0);
        expectByte(FrameFault.BAD_CODE, keys, KeysRequestEncoder.verbEncodingOffset(), 5);
        expectByte(FrameFault.BAD_COUNT, keys, KeysRequestEncoder.wantsSummariesEncodingOffset(), 2);
        expectInt(FrameFault.LENGTHS_DIFFER, keys, KeysRequestEncoder.BLOCK_LENGTH, 0xFFFF);

        final int keysReply = KeysReplyEncoder.TEMPLATE_ID;
        expectLong(FrameFault.BAD_COUNT, keysReply, KeysReplyEncoder.counterEncodingOffset(), -1);
        expectLong(FrameFault.BAD_COUNT, keysReply, KeysReplyEncoder.epochInForceEncodingOffset(), -3);
        expectInt(FrameFault.BAD_COUNT, keysReply, KeysReplyEncoder.keyCountEncodingOffset(), Integer.MAX_VALUE);
        expectByte(FrameFault.BAD_CODE, keysReply, KeysReplyEncoder.stateEncodingOffset(), 0);
        expectByte(FrameFault.BAD_CODE, keysReply, KeysReplyEncoder.stateEncodingOffset(), 7);
        expectInt(FrameFault.LENGTHS_DIFFER, keysReply, KeysReplyEncoder.BLOCK_LENGTH, 0xFFFF);

        assertEquals(FrameFault.TOO_LONG, Frames.check(buffer, 0, Frames.MAX_FRAME_BYTES + 1));
    }

    @Test
    void shouldCheckTheEndThatRowsCarryAsItChecksOneByItself() {
        final FrameHeaderEncoder header = new FrameHeaderEncoder();
        Frames.begin(buffer, 0);
        final RowsReplyEncoder rows = new RowsReplyEncoder().wrapAndApplyHeader(buffer, 0, header);
        header.flags().ends(true);
        final int rowsLength = Frames.endRows(rows, 2, 2, 10, 20, 7);
        final EndReplyEncoder end =
                new EndReplyEncoder().wrap(buffer, rowsLength).rowCount(2);
        end.matchingCount(-1).checksum(0).seeks(1).rowsExamined(2).elapsedNs(3).keyTaken("zip");
        final int length = rowsLength + end.encodedLength();
        assertEquals(FrameFault.NONE, Frames.check(buffer, 0, length));
        assertEquals(length, rowsLength + Frames.END_BYTES + 3);

        assertEquals(FrameFault.LENGTHS_DIFFER, Frames.check(buffer, 0, rowsLength));
        assertEquals(FrameFault.LENGTHS_DIFFER, Frames.check(buffer, 0, rowsLength + Frames.END_BYTES - 1));
        end.seeks(-1);
        assertEquals(FrameFault.BAD_COUNT, Frames.check(buffer, 0, length));
        end.seeks(1);
        buffer.putByte(length - 1, (byte) -61);
        assertEquals(FrameFault.BAD_TEXT, Frames.check(buffer, 0, length));
        buffer.putByte(length - 1, (byte) 'p');
        header.flags().ends(false);
        assertEquals(FrameFault.LENGTHS_DIFFER, Frames.check(buffer, 0, length));
    }

    @Test
    void shouldRefuseABindingThatEndsBeforeItBeginsOrBehindTheRows() {
        assertEquals(FrameFault.NONE, checkEnds(0, 2, 2, 3));
        assertEquals(FrameFault.BAD_COUNT, checkEnds(0, 2, 1, 3));
        assertEquals(FrameFault.BAD_COUNT, checkEnds(-1, 2, 2, 3));
        assertEquals(FrameFault.BAD_COUNT, checkEnds(0, 2, 2, 4));
    }

    /** Of a reply of three rows. */
    private FrameFault checkEnds(int... ends) {
        Frames.begin(buffer, 0);
        final BatchReplyEncoder reply = new BatchReplyEncoder().wrapAndApplyHeader(buffer, 0, new FrameHeaderEncoder());
        reply.seeks(0).rowsExamined(0).elapsedNs(0);
        final int length = Frames.endBatch(reply, 3, 8, 24, ends, ends.length, new byte[] {'a'});
        return Frames.check(buffer, 0, length);
    }

    @Test
    void shouldRefuseKeysOfTooManyBytesAndReplysKeysOfTooFew() {
        assertEquals(FrameFault.NONE, checkKeys(Frames.MAX_KEY_NAME_BYTES));
        assertEquals(FrameFault.BAD_COUNT, checkKeys(Frames.MAX_KEY_NAME_BYTES + 1));
        assertEquals(FrameFault.NONE, checkKeysReply(Long.BYTES));
        assertEquals(FrameFault.BAD_COUNT, checkKeysReply(Long.BYTES - 1));
    }

    private FrameFault checkKeys(int textBytes) {
        Frames.begin(buffer, 0);
        final byte[] keys = new byte[Integer.BYTES + textBytes];
        new UnsafeBuffer(keys).putInt(0, textBytes, ByteOrder.LITTLE_ENDIAN);
        final KeysRequestEncoder request = new KeysRequestEncoder()
                .wrapAndApplyHeader(buffer, 0, new FrameHeaderEncoder())
                .counter(1)
                .baseEpoch(0)
                .keyCount(1)
                .verb(KeysVerb.PROPOSE)
                .wantsSummaries((short) 0)
                .table("t")
                .putKeys(keys, 0, keys.length);
        return Frames.check(buffer, 0, BODY + request.encodedLength());
    }

    private FrameFault checkKeysReply(int keyBytes) {
        Frames.begin(buffer, 0);
        final byte[] keys = new byte[Integer.BYTES + keyBytes];
        new UnsafeBuffer(keys).putInt(0, keyBytes, ByteOrder.LITTLE_ENDIAN);
        final KeysReplyEncoder reply = new KeysReplyEncoder()
                .wrapAndApplyHeader(buffer, 0, new FrameHeaderEncoder())
                .proposerIncarnation(1)
                .counter(1)
                .epochInForce(KeyEpoch.UNSETTLED)
                .keyCount(1)
                .state(KeysState.READY)
                .table("t")
                .message("")
                .putKeys(keys, 0, keys.length);
        return Frames.check(buffer, 0, BODY + reply.encodedLength());
    }

    @Test
    void shouldRefuseAKeyNameThatIsNotAscii() {
        Frames.begin(buffer, 0);
        final EndReplyEncoder end = new EndReplyEncoder()
                .wrapAndApplyHeader(buffer, 0, new FrameHeaderEncoder())
                .putKeyTaken(new byte[] {'a', -61}, 0, 2);
        end.rowCount(0).matchingCount(0).checksum(0).seeks(0).rowsExamined(0).elapsedNs(0);
        assertEquals(FrameFault.BAD_TEXT, Frames.check(buffer, 0, BODY + end.encodedLength()));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void shouldReadSpoiltFramesWithoutCrashOrSurpriseMemory(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final SampleFrames samples = new SampleFrames(seed);
        final HostileReader reader = new HostileReader();
        final EnumSet<FrameFault> met = EnumSet.noneOf(FrameFault.class);
        for (int i = 0; i < 20_000 * SCALE; i++) {
            final int length = samples.write(1 + random.nextInt(SampleFrames.TYPE_COUNT), buffer, 0);
            final byte[] bytes = spoilt(Arrays.copyOf(buffer.byteArray(), length), random);
            try {
                met.add(reader.read(bytes));
                reader.readRepaired(bytes);
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed + ", frame " + i + ": " + Arrays.toString(bytes), t);
            }
        }
        assertTrue(met.size() >= 12, "seed " + seed + " met only " + met);
    }

    private static byte[] spoilt(byte[] bytes, SplittableRandom random) {
        final UnsafeBuffer frame = new UnsafeBuffer(bytes);
        // Mostly where the numbers stand, which is where a frame can lie about itself.
        final int numbers = random.nextInt(10) == 0 ? bytes.length : Math.min(bytes.length, 160);
        for (int spots = random.nextInt(4); spots > 0; spots--) {
            switch (random.nextInt(5)) {
                case 0 -> bytes[random.nextInt(numbers)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[random.nextInt(numbers)] = (byte) random.nextInt();
                case 2 -> frame.putInt(random.nextInt(numbers - 3), random.nextInt() >> random.nextInt(32));
                case 3 -> frame.putLong(random.nextInt(numbers - 7), random.nextLong() >> random.nextInt(64));
                default -> frame.putInt(random.nextInt(numbers - 3), random.nextInt(4) - 2);
            }
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(2 * bytes.length)) : bytes;
    }

    /** A CancelRequest with one thing changed in its header. */
    private void expect(FrameFault expected, int type, Consumer<FrameHeaderEncoder> change) {
        assertEquals(CancelRequestEncoder.TEMPLATE_ID, type);
        final int length = new SampleFrames(4).write(type, buffer, 0);
        change.accept(new FrameHeaderEncoder().wrap(buffer, 0));
        assertEquals(expected, Frames.check(buffer, 0, length));
    }

    private void expectFlags(FrameFault expected, int type, Consumer<FrameFlagsEncoder> change) {
        final int length = new SampleFrames(4).write(type, buffer, 0);
        change.accept(new FrameHeaderEncoder().wrap(buffer, 0).flags());
        assertEquals(expected, Frames.check(buffer, 0, length));
    }

    private void expectLong(FrameFault expected, int type, int bodyOffset, long value) {
        final int length = new SampleFrames(4).write(type, buffer, 0);
        buffer.putLong(BODY + bodyOffset, value, ByteOrder.LITTLE_ENDIAN);
        assertEquals(expected, Frames.check(buffer, 0, length));
    }

    private void expectByte(FrameFault expected, int type, int bodyOffset, int value) {
        final int length = new SampleFrames(4).write(type, buffer, 0);
        buffer.putByte(BODY + bodyOffset, (byte) value);
        assertEquals(expected, Frames.check(buffer, 0, length));
    }

    private void expectInt(FrameFault expected, int type, int bodyOffset, int value) {
        final int length = new SampleFrames(4).write(type, buffer, 0);
        buffer.putInt(BODY + bodyOffset, value, ByteOrder.LITTLE_ENDIAN);
        assertEquals(expected, Frames.check(buffer, 0, length));
    }
}
