package io.keyfarm.query;

import io.keyfarm.rows.Field;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of rows on their way, and of which table each was a field before, so that the words for it go on naming it.
 * Immutable.
 */
final class FlowRows {
    private final TableSchema schema;
    private final List<Body.Use> origins;

    FlowRows(TableSchema schema, List<Body.Use> origins) {
        assert schema.fieldCount() == origins.size() : schema;
        this.schema = schema;
        this.origins = List.copyOf(origins);
    }

    /** Fields that were computed, and stem from no table. */
    static FlowRows computed(TableSchema schema) {
        final List<Body.Use> own = new ArrayList<>();
        for (int i = 0; i < schema.fieldCount(); i++) {
            own.add(new Body.Use(schema, i));
        }
        return new FlowRows(schema, own);
    }

    /** These, and behind them fields that were computed. */
    FlowRows extended(TableSchema longer) {
        final List<Body.Use> all = new ArrayList<>(origins);
        for (int i = origins.size(); i < longer.fieldCount(); i++) {
            all.add(new Body.Use(longer, i));
        }
        return new FlowRows(longer, all);
    }

    TableSchema schema() {
        return schema;
    }

    int count() {
        return origins.size();
    }

    Field field(int place) {
        return schema.field(place);
    }

    Body.Use origin(int place) {
        return origins.get(place);
    }

    boolean has(Body.Use use) {
        return use.schema().equals(schema) || origins.contains(use);
    }

    /**
     * Where the field stands in these rows.
     *
     * @throws BadQueryException naming the fields there are
     */
    int place(Body.Use use) {
        if (use.schema().equals(schema)) {
            return use.index();
        }
        final int place = origins.indexOf(use);
        if (place < 0) {
            throw new BadQueryException(use.field().name() + " of "
                    + use.schema().name() + " is no field of these rows, which are " + schema);
        }
        if (origins.lastIndexOf(use) != place) {
            throw new BadQueryException(
                    use.field().name() + " of " + use.schema().name()
                            + " stands twice in these rows; call one side otherwise: table.as(\"other\")");
        }
        return place;
    }

    List<Integer> places(FieldRef... fields) {
        final List<Integer> places = new ArrayList<>();
        for (final FieldRef field : fields) {
            places.add(place(field.use()));
        }
        return places;
    }

    List<Integer> allPlaces() {
        final List<Integer> all = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            all.add(i);
        }
        return all;
    }
}
