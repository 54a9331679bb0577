package io.keyfarm.slave;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.query.Param;
import io.keyfarm.query.Query;
import io.keyfarm.query.Table;
import io.keyfarm.query.plan.ParameterBlock;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.query.plan.QueryPlan;
import io.keyfarm.rows.JoinedSlabs;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.wire.Frames;
import io.keyfarm.wire.link.DirectLink;
import io.keyfarm.wire.link.Link;
import io.keyfarm.wire.sbe.BatchReplyDecoder;
import io.keyfarm.wire.sbe.ErrorReplyDecoder;
import io.keyfarm.wire.sbe.FetchRequestEncoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import io.keyfarm.wire.sbe.FrameHeaderEncoder;
import io.keyfarm.wire.sbe.PlanRequestDecoder;
import io.keyfarm.wire.sbe.ReplyCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows by number, of numbers that are rows and of others. Two segments: between them are numbers that are none. */
final class FetchTest {
    private static final Table NUMBERS = Table.of("numbers: n int32, half int32");
    private static final int MAIN_ROWS = 1000;
    private static final int APPENDED_ROWS = 10;
    private static final long GENERATION = 7;
    private static final QueryPlan PLAN = Query.from(NUMBERS)
            .where(NUMBERS.field("half").lessThan(Param.param("most")))
            .select("n")
            .compile();

