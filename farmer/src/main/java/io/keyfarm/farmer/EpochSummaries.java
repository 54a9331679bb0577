package io.keyfarm.farmer;

import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** What one slave's summaries say to queries, by kinds of keys. */
record EpochSummaries(List<KeySummary> sorted, List<BitmapSummary> bitmaps) {
    /** @throws BadValueException if a summary is none, or that of another key */
    static EpochSummaries decode(List<KeyCandidate> keys, List<byte[]> summaries, TableSchema schema) {
        final List<KeySummary> sorted = new ArrayList<>();
        final List<BitmapSummary> bitmaps = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            final KeyCandidate key = keys.get(i);
            switch (key.kind()) {
                case COLD, HOT -> sorted.add(KeySummary.decode(summaries.get(i), schema));
                case BITMAP -> bitmaps.add(BitmapSummary.decode(summaries.get(i), schema));
                case COLUMN -> {} // Which farmers plan without.
            }
        }
        return new EpochSummaries(sorted, bitmaps);
    }
}
