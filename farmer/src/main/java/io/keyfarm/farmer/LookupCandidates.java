package io.keyfarm.farmer;

import io.keyfarm.query.flow.CandidateSource;
import io.keyfarm.query.flow.FlowMemory;
import io.keyfarm.query.flow.LeftBindings;
import io.keyfarm.query.flow.PairBatch;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.query.flow.RowStore;
import io.keyfarm.rows.RecordLayout;
import java.time.Duration;
import java.util.Arrays;
import org.agrona.ExpandableArrayBuffer;

/**
 * Candidates through the keys of the right side: a read bound to each left row, many at a time where that goes.
 *
 * <pre>
 *   left rows ─► parameters ─► one request ─► the first few left rows' right rows, handed out where they lie
 *                                    not answered ─► the next left row's read by itself, its rows written down
 * </pre>
 *
 * Rows of several channels that have long text are written down too: pairs of one batch have their text in one place.
 */
final class LookupCandidates implements CandidateSource {
    private final PreparedQuery query;
    private final LeftBindings bindings;
    private final FlowRun flow;
    private final RecordLayout layout;
    private final RowStore rows;
    private final ExpandableArrayBuffer block = new ExpandableArrayBuffer();
    private final Bindings blocks = new Bindings();
    private final LookupChoice choice;
    /** Whether rows have no long text, so that pairs can be of rows where they lie, whichever channel answered. */
    private final boolean isPlain;

    private LookupWay way;

    private RowBatch left;
    private final long[] counts = new long[RowBatch.SIZE];
    private int counted;
    /** The left row whose pairs are handed out next, and how many of them were handed out or dropped. */
    private int place;

    private long handedOut;
    private boolean isReading;
    /** Left rows that were read by themselves, of all channels. */
    private long aloneCount;

    /** Whether the pairs at hand are of rows where they lie; otherwise of those written down. */
    private boolean isInPlace;
    /** Where in the answers the next pair's row is. */
    private int channel;

    private int channelRow;
    private int channelEnd;
    /** The next of those written down. */
    private int writtenRow;

    /** Owns the query. */
    LookupCandidates(
            PreparedQuery query, LeftBindings bindings, RecordLayout leftLayout, FlowRun flow, FlowMemory memory) {
        this.query = query;
        this.bindings = bindings;
        this.flow = flow;
        layout = new RecordLayout(query.plan().rowSchema());
        rows = new RowStore(layout, memory, "right rows of " + query.plan().tableName());
        left = new RowBatch(leftLayout);
        choice = new LookupChoice(query);
        way = choice.everyChannel();
        isPlain = !hasLongText(layout);
    }

