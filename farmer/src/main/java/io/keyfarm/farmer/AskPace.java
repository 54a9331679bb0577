package io.keyfarm.farmer;

import io.keyfarm.wire.Frames;

/** How many bindings are worth asking for at once: more than fit into an answer are sought in vain. */
final class AskPace {
    /** After trouble so many bindings at most are asked by themselves before the next batch. */
    private static final int MOST_ALONE = 128;

    private static final int FEWEST = 32;

    private int most = Frames.MAX_BINDINGS;
    private int aloneLeft;
    private int alone = 1;

    /** Whether the next binding is better asked by itself, as after trouble; it is taken as asked then. */
    boolean isNextAlone() {
        if (aloneLeft == 0) {
            return false;
        }
        aloneLeft--;
        return true;
    }

    /** How many bindings are worth asking for, by what was learnt. */
    int most() {
        return most;
    }

    /** How many of so many bindings are to be asked for; 0 if not even the first has room in a request. */
    int count(Bindings bindings, int from, int to) {
        int count = Math.min(to - from, most);
        while (count > 1 && bindings.bytes(from, from + count) > Frames.MAX_BINDINGS_BYTES) {
            count /= 2;
        }
        return bindings.bytes(from, from + count) > Frames.MAX_BINDINGS_BYTES ? 0 : count;
    }

    void learn(int asked, int answered) {
        if (answered == 0) {
            aloneLeft = alone - 1; // The one at hand is asked by itself anyway.
            alone = Math.min(MOST_ALONE, 2 * alone);
        } else {
            alone = 1;
        }
        most = answered < asked
                ? Math.max(FEWEST, answered + answered / 4)
                : Math.min(Frames.MAX_BINDINGS, Math.max(most, 2 * asked));
    }
}
