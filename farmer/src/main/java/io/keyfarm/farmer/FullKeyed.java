package io.keyfarm.farmer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Each left row is asked of the one channel that has its entries of a routed key, and these say where its rows are, which are
 * then fetched from the channels that have them.
 *
 * <pre>
 *   index read   left row 0 ─► channel b: fpos (a, 7) (c, 2)      left row 1 ─► channel a: fpos (a, 9)
 *   fetch        channel a: | 0: row 7 | 1: row 9 |               channel c: | 0: row 2 |
 *   join         left row 0: the rows of its bindings at a and c  left row 1: …
 * </pre>
 *
 * The channels that fetch confirm what the entries could not tell, if there is anything. Left rows are answered up to the first
 * one of which a channel has not answered all; the rest is listed again.
 */
final class FullKeyed implements LookupWay {
    private final RoutedReads reads;
    private final RoutedPlan plan;
    private final ChannelAsk[] fetches;
    private final BatchAnswer[] answers;
    private final AskPace pace = new AskPace();
    private final AskCounts counts = new AskCounts();
    private final int fposOffset;
    /** By left row, then by channel: its binding there, or none. */
    private final int[] bindings;
    /** By channel: rows of the left row that is being listed. */
    private final int[] rowCounts;

    private @Nullable TableEntry table;
    private Bindings blocks = new Bindings();

    FullKeyed(PreparedQuery query, RoutedPlan plan, TableEntry entries, int channelCount) {
        this.plan = plan;
        reads = new RoutedReads(query, plan, entries, counts);
        fetches = new ChannelAsk[channelCount];
        answers = new BatchAnswer[channelCount];
        for (int channel = 0; channel < channelCount; channel++) {
            fetches[channel] = new ChannelAsk(query, query.plan(), channel, counts);
            answers[channel] = fetches[channel].answer();
        }
        fposOffset = new RecordLayout(plan.index().rowSchema()).offset(0);
        bindings = new int[RowBatch.SIZE * channelCount];
        rowCounts = new int[channelCount];
    }

    @Override
    public void beginRun() {
        counts.clear();
    }

    @Override
    public void begin(TableEntry entry, Bindings leftRows) {
        table = entry;
        blocks = leftRows;
        reads.begin(leftRows);
    }

    @Override
    public boolean isAlone(int place) {
        return reads.isAlone(place) || pace.isNextAlone();
    }

    @Override
    public int ask(int place, int to) {
        final int found = reads.ask(place, Math.min(to, place + pace.most()));
        if (found == 0) {
            return 0;
        }
        for (final ChannelAsk fetch : fetches) {
            fetch.begin();
        }
        int listed = 0;
        while (listed < found && hasRoom()) {
            list(place + listed);
            listed++;
        }
        for (final ChannelAsk fetch : fetches) {
            if (fetch.bindings().count() > 0) {
                fetch.fetch(Objects.requireNonNull(table), !plan.isWhole(), 0);
            }
        }
        int answered = 0;
        while (answered < listed && isFetched(place + answered)) {
            answered++;
        }
        pace.learn(listed, answered);
        return answered;
    }

    private boolean hasRoom() {
        for (final ChannelAsk fetch : fetches) {
            if (!fetch.hasRoom()) {
                return false;
            }
        }
        return true;
    }

    /** Notes the rows of one left row at the channels that have them. */
    private void list(int place) {
        Arrays.fill(rowCounts, 0);
        final BatchAnswer answer = reads.answer(reads.channel(place));
        final int binding = reads.binding(place);
        for (int row = answer.from(binding); row < answer.to(binding); row++) {
            final long fpos = Memory.getLong(answer.address(row) + fposOffset);
            final int channel = RoutedKey.channelOf(fpos);
            final Bindings of = fetches[channel].bindings();
            rowCounts[channel]++;
            of.target()
                    .putInt(
                            of.begin() + rowCounts[channel] * Integer.BYTES,
                            RoutedKey.rowNumberOf(fpos),
                            LITTLE_ENDIAN);
        }
        for (int channel = 0; channel < fetches.length; channel++) {
            final Bindings of = fetches[channel].bindings();
            bindings[place * fetches.length + channel] = rowCounts[channel] == 0 ? NONE : of.count();
            if (rowCounts[channel] > 0) {
                end(of, rowCounts[channel], place);
            }
        }
    }

    private void end(Bindings of, int rowCount, int place) {
        final MutableDirectBuffer target = of.target();
        target.putInt(of.begin(), rowCount, LITTLE_ENDIAN);
        int length = Integer.BYTES + rowCount * Integer.BYTES;
        if (!plan.isWhole()) {
            target.putBytes(of.begin() + length, blocks.frame(), blocks.offset(place), blocks.length(place));
            length += blocks.length(place);
        }
        of.end(length);
    }

    private boolean isFetched(int place) {
        for (int channel = 0; channel < fetches.length; channel++) {
            final int binding = bindings[place * fetches.length + channel];
            if (binding != NONE && !fetches[channel].has(binding)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public BatchAnswer[] answers() {
        return answers;
    }

    @Override
    public int binding(int place, int channel) {
        final int binding = bindings[place * fetches.length + channel];
        return binding == NONE ? NONE : fetches[channel].place(binding);
    }

    @Override
    public boolean hasAnswered() {
        return counts.asked() > 0;
    }

    @Override
    public RunReport report() {
        return counts.report(reads.name() + ", rows fetched");
    }

    @Override
    public void close() {
        reads.close();
        for (final ChannelAsk fetch : fetches) {
            fetch.close();
        }
    }
}
