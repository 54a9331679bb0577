package io.keyfarm.farmer;

import io.keyfarm.query.plan.PlanId;
import io.keyfarm.rows.BadValueException;
import java.util.regex.Pattern;

/**
 * What a name means at one moment: a plan, and what its runs may take. Immutable; to repoint a name is to put another
 * value in its place.
 *
 * @param settings win over whatever the asker says
 */
public record Alias(String name, PlanId planId, QuerySettings settings) {
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]{0,127}");

    public Alias {
        if (!NAME.matcher(name).matches()) {
            throw new BadValueException("'" + name + "' cannot name a query: a name has 1 to 128 letters, digits, '_',"
                    + " '-' and '.', and begins with a letter or '_'");
        }
    }

    @Override
    public String toString() {
        return name + " -> " + planId + " (" + settings + ")";
    }
}
