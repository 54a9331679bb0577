package io.keyfarm.farmer;

import java.util.Arrays;

/** Each left row is asked of the one channel that has its entries of a routed key, which have all that is wanted of its rows. */
final class HalfKeyed implements LookupWay {
    private final RoutedReads reads;
    private final BatchAnswer[] answers;
    private final AskCounts counts = new AskCounts();

    HalfKeyed(PreparedQuery query, RoutedPlan plan, TableEntry entries, int channelCount) {
        reads = new RoutedReads(query, plan, entries, counts);
        answers = new BatchAnswer[channelCount];
        Arrays.setAll(answers, reads::answer);
    }

    @Override
    public void beginRun() {
        counts.clear();
    }

    @Override
    public void begin(TableEntry table, Bindings bindings) {
        reads.begin(bindings);
    }

    @Override
    public boolean isAlone(int place) {
        return reads.isAlone(place);
    }

    @Override
    public int ask(int place, int to) {
        return reads.ask(place, to);
    }

    @Override
    public BatchAnswer[] answers() {
        return answers;
    }

    @Override
    public int binding(int place, int channel) {
        return reads.channel(place) == channel ? reads.binding(place) : NONE;
    }

    @Override
    public boolean hasAnswered() {
        return counts.asked() > 0;
    }

    @Override
    public RunReport report() {
        return counts.report(reads.name());
    }

    @Override
    public void close() {
        reads.close();
    }
}
