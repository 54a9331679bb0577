package io.keyfarm;

import io.keyfarm.key.advice.KeyChange;
import java.util.List;
import java.util.SortedMap;

/**
 * A table's keys, and what was asked of it. Immutable.
 *
 * @param fields by name: how often a field was asked about, faded
 * @param shapes the most often asked first
 * @param open the keys that may come, the nearest first
 */
public record TableKeyReport(
        String table,
        long rows,
        SortedMap<String, Double> fields,
        List<ShapeReport> shapes,
        List<KeyInForce> keys,
        List<KeyChange> open) {
    public TableKeyReport {
        shapes = List.copyOf(shapes);
        keys = List.copyOf(keys);
        open = List.copyOf(open);
    }
}
