package io.keyfarm.query.plan;

import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What {@link FlowPruner} does of merge joins: their inputs keep the keys, and what is handed on of them. */
final class MergeJoinPruner {
    private MergeJoinPruner() {}

    /**
     * @param outputs the fields that are asked of the join
     * @param asked of each step's rows; the inputs' grow
     */
    static void ask(Step.MergeJoin join, BitSet outputs, BitSet[] asked, List<TableSchema> schemas) {
        final MergeJoinStep how = join.how();
        for (int i = 0; i < join.of().size(); i++) {
            how.keys().get(i).forEach(asked[join.of().get(i)]::set);
        }
        outputs.stream()
                .map(output -> how.outputs().get(output) - how.fieldsPlace())
                .filter(place -> place >= 0)
                .forEach(place -> {
                    int input = 0;
                    int field = place;
                    while (field >= schemas.get(join.of().get(input)).fieldCount()) {
                        field -= schemas.get(join.of().get(input++)).fieldCount();
                    }
                    asked[join.of().get(input)].set(field);
                });
    }

    /** @param places for each step, where its fields have gone */
    static Step pruned(Step.MergeJoin join, BitSet outputs, int[][] places) {
        final MergeJoinStep how = join.how();
        final List<Integer> moved = new ArrayList<>();
        while (moved.size() < how.fieldsPlace()) {
            moved.add(moved.size());
        }
        int next = how.fieldsPlace();
        final List<List<Integer>> keys = new ArrayList<>();
        for (int i = 0; i < join.of().size(); i++) {
            final int[] of = places[join.of().get(i)];
            for (final int place : of) {
                moved.add(place == Node.NONE ? place : Integer.valueOf(next++));
            }
            keys.add(how.keys().get(i).stream().map(key -> of[key]).toList());
        }
        return new Step.MergeJoin(
                join.of(),
                new MergeJoinStep(
                        keys,
                        how.needsFirst(),
                        how.least(),
                        how.most(),
                        how.once(),
                        outputs.stream()
                                .mapToObj(output -> moved.get(how.outputs().get(output)))
                                .toList(),
                        outputs.stream().mapToObj(how.names()::get).toList(),
                        how.skips()));
    }
}
