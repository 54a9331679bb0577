package io.keyfarm.key;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.Slab;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the code of a text column: a sample says which cuts promise short codes, and one pass over the rows gathers the
 * stems and alphabets of the best that holds. The pass is as sequential as the load was.
 */
final class TextCodeMaker {
    /** A code is worth its work if it leaves out an eighth of the bits that the bytes themselves take. */
    private static final double WORTH = 0.875;

    private final TextColumn column;
    private final BuildTurns turns;
    private final StemGatherer stems = new StemGatherer();
    private final boolean[] present;
    private int longestRest;
    private int shortestRest = Integer.MAX_VALUE;

    private TextCodeMaker(TextColumn column, BuildTurns turns) {
        this.column = column;
        this.turns = turns;
        present = new boolean[256 * Math.min(column.longest, FieldCode.MAX_TEXT_BYTES)];
    }

    /**
     * The code of a column that holds some text.
     *
     * @param plainBits what its bytes take; {@link Integer#MAX_VALUE} if these do not hold all of each text
     * @return null if it is not worth it
     */
    static @Nullable TextCode make(TextColumn column, int plainBits, BuildTurns turns) {
        final List<TextCut> cuts = new CutChoice(column, WORTH * plainBits, turns).best();
        for (final TextCut cut : cuts) {
            final TextCode code = new TextCodeMaker(column, turns).code(cut);
            if (code != null) {
                return code.bits() <= WORTH * plainBits ? code : null;
            }
        }
        return null;
    }

    /** Null if there are too many stems, or too much behind them. */
    private @Nullable TextCode code(TextCut cut) {
        final Slab slab = column.slab;
        for (int i = 0; i < slab.rowCount(); i++) {
            final long row = slab.address(i);
            if (!column.isNull(row) && !add(cut, column.text(row), column.length(row))) {
                return null;
            }
            turns.onRows(1);
        }
        final Stems found = Stems.of(stems, turns);
        if (found == null) {
            return null;
        }
        final int room = KeyCode.GROUP_BITS - FieldCode.bitsFor(found.count() - 1);
        return new TextCode(cut, found, new Alphabets(present, longestRest, shortestRest, room));
    }

    private boolean add(TextCut cut, long text, int length) {
        final int stem = cut.end(text, length);
        final int rest = length - stem;
        if (rest > FieldCode.MAX_TEXT_BYTES || !stems.add(text, stem)) {
            return false;
        }
        longestRest = Math.max(longestRest, rest);
        shortestRest = Math.min(shortestRest, rest);
        for (int place = 0; place < rest; place++) {
            present[(place << 8) | (Memory.getByte(text + stem + place) & 0xFF)] = true;
        }
        return true;
    }
}
