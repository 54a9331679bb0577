package io.keyfarm.bench;

import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;

/** Rows to join with {@link Vehicles}: each names a vehicle drawn by chance, one in twenty one that does not exist. */
final class Visits implements RowSource {
    static final TableSchema SCHEMA = TableSchema.parse("visits: visit int32, vehicle int64, day int32");
    static final int VISIT = 0;
    static final int VEHICLE = 1;
    static final int DAY = 2;

    /** So many visits are of one day. */
    static final int A_DAY = 100;

    private static final int STRANGERS = 20;

    private final long[] vehicles;

    Visits(int count, int vehicleCount, long seed) {
        final Draws draws = new Draws(seed + 3);
        vehicles = new long[count];
        for (int i = 0; i < count; i++) {
            final boolean isStranger = draws.below(STRANGERS) == 0;
            vehicles[i] =
                    Vehicles.id(isStranger ? vehicleCount + draws.below(vehicleCount) : draws.below(vehicleCount));
        }
    }

    int count() {
        return vehicles.length;
    }

    long vehicle(int visit) {
        return vehicles[visit];
    }

    @Override
    public TableSchema schema() {
        return SCHEMA;
    }

    @Override
    public long estimatedBytes() {
        return 16L * vehicles.length;
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        for (int i = 0; i < vehicles.length; i++) {
            sink.beginRow()
                    .putLong(VISIT, i)
                    .putLong(VEHICLE, vehicles[i])
                    .putLong(DAY, i / A_DAY)
                    .endRow();
        }
        return vehicles.length;
    }
}
