package io.keyfarm;

import io.keyfarm.query.eval.Ask;
import io.keyfarm.query.plan.Op;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which combinations of operator, type, null, key structure and table size were compared with the judge, and how often. */
final class Coverage {
    /** What a query was read through. */
    enum Structure {
        SCAN,
        COLD,
        HOT,
        BITMAPS,
        COLUMNS;

        /** Through sorted keys every row can be read, through bitmaps and column copies only what they narrow. */
        private boolean serves(Op op, String nulls) {
            return (this != BITMAPS && this != COLUMNS)
                    || !(op == Op.CONTAINS || (op == Op.IS_NOT_NULL && nulls.equals(NOT_NULL)));
        }
    }

    private static final String NULL = "null";
    private static final String NOT_NULL = "not null";

    private final Map<String, Integer> cells = new TreeMap<>();
    private long pairs;

    Coverage() {
        for (final FieldKind kind : FieldKind.values()) {
            for (final Op op : Ask.Maker.ops(sample(kind))) {
                for (final Structure structure : Structure.values()) {
                    for (final String nulls : List.of(NULL, NOT_NULL)) {
                        if (!structure.serves(op, nulls)) {
                            continue;
                        }
                        for (final String size : List.of("0", "1", "2+", "100+", "10k+")) {
                            cells.put(cell(op, kind, nulls, structure, size), 0);
                        }
                    }
                }
            }
        }
    }

    void add(Ask.Leaf leaf, Structure structure, int rowCount) {
        final Field field = leaf.schema().field(leaf.field());
        cells.merge(cell(leaf.op(), field.type().kind(), nulls(field), structure, size(rowCount)), 1, Integer::sum);
    }

    boolean isMissing(Op op, Field field, int rowCount) {
        for (final Structure structure : Structure.values()) {
            final String cell = cell(op, field.type().kind(), nulls(field), structure, size(rowCount));
            if (structure.serves(op, nulls(field)) && cells.getOrDefault(cell, 0) == 0) {
                return true;
            }
        }
        return false;
    }

    boolean hasEmptyCells(int rowCount) {
        return emptyCells().stream().anyMatch(cell -> cell.endsWith(" " + size(rowCount) + " rows"));
    }

    void countPair() {
        pairs++;
    }

    long pairs() {
        return pairs;
    }

    List<String> emptyCells() {
        final List<String> empty = new ArrayList<>();
        cells.forEach((cell, count) -> {
            if (count == 0) {
                empty.add(cell);
            }
        });
        return empty;
    }

    @Override
    public String toString() {
        final Map<String, Integer> byOp = new TreeMap<>();
        cells.forEach((cell, count) -> byOp.merge(cell.substring(0, cell.indexOf(' ')), count, Integer::sum));
        return "%,d pairs of query and keys; %,d cells of operator, type, null, structure, size; fewest in a cell %d; by operator %s"
                .formatted(
                        pairs,
                        cells.size(),
                        cells.values().stream().mapToInt(it -> it).min().orElse(0),
                        byOp);
    }

    private static String nulls(Field field) {
        return field.nullable() ? NULL : NOT_NULL;
    }

    private static String size(int rowCount) {
        return rowCount >= 10_000 ? "10k+" : rowCount >= 100 ? "100+" : rowCount >= 2 ? "2+" : rowCount + "";
    }

    private static String cell(Op op, FieldKind kind, String nulls, Structure structure, String size) {
        return op + " " + kind + " " + nulls + " " + structure + " " + size + " rows";
    }

    private static FieldType sample(FieldKind kind) {
        return switch (kind) {
            case CHAR -> FieldType.character(3);
            case DECIMAL -> FieldType.decimal(6, 2);
            default -> FieldType.of(kind);
        };
    }
}
