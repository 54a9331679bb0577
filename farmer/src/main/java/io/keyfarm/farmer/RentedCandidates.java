package io.keyfarm.farmer;

import io.keyfarm.key.advice.CostModel;
import io.keyfarm.query.flow.CandidateSource;
import io.keyfarm.query.flow.PairBatch;
import io.keyfarm.query.flow.RowBatch;
import io.keyfarm.rows.RecordLayout;

/**
 * Candidates through keys as long as that is the cheaper way, then by hash.
 *
 * <pre>
 *   rent   each left row's lookup: seeks, and the rows they find
 *   buy    the right side read whole and hashed; after that a left row costs next to nothing
 * </pre>
 *
 * How many left rows will come is not known, so lookups go on until they have cost what the hash would: whichever would
 * have been right, this costs at most twice as much (the ski rental of Karlin et al. 1988). Where no key helps a lookup at
 * all, the hash is made at once. The candidates are the same either way.
 */
final class RentedCandidates implements CandidateSource {
    /** Of a right row that is sent, kept and hashed, beside its part of the scan that finds it. */
    private static final double HASHED_ROW_NS = 100;
    /** Of a lookup, beside its seeks and rows: binding, and its part of a batch's request and reply. */
    private static final double LOOKUP_NS = 100;
    /** Of what seeks and rows cost one by one, what they cost where they are fetched together. */
    private static final double TOGETHER = 0.5;

    private final LookupCandidates lookups;
    private final CandidateSource hash;
    private final CostModel costs;

    private CandidateSource inUse;
    private boolean isDecided;
    private double hashNs;
    private double lookupNs;
    private double spentNs;

    /** Owns both. */
    RentedCandidates(LookupCandidates lookups, CandidateSource hash, CostModel costs) {
        this.lookups = lookups;
        this.hash = hash;
        this.costs = costs;
        inUse = lookups;
    }

    @Override
    public RecordLayout rightLayout() {
        return lookups.rightLayout();
    }

    @Override
    public void begin() {
        inUse = lookups;
        isDecided = false;
        spentNs = 0;
        lookups.begin();
    }

    @Override
    public void lookup(RowBatch left) {
        if (!isDecided) {
            final KeyCandidate way = lookups.cheapestWay(left);
            final double rightRows = lookups.rightRowCount();
            hashNs = costs.scanNs(rightRows) + HASHED_ROW_NS * rightRows;
            lookupNs = LOOKUP_NS + TOGETHER * way.costNs();
            isDecided = true;
        }
        spentNs += lookupNs * left.count();
        if (inUse == lookups && spentNs > hashNs) {
            inUse = hash;
            hash.begin();
        }
        inUse.lookup(left);
    }

    @Override
    public int countedRows() {
        return inUse.countedRows();
    }

    @Override
    public long candidates(int leftPlace) {
        return inUse.candidates(leftPlace);
    }

    @Override
    public void skip(int leftPlace) {
        inUse.skip(leftPlace);
    }

    @Override
    public int next(PairBatch pairs) {
        return inUse.next(pairs);
    }

    @Override
    public void close() {
        lookups.close();
        hash.close();
    }
}
