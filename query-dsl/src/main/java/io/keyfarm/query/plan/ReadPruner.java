package io.keyfarm.query.plan;

import io.keyfarm.rows.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Leaves out of a read what nobody asks it for. */
final class ReadPruner {
    private ReadPruner() {}

    /** The read with those of its output fields; a count has but the one. */
    static QueryPlan prune(QueryPlan read, BitSet fields) {
        if (read.isCount() || fields.cardinality() == read.rowFieldCount()) {
            return read;
        }
        final int[] output = fields.stream().map(read::rowField).toArray();
        // Fields that only the output used are named no more.
        final List<Field> named = new ArrayList<>();
        final int[] moved = new int[read.fields().size()];
        Arrays.fill(moved, Node.NONE);
        final BitSet kept = new BitSet();
        Arrays.stream(output).forEach(kept::set);
        read.order().forEach(by -> kept.set(by.field()));
        for (final Node node : read.nodes()) {
            for (final int field : new int[] {node.field(), node.other()}) {
                if (field != Node.NONE) {
                    kept.set(field);
                }
            }
        }
        kept.stream().forEach(field -> {
            moved[field] = named.size();
            named.add(read.fields().get(field));
        });
        return QueryPlan.of(new PlanDraft(
                read.tableName(),
                named,
                read.parameters(),
                read.nodes().stream().map(node -> node.withFields(moved)).toList(),
                false,
                Arrays.stream(output).map(field -> moved[field]).toArray(),
                read.order().stream()
                        .map(by -> new OrderBy(moved[by.field()], by.descending()))
                        .toList(),
                read.limit(),
                read.offset()));
    }
}
