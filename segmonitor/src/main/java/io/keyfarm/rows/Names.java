package io.keyfarm.rows;

import java.util.regex.Pattern;

/** What tables and fields may be called. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]{0,127}");

    private Names() {}

    static void require(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new BadValueException("'" + name + "' cannot name a " + what
                    + ": a name has 1 to 128 letters, digits and underscores, and begins with no digit");
        }
    }
}
