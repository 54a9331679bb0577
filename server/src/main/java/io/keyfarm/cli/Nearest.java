package io.keyfarm.cli;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which name somebody meant. */
final class Nearest {
    private Nearest() {}

    /** The one that takes the fewest edits, up to a third of the letters, whatever their case; null if none is near. */
    static @Nullable String of(String said, Collection<String> names) {
        String nearest = null;
        int fewest = Math.max(1, said.length() / 3) + 1;
        for (final String name : names) {
            final int edits = edits(said.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (edits < fewest) {
                fewest = edits;
                nearest = name;
            }
        }
        return nearest;
    }

    /** Levenshtein's distance, a row of his table at a time. */
    private static int edits(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int changed = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
