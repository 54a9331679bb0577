package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.advice.KeyCandidate.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * What to make of keys that are worth a look, and of single fields.
 *
 * <pre>
 *   state.zip              state.zip, state.zip hot
 *   state price..          price column, state bitmap, state column       state has few values, price has many
 * </pre>
 */
public final class CandidateKinds {
    /** Bitmaps of more values take about as much as a sorted key, and tell less. */
    public static final int MOST_BITMAP_VALUES = 1024;

    private CandidateKinds() {}

    /**
     * Each order cold and hot, then what can be made of each field that any shape asks for, by the fields' names.
     *
     * @param orders as {@link CandidateKeys} found them
     * @param distinctValues of a field
     */
    public static List<KeyCandidate> of(
            List<KeySpec> orders, Collection<Shape> shapes, ToDoubleFunction<String> distinctValues) {
        final List<KeyCandidate> candidates = new ArrayList<>();
        for (final KeySpec order : orders) {
            candidates.add(new KeyCandidate(order, Kind.COLD));
            candidates.add(new KeyCandidate(order, Kind.HOT));
        }
        candidates.addAll(ofFields(shapes, distinctValues));
        return candidates;
    }

    /** Bitmap keys of the fields that have few values, and column copies of all. */
    public static List<KeyCandidate> ofFields(Collection<Shape> shapes, ToDoubleFunction<String> distinctValues) {
        final TreeSet<String> fields = new TreeSet<>();
        shapes.forEach(shape -> fields.addAll(shape.fields()));
        final List<KeyCandidate> candidates = new ArrayList<>();
        for (final String field : fields) {
            if (distinctValues.applyAsDouble(field) <= MOST_BITMAP_VALUES) {
                candidates.add(new KeyCandidate(KeySpec.of(field), Kind.BITMAP));
            }
            candidates.add(new KeyCandidate(KeySpec.of(field), Kind.COLUMN));
        }
        return candidates;
    }
}
