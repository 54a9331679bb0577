package io.keyfarm.rows;

import java.util.regex.Pattern;

/** What tables and fields may be called. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]{0,127}");
    /** A table's own name, and perhaps what table of ours it is that goes with that one. */
    private static final Pattern TABLE = Pattern.compile(NAME + "(@[\\p{L}\\p{N}_.+]{1,4096})?");

    private Names() {}

    static void require(String what, String name) {
        require(NAME, what, name);
    }

    /** Of a table that was loaded, or {@code orders@o_custkey}: one that goes with it, which nobody loads. */
    static void requireTable(String name) {
        require(TABLE, "table", name);
    }

    private static void require(Pattern pattern, String what, String name) {
        if (!pattern.matcher(name).matches()) {
            throw new BadValueException("'" + name + "' cannot name a " + what
                    + ": a name has 1 to 128 letters, digits and underscores, and begins with no digit");
        }
    }
}
