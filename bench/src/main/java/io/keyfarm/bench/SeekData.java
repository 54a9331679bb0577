package io.keyfarm.bench;

import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The rows that seeks and builds are measured on: two tables of 48-byte rows, and eight keys over them.
 *
 * <pre>
 *   uniform         62 random bits
 *   power-law       density x^(-5/6): the bulk of all rows in the lowest part of the range
 *   zipf            a million ranks, the first one in every fourteenth row: long runs of duplicates
 *   clustered       a thousand clumps
 *   constant-lead   two fields, the first the same in 999 rows of 1,000 and anything in the rest
 *   long-prefix     numbers of 64 high parts, 40 bits each, and 20 low bits
 *   url             text: 27 bytes shared by all, then 7 that differ
 *   page            text: 29 bytes shared by all, then state, make, year: another 12 to 20 shared by very many
 * </pre>
 */
final class SeekData implements AutoCloseable {
    private static final TableSchema NUMBERS = TableSchema.parse("numbers: id int64, uniform int64, powerlaw int64,"
            + " clustered int64, prefixed int64, zipf int32, lead int32");
    private static final TableSchema TEXTS =
            TableSchema.parse("texts: id int64, url varchar, page varchar, price int64");
    private static final int ID_BITS = 31;
    private static final int CLUMPS = 1_000;
    private static final int PREFIXES = 64;
    private static final int RANKS = 1_000_000;
    private static final int USUAL_LEAD = 1_000_000;
    private static final List<String> MAKES = List.of(
            "acura",
            "audi",
            "bmw",
            "buick",
            "cadillac",
            "chevrolet",
            "chrysler",
            "dodge",
            "fiat",
            "ford",
            "gmc",
            "honda",
            "hyundai",
            "infiniti",
            "jaguar",
            "jeep",
            "kia",
            "lexus",
            "lincoln",
            "mazda",
            "mini",
            "nissan",
            "porsche",
            "ram",
            "subaru",
            "tesla",
            "toyota",
            "volkswagen",
            "volvo");
    private static final String STATES =
            "alakazarcacoctdeflgahiidiliniaksky" + "lamemdmamimnmsmomtnenvnhnjnmnyncndohokorpariscsdtntx";

    private final Slab numbers;
    private final Slab texts;

    SeekData(int rowCount, long seed, MemoryLedger ledger) {
        numbers = numbers(rowCount, new Draws(seed), ledger);
        texts = texts(rowCount, new Draws(seed + 1), ledger);
    }

    /** The eight keys, each with its plain way of seeking. */
    List<SeekCase> cases() {
        return List.of(
                new SeekCase("uniform", numbers, "uniform", new PlainLongs(numbers, "uniform")),
                new SeekCase("power-law", numbers, "powerlaw", new PlainLongs(numbers, "powerlaw")),
                new SeekCase("zipf", numbers, "zipf", new PlainInts(numbers, "zipf")),
                new SeekCase("clustered", numbers, "clustered", new PlainLongs(numbers, "clustered")),
                new SeekCase("constant-lead", numbers, "lead.id", new PlainPairs(numbers, "lead", "id")),
                new SeekCase("long-prefix", numbers, "prefixed", new PlainLongs(numbers, "prefixed")),
                new SeekCase("url", texts, "url", new PlainTexts(texts, "url")),
                new SeekCase("page", texts, "page", new PlainTexts(texts, "page")));
    }

    SeekCase find(String name) {
        return cases().stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no data called " + name));
    }

    @Override
    public void close() {
        numbers.close();
        texts.close();
    }

    private static Slab numbers(int rowCount, Draws draws, MemoryLedger ledger) {
        final long[] clumps = new long[CLUMPS];
        for (int i = 0; i < CLUMPS; i++) {
            clumps[i] = (1L << 40) + draws.below(1L << 61);
        }
        final long[] prefixes = new long[PREFIXES];
        for (int i = 0; i < PREFIXES; i++) {
            prefixes[i] = draws.below(1L << 40) << 20;
        }
        try (SlabBuilder rows = new SlabBuilder(NUMBERS, ledger)) {
            for (int i = 0; i < rowCount; i++) {
                rows.beginRow()
                        .putLong(0, Draws.shuffled(i, ID_BITS))
                        .putLong(1, draws.below(1L << 62))
                        .putLong(2, draws.powerLaw())
                        .putLong(3, clumps[draws.below(CLUMPS)] + draws.bell(1L << 24))
                        .putLong(4, prefixes[draws.below(PREFIXES)] + draws.below(1L << 20))
                        .putLong(5, draws.zipf(RANKS))
                        .putLong(6, draws.below(1_000) == 0 ? draws.below(Integer.MAX_VALUE) : USUAL_LEAD)
                        .endRow();
            }
            return rows.build();
        }
    }

    private static Slab texts(int rowCount, Draws draws, MemoryLedger ledger) {
        try (SlabBuilder rows = new SlabBuilder(TEXTS, ledger)) {
            for (int i = 0; i < rowCount; i++) {
                final long id = Draws.shuffled(i, ID_BITS);
                rows.beginRow()
                        .putLong(0, id)
                        .putText(1, text("https://cars.example.com/v/" + base36(id, 7)))
                        .putText(2, text(page(id, draws)))
                        .putLong(3, draws.below(10_000_000))
                        .endRow();
            }
            return rows.build();
        }
    }

    private static String page(long id, Draws draws) {
        final int state = 2 * draws.below(STATES.length() / 2);
        final String make = MAKES.get(draws.below(MAKES.size()));
        return "https://www.cars.example.com/" + STATES.substring(state, state + 2) + '/' + make + '/'
                + (1985 + draws.below(40)) + '/' + base36(id, 7);
    }

    private static String base36(long number, int digits) {
        final String all = "0".repeat(digits) + Long.toString(number, 36);
        return all.substring(all.length() - digits);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