    private final MemoryLedger ledger = MemoryLedger.limited("this test", 1L << 30);
    private final Slave slave = new Slave(SlaveSettings.of(0, 1), SystemNanoClock.INSTANCE, ledger);
    private final SlaveSession session = slave.openSession();
    private final Link link = DirectLink.pair(this::onReply, session);
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[1 << 16]);
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final int firstAppended;
    /** Of the last answer: the values, binding by binding, or what came instead. */
    private final List<List<Integer>> answers = new ArrayList<>();

    private String told = "";

    FetchTest() {
        final Slab main = numbers(new SlabBuilder(NUMBERS.schema(), ledger), 0, MAIN_ROWS);
        final Slab appended = numbers(
                SlabBuilder.behind(NUMBERS.schema(), ledger, main.rowShift(), main.endHeapChunk()),
                MAIN_ROWS,
                APPENDED_ROWS);
        firstAppended = new JoinedSlabs(List.of(main, appended)).firstRow(1);
        slave.putPart(List.of(main, appended), 0, GENERATION);
        slave.plans().learn(PLAN);
    }

    private static Slab numbers(SlabBuilder rows, int from, int count) {
        try (rows) {
            for (int i = from; i < from + count; i++) {
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
        session.close();
        slave.close();
        assertEquals(0, ledger.usedBytes());
    }

    private void onReply(Link from, DirectBuffer buffer, int offset, int length) {
        final FrameHeaderDecoder reply = new FrameHeaderDecoder().wrap(buffer, offset);
        answers.clear();
        switch (reply.templateId()) {
            case BatchReplyDecoder.TEMPLATE_ID -> {
                final BatchReplyDecoder batch = new BatchReplyDecoder().wrapAndApplyHeader(buffer, offset, reply);
                told = "rows";
                final int ends = offset + Frames.batchEndsOffset(batch);
                int row = 0;
                for (int i = 0; i < batch.answeredCount(); i++) {
                    final List<Integer> values = new ArrayList<>();
                    for (; row < buffer.getInt(ends + i * Integer.BYTES, LITTLE_ENDIAN); row++) {
                        values.add(buffer.getInt(
                                offset + Frames.BATCH_ROWS_OFFSET + row * batch.rowBytes(), LITTLE_ENDIAN));
                    }
                    answers.add(values);
                }
            }
            case ErrorReplyDecoder.TEMPLATE_ID ->
                told = new ErrorReplyDecoder()
                        .wrapAndApplyHeader(buffer, offset, reply)
                        .code()
                        .name();
            case PlanRequestDecoder.TEMPLATE_ID -> told = "which plan?";
            default -> throw new AssertionError(reply);
        }
    }

    /** One binding for each list of numbers; with {@code most} where it is not below zero. */
    private String fetch(PlanId plan, long generation, int most, List<List<Integer>> bindings) {
        Frames.begin(frame, 0);
        final FetchRequestEncoder request = new FetchRequestEncoder()
                .wrapAndApplyHeader(frame, 0, header)
                .boundIdHigh(plan.high())
                .boundIdLow(plan.low())
                .remainingDeadlineNs(1_000_000_000_000L)
                .memoryBytes(1 << 20)
                .sentNs(SystemNanoClock.INSTANCE.nanoTime())
                .confirms(most < 0 ? 0 : 1)
                .bindingCount(bindings.size());
        header.generationDigest(generation).queryId(1);
        int at = Frames.BINDINGS_OFFSET;
        for (final List<Integer> rows : bindings) {
            final int length = (1 + rows.size()) * Integer.BYTES + (most < 0 ? 0 : Byte.BYTES + Long.BYTES);
            frame.putInt(at, length, LITTLE_ENDIAN);
            frame.putInt(at + Integer.BYTES, rows.size(), LITTLE_ENDIAN);
            int number = at + 2 * Integer.BYTES;
            for (final int row : rows) {
                frame.putInt(number, row, LITTLE_ENDIAN);
                number += Integer.BYTES;
            }
            if (most >= 0) {
                frame.putByte(number, ParameterBlock.ONE_VALUE);
                frame.putLong(number + Byte.BYTES, most, LITTLE_ENDIAN);
            }
            at += Integer.BYTES + length;
        }
        frame.putInt(request.limit(), at - Frames.BINDINGS_OFFSET, LITTLE_ENDIAN);
        assertTrue(link.send(frame, 0, at) > 0);
        return told;
    }

    @Test
    void shouldAnswerTheRowsOfEachBindingInItsOrder() {
        assertEquals(
                "rows",
                fetch(PLAN.id(), GENERATION, -1, List.of(List.of(5, 3, 5), List.of(), List.of(firstAppended + 9, 0))));
        assertEquals(List.of(List.of(5, 3, 5), List.of(), List.of(MAIN_ROWS + 9, 0)), answers);
    }

    @Test
    void shouldConfirmThemWithTheParametersOfTheirBinding() {
        assertEquals("rows", fetch(PLAN.id(), GENERATION, 3, List.of(List.of(7, 6, 5, 4), List.of(firstAppended, 1))));
        assertEquals(List.of(List.of(5, 4), List.of(1)), answers);
    }

    @Test
    void shouldReadABindingOfManyRowsBetweenOthersOfFew() {
        final List<Integer> all = new ArrayList<>();
        for (int i = 0; i < MAIN_ROWS; i++) {
            all.add(MAIN_ROWS - 1 - i);
        }
        assertEquals("rows", fetch(PLAN.id(), GENERATION, -1, List.of(List.of(1), all, List.of(2), List.of(3, 4))));
        assertEquals(List.of(List.of(1), all, List.of(2), List.of(3, 4)), answers);
        assertEquals("rows", fetch(PLAN.id(), GENERATION, 2, List.of(List.of(1, 9), all, List.of(9), all)));
        assertEquals(List.of(List.of(1), List.of(3, 2, 1, 0), List.of(), List.of(3, 2, 1, 0)), answers);
        final List<Integer> bad = new ArrayList<>(all);
        bad.set(MAIN_ROWS - 1, MAIN_ROWS);
        assertEquals(ReplyCode.BAD_REQUEST.name(), fetch(PLAN.id(), GENERATION, -1, List.of(List.of(1), bad)));
    }

    @Test
    void shouldSayWhatIsWrong() {
        final List<List<Integer>> one = List.of(List.of(1));
        assertEquals("which plan?", fetch(new PlanId(1, 2), GENERATION, -1, one));
        assertEquals(ReplyCode.OTHER_GENERATION.name(), fetch(PLAN.id(), GENERATION + 1, -1, one));
        final QueryPlan count = Query.from(NUMBERS).count().compile();
        slave.plans().learn(count);
        assertEquals(ReplyCode.BAD_REQUEST.name(), fetch(count.id(), GENERATION, -1, one));
        final QueryPlan limited = Query.from(NUMBERS).limit(1).compile();
        slave.plans().learn(limited);
        assertEquals(ReplyCode.BAD_REQUEST.name(), fetch(limited.id(), GENERATION, -1, one));
        final QueryPlan other = Query.from(Table.of("numbers: m int32")).compile();
        slave.plans().learn(other);
        assertEquals(ReplyCode.BAD_REQUEST.name(), fetch(other.id(), GENERATION, -1, one));
    }

    @Test
    void shouldRefuseNumbersThatAreNoRows() {
        final int[] edges = {
            -1, Integer.MIN_VALUE, Integer.MAX_VALUE, MAIN_ROWS, firstAppended - 1, firstAppended + APPENDED_ROWS
        };
        for (final int edge : edges) {
            for (final int most : new int[] {-1, 3}) {
                assertEquals(
                        ReplyCode.BAD_REQUEST.name(),
                        fetch(PLAN.id(), GENERATION, most, List.of(List.of(1), List.of(0, edge))),
                        () -> "row " + edge);
            }
        }
        final Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            final int row = random.nextBoolean() ? random.nextInt() : random.nextInt(firstAppended + 100);
            final boolean isMain = row >= 0 && row < MAIN_ROWS;
            final boolean isRow = isMain || (row >= firstAppended && row < firstAppended + APPENDED_ROWS);
            assertEquals(
                    isRow ? "rows" : ReplyCode.BAD_REQUEST.name(),
                    fetch(PLAN.id(), GENERATION, -1, List.of(List.of(row))),
                    () -> "row " + row);
        }
    }

    @Test
    void shouldAnswerOnlyWholeBindings() {
        final Slave small = new Slave(SlaveSettings.of(0, 1).withMaxFrameBytes(1024), SystemNanoClock.INSTANCE, ledger);
        small.putPart(numbers(new SlabBuilder(NUMBERS.schema(), ledger), 0, MAIN_ROWS), GENERATION);
        small.plans().learn(PLAN);
        final SlaveSession own = small.openSession();
        final Link way = DirectLink.pair(this::onReply, own);
        final List<Integer> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(i);
        }
        fetch(PLAN.id(), GENERATION, -1, List.of(many, many, many, many));
        final int length = Frames.BINDINGS_OFFSET + 4 * (2 + many.size()) * Integer.BYTES;
        assertTrue(way.send(frame, 0, length) > 0);
        assertTrue(!answers.isEmpty() && answers.size() < 4, () -> answers.size() + " bindings");
        answers.forEach(rows -> assertEquals(many, rows));
        own.close();
        small.close();
    }
}
