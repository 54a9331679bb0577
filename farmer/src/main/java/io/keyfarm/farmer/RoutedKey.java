package io.keyfarm.farmer;

import io.keyfarm.key.advice.BitmapSummary;
import io.keyfarm.key.advice.KeySummary;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * A key whose entries are on the channels that a hash of their first field says, wherever the rows are. The entries are a
 * table themselves, of which a channel's slave has those of its own, with an ordinary key over them; nobody loads it, no
 * catalogue shows it, and only lookups of joins ask it.
 *
 * <pre>
 *   orders                  o_orderkey | o_custkey | o_orderdate | …       dealt in turn: any channel
 *   orders@o_custkey        o_custkey | fpos                               by the hash of o_custkey: one channel
 *   orders@o_custkey+o_orderdate       o_custkey | o_orderdate | fpos      the same, a field carried along
 * </pre>
 *
 * The generation of the entries is that of the rows. Rows whose first field is null have no entry: no value leads to them.
 *
 * @param fields the key's own, the first one of which says the channel
 * @param carried further fields that the entries have
 * @param entries what is known of their table; it has one key, by {@code fields}
 */
public record RoutedKey(List<String> fields, List<String> carried, TableEntry entries) {
    private static final int PART_SHIFT = 32;

    public RoutedKey {
        fields = List.copyOf(fields);
        carried = List.copyOf(carried);
    }

    /** The table of the entries of such a key over this table. */
    public static TableSchema schemaOfEntries(TableSchema table, List<String> fields, List<String> carried) {
        final List<String> names = new ArrayList<>(fields);
        names.addAll(carried);
        final List<Field> all = new ArrayList<>();
        for (final String name : names) {
            all.add(table.field(table.indexOf(name)));
        }
        String fpos = "fpos";
        while (names.contains(fpos)) {
            fpos = '_' + fpos;
        }
        all.add(new Field(fpos, FieldType.INT64, false));
        final String carry = carried.isEmpty() ? "" : '+' + String.join("+", carried);
        return new TableSchema(table.name() + '@' + String.join(".", fields) + carry, all);
    }

    /** Where a row is: on which channel, and the number it has there. */
    public static long fpos(int channel, int rowNumber) {
        return (long) channel << PART_SHIFT | rowNumber;
    }

    static int channelOf(long fpos) {
        return (int) (fpos >>> PART_SHIFT);
    }

    static int rowNumberOf(long fpos) {
        return (int) fpos;
    }

    /** The field of the entries that says where the row is. */
    Field fposField() {
        return entries.schema().field(entries.schema().fieldCount() - 1);
    }

    /** The same with what is known of the entries' key now. */
    public RoutedKey withKeys(long keyEpoch, List<KeySummary> summaries, List<BitmapSummary> bitmaps) {
        return new RoutedKey(fields, carried, entries.withKeys(keyEpoch, summaries, bitmaps));
    }
}
