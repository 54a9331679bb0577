package io.keyfarm.query.flow;

/** What is made of the values that a field has in the rows of a group. Nulls count for nothing. */
public enum Aggregation {
    COUNT_ROWS("count"),
    COUNT("count"),
    /** Of whole numbers an int64, of decimals a decimal(18,s), of floats a float64. Null of no values. */
    SUM("sum"),
    MIN("min"),
    MAX("max"),
    /** A float64; whole numbers and decimals are added up exactly before they are divided. Null of no values. */
    AVG("avg"),
    /** The first value in the order of the input. */
    FIRST("first"),
    LAST("last"),
    COUNT_DISTINCT("count distinct"),
    /** Within a few per cent, from at most 4 KiB a group. */
    APPROXIMATE_DISTINCT("approximate distinct");

    private final String word;

    Aggregation(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
