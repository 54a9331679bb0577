package io.keyfarm.key.advice;

import io.keyfarm.rows.BadValueException;

/**
 * A key and the table it is of, as a workload of several tables names it: {@code vehicles: make.year hot}.
 *
 * <p>{@link WorkloadCost.Builder#add} writes such names; budgets pin and forbid by them, and proposals come back in them.
 */
public record TableKey(String table, KeyCandidate key) {
    static final String MARK = ": ";

    /**
     * Reads what {@link #toString} prints.
     *
     * @throws BadValueException if that is no key of a table
     */
    public static TableKey parse(String name) {
        final int mark = name.indexOf(MARK);
        if (mark <= 0) {
            throw new BadValueException("a key of a table reads 'vehicles: make.year', not '" + name + "'");
        }
        return new TableKey(name.substring(0, mark), KeyCandidate.parse(name.substring(mark + MARK.length())));
    }

    static String name(String table, String keyOrShape) {
        if (table.isBlank() || table.contains(MARK)) {
            throw new BadValueException("a table's name is not blank and holds no '" + MARK + "', but '" + table + "'");
        }
        return table + MARK + keyOrShape;
    }

    /** As the merged workload calls it. */
    @Override
    public String toString() {
        return name(table, key.toString());
    }
}
