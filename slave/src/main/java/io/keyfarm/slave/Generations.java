package io.keyfarm.slave;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The generations of one table's part that a slave holds, oldest first: two while one takes over from the other. */
final class Generations {
    static final Generations NONE = new Generations(List.of());
    /** Asks for the newest, whichever it is. */
    static final long NEWEST = 0;

    private final TablePart[] parts;

    private Generations(List<TablePart> parts) {
        this.parts = parts.toArray(new TablePart[0]);
    }

    @Nullable
    TablePart find(long generationDigest) {
        for (int i = parts.length - 1; i >= 0; i--) {
            if (generationDigest == NEWEST || parts[i].generationDigest() == generationDigest) {
                return parts[i];
            }
        }
        return null;
    }

    Generations with(TablePart part) {
        final List<TablePart> more = new ArrayList<>(all());
        more.add(part);
        return new Generations(more);
    }

    Generations without(TablePart part) {
        final List<TablePart> fewer = new ArrayList<>(all());
        fewer.remove(part);
        return new Generations(fewer);
    }

    boolean isEmpty() {
        return parts.length == 0;
    }

    List<TablePart> all() {
        return List.of(parts);
    }
}
