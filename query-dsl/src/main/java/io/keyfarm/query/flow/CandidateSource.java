package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * Where a join has its right rows from: for each left row the candidates, which are what the keyed conditions of the join
 * leave. Never blocks. Belongs to one thread; crossed once a batch of pairs.
 *
 * <pre>{@code
 * source.lookup(left);
 * do {
 *     count = source.next(pairs);
 *     // Here candidates(place) is known for all places below countedRows(), and for those of the pairs.
 * } while (count != 0);                        // WAITING: let time pass, and ask again
 * }</pre>
 */
public interface CandidateSource extends AutoCloseable {
    /** What {@link #next} answers when pairs may come later. */
    int WAITING = Activity.WAITING;

    /** Of the right rows. */
    RecordLayout rightLayout();

    /** Starts a run anew, whatever the one before left. */
    void begin();

    /** Begins with these left rows. They stand until {@link #next} has answered 0; what was left of others is dropped. */
    void lookup(RowBatch left);

    /**
     * Of how many left rows, from place 0 on, the candidates are counted. Grows with each {@link #next} until it is all of
     * them, which is so at the latest when that answers 0. A row is counted before its first pair is handed out.
     */
    int countedRows();

    /** How many candidates the left row at this place has, which is below {@link #countedRows}. */
    long candidates(int leftPlace);

    /** Drops the pairs of this left row that were not handed out yet; it may not even be counted. */
    void skip(int leftPlace);

    /**
     * Fills the batch, which has this {@link #rightLayout}, from its start with the pairs that follow, in the order of
     * the left rows. The right rows stand until the next call.
     *
     * @return how many pairs, above 0; 0 when there are no more for these left rows; or {@link #WAITING}
     */
    int next(PairBatch pairs);

    /** Gives back what the run took. A second call does nothing, and {@link #begin} may follow. */
    @Override
    void close();
}
