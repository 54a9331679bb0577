package io.keyfarm.farmer;

/**
 * How the right rows of many left rows are asked for at once: each left row is a binding, and its rows are in the answers of
 * the channels that were asked for it.
 */
interface LookupWay extends AutoCloseable {
    /** No binding of a channel. */
    int NONE = -1;

    /** Begins to count anew what it takes. */
    void beginRun();

    /** The left rows to come have these bindings. */
    void begin(TableEntry table, Bindings bindings);

    /** Whether the left row at this place is better asked by itself; it is taken as asked then. */
    boolean isAlone(int place);

    /**
     * Asks for left rows from this place on, at most those before {@code to}. Answers how many are answered whole; 0: the
     * first is to be asked by itself. What was answered before is gone.
     */
    int ask(int place, int to);

    /** By channel. */
    BatchAnswer[] answers();

    /** Where in the channel's answer the rows of this left row are; {@link #NONE} if it was not asked for any. */
    int binding(int place, int channel);

    /** Whether anything was answered in this run. */
    boolean hasAnswered();

    /** What it took in this run. */
    RunReport report();

    @Override
    void close();
}
