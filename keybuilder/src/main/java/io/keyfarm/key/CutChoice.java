package io.keyfarm.key;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which cuts promise short codes for a column, by a sample of it.
 *
 * <pre>
 *   fl/ford/1998/0x7        cut                  stems      bits of stem and rest
 *   ga/audi/2004/2…         none                     1        0 + 140
 *                           behind 1 of '/'         51        6 + 118
 *                           behind 2 of '/'      1,479       11 +  46
 *                           behind 3 of '/'     59,160       16 +  36, of a table that fits in no cache
 *                           all              4,000,000
 * </pre>
 */
final class CutChoice {
    private static final int SAMPLE_TEXTS = 4096;
    private static final int MAX_MARKS = 4;
    private static final int MAX_MARK_BYTES = 3;
    private static final int[] LENGTHS = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16};
    /** Stems beyond about so many are no longer found in the nearest cache: each doubling is worth two bits. */
    private static final int FEW_STEMS_BITS = 12;

    /** What finding a stem costs, in bits that it must save. */
    private static final int STEM_COST = 6;

    private static final int PASSES = 3;
    /** A text of the sample takes as long as so many rows. */
    private static final int TURNS_A_TEXT = 4;

    private record Scored(TextCut cut, double score) {}

    private final BuildTurns turns;
    private final byte[][] sample;
    private final long rowCount;
    private final int longest;
    private final List<Scored> scored = new ArrayList<>();

    /** Cuts of a score above {@code most} are left out. */
    CutChoice(TextColumn column, double most, BuildTurns turns) {
        this.turns = turns;
        sample = column.sample(SAMPLE_TEXTS);
        rowCount = column.slab.rowCount();
        longest = column.longest;
        if (sample.length == 0) {
            // So few texts among so many nulls that any code will do.
            scored.add(new Scored(TextCut.ALL, 0));
            return;
        }
        score(TextCut.NOTHING, most);
        score(TextCut.ALL, most);
        for (final int bytes : LENGTHS) {
            if (bytes < longest) {
                score(TextCut.behindBytes(bytes), most);
            }
        }
        for (final byte mark : marks()) {
            for (int count = 1; count <= MAX_MARKS; count++) {
                score(TextCut.behindMarks(mark, count), most);
            }
        }
    }

    /** The best first; more than one, as the sample may have promised too much. */
    List<TextCut> best() {
        return scored.stream()
                .sorted(Comparator.comparingDouble(Scored::score))
                .limit(PASSES)
                .map(Scored::cut)
                .toList();
    }

    private void score(TextCut cut, double most) {
        turns.onRows(sample.length * TURNS_A_TEXT);
        final Map<ByteBuffer, Integer> stems = new HashMap<>();
        final boolean[] present = new boolean[256 * Math.min(longest, FieldCode.MAX_TEXT_BYTES)];
        int longestRest = 0;
        int shortestRest = Integer.MAX_VALUE;
        for (final byte[] text : sample) {
            final int stem = cut.end(text, 0, text.length);
            final int rest = text.length - stem;
            if (rest > FieldCode.MAX_TEXT_BYTES) {
                return;
            }
            stems.merge(ByteBuffer.wrap(text, 0, stem), 1, Integer::sum);
            longestRest = Math.max(longestRest, rest);
            shortestRest = Math.min(shortestRest, rest);
            for (int place = 0; place < rest; place++) {
                present[(place << 8) | (text[stem + place] & 0xFF)] = true;
            }
        }
        final double count = stemCount(stems);
        if (count > Stems.MAX_COUNT) {
            return;
        }
        final double stemBits = Math.log(count) / Math.log(2);
        final double bits = Math.ceil(stemBits) + new Alphabets(present, longestRest, shortestRest, 0).bits();
        if (bits <= most) {
            final int cost = cut.isNothing() ? 0 : STEM_COST;
            scored.add(new Scored(cut, bits + cost + 2 * Math.max(0, stemBits - FEW_STEMS_BITS)));
        }
    }

    /** How many stems the column has, by how many the sample has once and twice (Chao 1984). */
    private double stemCount(Map<ByteBuffer, Integer> stems) {
        if (sample.length == rowCount) {
            return stems.size();
        }
        final double once = stems.values().stream().filter(it -> it == 1).count();
        final double twice = stems.values().stream().filter(it -> it == 2).count();
        return Math.min((double) rowCount, stems.size() + once * (once - 1) / (2 * (twice + 1)));
    }

    /** Bytes that are neither letters nor digits and stand in most texts, the most frequent first. */
    private List<Byte> marks() {
        final int[] texts = new int[128];
        for (final byte[] text : sample) {
            final boolean[] isSeen = new boolean[128];
            for (final byte it : text) {
                if (it >= 0 && !Character.isLetterOrDigit(it) && !isSeen[it]) {
                    isSeen[it] = true;
                    texts[it]++;
                }
            }
        }
        final Integer[] order = new Integer[128];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingInt(it -> -texts[it]));
        final List<Byte> marks = new ArrayList<>();
        for (int i = 0; i < MAX_MARK_BYTES && texts[order[i]] > sample.length / 2; i++) {
            marks.add((byte) (int) order[i]);
        }
        return marks;
    }
}
