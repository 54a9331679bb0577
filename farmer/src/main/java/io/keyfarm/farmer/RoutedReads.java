package io.keyfarm.farmer;

import io.keyfarm.query.flow.RowBatch;
import java.util.Arrays;

/**
 * Left rows dealt to the channels that have their entries of a routed key, and what these answer.
 *
 * <pre>
 *   left rows    0  1  2  3  4  5
 *   channel      b  a  a  b  c  a       by the hash of what each asks for
 *   bindings     a: | 1 | 2 | 5 |    b: | 0 | 3 |    c: | 4 |          each asked by itself, answered as far as a frame goes
 * </pre>
 */
final class RoutedReads implements AutoCloseable {
    /** The only key of the entries. */
    private static final int ONLY_KEY = 0;

    private final RoutedPlan plan;
    private final ChannelAsk[] asks;
    private final boolean[] isUsed;
    /** By left row. */
    private final int[] channels = new int[RowBatch.SIZE];

    private final int[] bindings = new int[RowBatch.SIZE];
    private final TableEntry entries;

    RoutedReads(PreparedQuery query, RoutedPlan plan, TableEntry entries, AskCounts counts) {
        this.plan = plan;
        this.entries = entries;
        asks = new ChannelAsk[query.session().channels().length];
        Arrays.setAll(asks, channel -> new ChannelAsk(query, plan.index(), channel, counts));
        isUsed = new boolean[asks.length];
    }

    /** Deals out these bindings. */
    void begin(Bindings blocks) {
        for (final ChannelAsk ask : asks) {
            ask.begin();
        }
        for (int place = 0; place < blocks.count(); place++) {
            final int channel = plan.channel(blocks.frame(), blocks.offset(place), asks.length);
            channels[place] = channel;
            if (channel != RoutedPlan.NONE) {
                final Bindings own = asks[channel].bindings();
                bindings[place] = own.count();
                own.target().putBytes(own.begin(), blocks.frame(), blocks.offset(place), blocks.length(place));
                own.end(blocks.length(place));
            }
        }
    }

    boolean isAlone(int place) {
        final int channel = channels[place];
        return channel == RoutedPlan.NONE || (!asks[channel].has(bindings[place]) && asks[channel].isNextAlone());
    }

    /** Answers how many left rows from this place on are answered; each channel is asked once at most. */
    int ask(int place, int to) {
        Arrays.fill(isUsed, false);
        int at = place;
        while (at < to && isHere(at)) {
            isUsed[channels[at]] = true;
            at++;
        }
        return at - place;
    }

    private boolean isHere(int place) {
        final int channel = channels[place];
        if (channel == RoutedPlan.NONE) {
            return false;
        }
        final ChannelAsk ask = asks[channel];
        // What is used of the answer at hand must stay.
        if (!ask.has(bindings[place]) && !isUsed[channel]) {
            ask.ask(entries, ONLY_KEY, bindings[place]);
        }
        return ask.has(bindings[place]);
    }

    /** The channel that this left row was asked of. */
    int channel(int place) {
        return channels[place];
    }

    /** Where in its channel's answer this left row is, which is answered. */
    int binding(int place) {
        return asks[channels[place]].place(bindings[place]);
    }

    BatchAnswer answer(int channel) {
        return asks[channel].answer();
    }

    String name() {
        return entries.schema().name();
    }

    @Override
    public void close() {
        for (final ChannelAsk ask : asks) {
            ask.close();
        }
    }
}
