package io.keyfarm.farmer;

import java.util.List;
import java.util.Locale;

/**
 * How a query would be read, before it is: every way that was considered, the cheapest first, and what is left to be
 * confirmed row by row.
 *
 * @param query the query in words
 * @param candidates the ways, the one taken first; counts and times are those of one channel
 * @param narrowed by the key: field by field, what is admitted
 * @param confirmed row by row: the fields the key does not have, and conditions no monitor expresses
 */
public record Explanation(
        String query, String table, List<KeyCandidate> candidates, List<String> narrowed, List<String> confirmed)
        implements Explained {
    public Explanation {
        candidates = List.copyOf(candidates);
        narrowed = List.copyOf(narrowed);
        confirmed = List.copyOf(confirmed);
    }

    /** The way the farmer would hint at. */
    public KeyCandidate taken() {
        return candidates.get(0);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(query).append('\n');
        String indent = "";
        for (final String condition : confirmed) {
            text.append(indent).append("confirm   ").append(condition).append('\n');
            indent = "  ";
        }
        text.append(indent)
                .append(String.format(
                        Locale.ROOT,
                        "narrow    %s by %s      about %,.0f rows in %,.0f seeks\n",
                        table,
                        taken().name(),
                        taken().rows(),
                        taken().seeks()));
        for (final String field : narrowed) {
            text.append(indent).append("          ").append(field).append('\n');
        }
        text.append("considered\n");
        for (final KeyCandidate candidate : candidates) {
            text.append("  ").append(candidate).append(candidate.equals(taken()) ? "   taken\n" : "\n");
        }
        return text.toString();
    }
}
