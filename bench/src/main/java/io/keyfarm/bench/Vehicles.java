package io.keyfarm.bench;

import io.keyfarm.load.LoadProgress;
import io.keyfarm.load.RowSource;
import io.keyfarm.rows.RowSink;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.StandardCharsets;

/**
 * A table of vehicles, 48 bytes a row, as a search form would meet it: some makes are common and most are not, each has
 * models of its own, an owner has three or so, and the id is unique and in no order.
 */
final class Vehicles implements RowSource {
    static final TableSchema SCHEMA = TableSchema.parse("vehicles: id int64, make uint8, model int16, year int16,"
            + " colour uint8, state char(2), zip int32, vin char(8), owner int32, price decimal(9,2), mileage int32,"
            + " listed date");
    static final int ID = 0;
    static final int MAKE = 1;
    static final int MODEL = 2;
    static final int YEAR = 3;
    static final int COLOUR = 4;
    static final int STATE = 5;
    static final int ZIP = 6;
    static final int VIN = 7;
    static final int OWNER = 8;
    static final int PRICE = 9;
    static final int MILEAGE = 10;
    static final int LISTED = 11;

    static final int MAKES = 200;
    static final int MODELS_A_MAKE = 15;
    static final int YEARS = 40;
    static final int COLOURS = 20;
    static final int STATES = 50;
    static final int ZIPS = 30_000;
    static final int FIRST_YEAR = 1985;
    private static final int ID_BITS = 40;
    private static final double OWNERS_A_ROW = 0.3;

    private final int rowCount;
    private final long seed;

    Vehicles(int rowCount, long seed) {
        this.rowCount = rowCount;
        this.seed = seed;
    }

    /** The id of the row that is loaded as number {@code row}. */
    static long id(long row) {
        return Draws.shuffled(row, ID_BITS);
    }

    int ownerCount() {
        return Math.max(1, (int) (rowCount * OWNERS_A_ROW));
    }

    @Override
    public TableSchema schema() {
        return SCHEMA;
    }

    @Override
    public long estimatedBytes() {
        return 48L * rowCount;
    }

    @Override
    public long load(RowSink sink, LoadProgress progress) {
        final Draws draws = new Draws(seed);
        final byte[] vin = new byte[8];
        for (int i = 0; i < rowCount; i++) {
            final int make = draws.zipf(MAKES);
            final int zip = draws.below(ZIPS);
            fillVin(vin, Draws.shuffled(i, ID_BITS - 1));
            sink.beginRow()
                    .putLong(ID, id(i))
                    .putLong(MAKE, make)
                    .putLong(MODEL, make * MODELS_A_MAKE + draws.zipf(MODELS_A_MAKE))
                    .putLong(YEAR, FIRST_YEAR + draws.below(YEARS))
                    .putLong(COLOUR, draws.zipf(COLOURS))
                    .putText(STATE, state(zip * STATES / ZIPS))
                    .putLong(ZIP, 10_000 + zip)
                    .putText(VIN, vin)
                    .putLong(OWNER, draws.below(ownerCount()))
                    .putLong(PRICE, 50_000 + draws.below(9_000_000))
                    .putLong(MILEAGE, draws.below(300_000))
                    .putLong(LISTED, 18_000 + draws.below(2_000))
                    .endRow();
        }
        return rowCount;
    }

    static byte[] state(int number) {
        final String code = "" + (char) ('A' + number / 10) + (char) ('A' + number % 10);
        return code.getBytes(StandardCharsets.US_ASCII);
    }

    private static void fillVin(byte[] vin, long number) {
        long left = number;
        for (int i = vin.length - 1; i >= 0; i--) {
            vin[i] = (byte) "0123456789ABCDEFGHJKLMNPRSTUVWXY".charAt((int) (left & 31));
            left >>>= 5;
        }
    }
}