    private static boolean hasLongText(RecordLayout layout) {
        for (int field = 0; field < layout.schema().fieldCount(); field++) {
            if (layout.kind(field).isVariable()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public RecordLayout rightLayout() {
        return layout;
    }

    /** How the first of these left rows is best looked up, and all of this run are. */
    KeyCandidate cheapestWay(RowBatch leftRows) {
        way = choice.choose(block, bindings.write(leftRows.row(0), leftRows.heapBases(), block, 0));
        return choice.cheapest();
    }

    /** Rows of the right side's table. */
    double rightRowCount() {
        return query.tableRowCount();
    }

    @Override
    public void begin() {
        bindings.begin(flow.parameters());
        query.timeout(Duration.ofNanos(flow.remainingNs()));
        query.forgetCancel();
        way = choice.everyChannel();
        way.beginRun();
        aloneCount = 0;
        isReading = false;
    }

    @Override
    public void lookup(RowBatch leftRows) {
        left = leftRows;
        Arrays.fill(counts, 0, left.count(), 0);
        counted = 0;
        place = 0;
        handedOut = 0;
        isReading = false;
        isInPlace = false;
        clearWritten();
        blocks.clear();
        for (int i = 0; i < left.count(); i++) {
            blocks.end(bindings.write(left.row(i), left.heapBases(), blocks.target(), blocks.begin()));
        }
        way.begin(query.table(), blocks);
    }

    @Override
    public int countedRows() {
        return counted;
    }

    @Override
    public long candidates(int leftPlace) {
        return counts[leftPlace];
    }

    @Override
    public void skip(int leftPlace) {
        if (leftPlace == place && leftPlace < counted) {
            writtenRow += isInPlace ? 0 : (int) (counts[place] - handedOut);
            handedOut = counts[place];
        }
    }

    @Override
    public int next(PairBatch pairs) {
        if (writtenRow == rows.rowCount() && !isReading) {
            clearWritten();
        }
        begin(pairs);
        while (place < left.count() && !pairs.isFull()) {
            if (place == counted) {
                final int before = pairs.count();
                if (before > 0 && !isReading && isInPlace) {
                    break; // The next answers take the place of these.
                }
                if (!find(before)) {
                    break;
                }
                if (before == 0) {
                    begin(pairs);
                }
            }
            handOut(pairs);
        }
        if (!isInPlace) {
            pairs.grown(rows.heapBases());
        }
        return pairs.count() > 0 || place == left.count() ? pairs.count() : WAITING;
    }

    private void begin(PairBatch pairs) {
        pairs.begin(isInPlace ? way.answers()[0].heapBases() : rows.heapBases());
    }

    private void handOut(PairBatch pairs) {
        final long count = counts[place];
        while (handedOut < count && !pairs.isFull()) {
            pairs.add(place, isInPlace ? nextInPlace() : rows.address(writtenRow++));
            handedOut++;
        }
        if (handedOut == count) {
            place++;
            handedOut = 0;
            startOfPlace();
        }
    }

    private void startOfPlace() {
        if (isInPlace && place < counted) {
            channel = -1;
            channelRow = 0;
            channelEnd = 0;
        }
    }

    private long nextInPlace() {
        while (channelRow == channelEnd) {
            channel++;
            final int binding = way.binding(place, channel);
            if (binding != LookupWay.NONE) {
                channelRow = way.answers()[channel].from(binding);
                channelEnd = way.answers()[channel].to(binding);
            }
        }
        return way.answers()[channel].address(channelRow++);
    }

    /** Finds the candidates of the next left rows, at least of one; false if pairs are to be handed on first, or to wait. */
    private boolean find(int pairCount) {
        if (isReading || way.isAlone(place)) {
            return readAlone();
        }
        if (pairCount > 0) {
            return false;
        }
        final int answered = way.ask(place, left.count());
        if (answered == 0) {
            return readAlone();
        }
        take(answered);
        return true;
    }

    /** Counts what was answered, and writes it down where it cannot be handed out where it lies. */
    private void take(int answered) {
        counted = place + answered;
        isInPlace = isPlain || way.answers().length == 1;
        if (!isInPlace) {
            clearWritten();
        }
        for (int at = place; at < counted; at++) {
            for (int from = 0; from < way.answers().length; from++) {
                final int binding = way.binding(at, from);
                if (binding != LookupWay.NONE) {
                    take(at, way.answers()[from], binding);
                }
            }
        }
        startOfPlace();
    }

    private void take(int at, BatchAnswer answer, int binding) {
        final int to = answer.to(binding);
        counts[at] += to - answer.from(binding);
        if (!isInPlace) {
            for (int row = answer.from(binding); row < to; row++) {
                rows.copy(answer.address(row), answer.heapBases());
            }
        }
    }

    private void clearWritten() {
        rows.clear();
        writtenRow = 0;
    }

    /** Reads the candidates of one left row; false if there is nothing to do but wait. */
    private boolean readAlone() {
        if (!isReading) {
            isInPlace = false;
            aloneCount++;
            query.runAlone(blocks, place, query.hintFor(query.table(), blocks, place));
            isReading = true;
        }
        for (ReplyRows next = query.queryRun().poll();
                next != null;
                next = query.queryRun().poll()) {
            if (next.isEmpty()) {
                return false;
            }
            final long row = next.next();
            next.take(1);
            rows.copy(row, next.heapBases());
            counts[place]++;
        }
        isReading = false;
        counted = place + 1;
        return true;
    }

    @Override
    public void close() {
        query.stop();
        rows.close();
        if (way.hasAnswered()) {
            final RunReport report = way.report();
            query.onJoined(report.withAsked(report.asked() + aloneCount * way.answers().length));
        }
        choice.close();
    }
}
