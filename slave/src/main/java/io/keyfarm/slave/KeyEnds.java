package io.keyfarm.slave;

import io.keyfarm.key.KeyCode;
import io.keyfarm.key.SeekLoop;
import io.keyfarm.key.SortedKey;
import io.keyfarm.query.eval.BoundConditions;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows among which the least and the greatest values of fields are, found at the ends of a key's runs.
 *
 * <pre>
 *   key state.price, state in {FL, GA}, min(price), max(price)
 *
 *   … | FL 900  FL 1100  FL 7000  FL null | GA 200  GA 8000 | …
 *       first             last              first   last            four rows, whatever stands between
 * </pre>
 *
 * A key serves a field that stands right behind fields which are asked for by single values, or which the rows are grouped by;
 * these, the field itself and no others are asked about. One of such keys is needed for each field. As all rows that are found
 * match, those of one field do no harm to another. For one thread.
 */
final class KeyEnds implements Way {
    private static final int MAX_NAME_BYTES = 512;

    private final TableSchema schema;
    private final int[] fields;
    private final boolean[] isGrouped;
    private final @Nullable SegmentMonitor[] notNull;
    /** What is asked, by field that is sought. */
    private final @Nullable SegmentMonitor[][] monitors;

    private final StopSignal stop;

    private KeyShelf shelf = KeyShelf.EMPTY;
    private SeekLoop[] loops = {};
    /** For each field the walk over its key. */
    private final SeekLoop[] chosen;

    private final int[] keys;
    private int current;
    private long rowsFound;

    /**
     * @param fields of the table, whose least or greatest values are asked for
     * @param groupFields of the table
     */
    KeyEnds(TableSchema schema, int[] fields, int[] groupFields, StopSignal stop) {
        this.schema = schema;
        this.fields = fields;
        this.stop = stop;
        isGrouped = new boolean[schema.fieldCount()];
        for (final int field : groupFields) {
            isGrouped[field] = true;
        }
        notNull = new SegmentMonitor[schema.fieldCount()];
        for (final int field : fields) {
            final SegmentMonitor values = new SegmentMonitor(schema.field(field).type());
            values.bindNotNull();
            notNull[field] = values;
        }
        monitors = new SegmentMonitor[fields.length][schema.fieldCount()];
        chosen = new SeekLoop[fields.length];
        keys = new int[fields.length];
    }

    /** Begins with the conditions as they are bound; false where keys do not serve, or other ways are expected to cost less. */
    boolean open(BoundPart here, Slave slave) {
        final BoundConditions conditions = here.conditions;
        if (conditions.isNothing() || conditions.hasRest() || !here.hasOneSegment()) {
            return false;
        }
        use(here.shelf());
        rowsFound = 0;
        current = 0;
        double seeks = 0;
        for (int i = 0; i < fields.length; i++) {
            final double least = choose(i, conditions.monitors());
            if (least == Double.MAX_VALUE) {
                return false;
            }
            seeks += least;
        }
        // The first row of each run is sought, and its end.
        return 2 * seeks * slave.costs().seekNs() <= slave.costs().scanNs(here.slab.rowCount());
    }

    private void use(KeyShelf now) {
        if (now != shelf) {
            shelf = now;
            loops = new SeekLoop[now.keyCount()];
            Arrays.setAll(loops, i -> new SeekLoop(now.key(i)));
        }
    }

    /** The key with the fewest runs for this field; answers how many, or the largest number if there is no such key. */
    private double choose(int place, @Nullable SegmentMonitor[] asked) {
        final SegmentMonitor own = asked[fields[place]];
        final boolean isAsked = own != null && !own.isWild();
        if (isAsked && own.admitsNull()) {
            return Double.MAX_VALUE; // Nulls stand at an end, too.
        }
        final boolean losesNulls = !isAsked && schema.field(fields[place]).nullable();
        if (losesNulls && hasGroups()) {
            return Double.MAX_VALUE; // A group of nulls alone is a group.
        }
        double least = Double.MAX_VALUE;
        for (int key = 0; key < loops.length; key++) {
            final double runs = runs(shelf.key(key), fields[place], asked) * (isAsked ? own.rangeCount() : 1);
            // A key may have been chosen for another field, and is walked through once for each.
            if (runs < least && !isTaken(key, place)) {
                least = runs;
                keys[place] = key;
            }
        }
        if (least == Double.MAX_VALUE) {
            return least;
        }
        System.arraycopy(asked, 0, monitors[place], 0, asked.length);
        if (!isAsked) {
            monitors[place][fields[place]] = notNull[fields[place]];
        }
        chosen[place] = loops[keys[place]];
        chosen[place].open(monitors[place]);
        return chosen[place].isByCodes() ? least : Double.MAX_VALUE;
    }

    /** Counts for each key that is walked through. */
    @Override
    public void countUse(SessionTally tally, long reads, long rows) {
        for (final int key : keys) {
            tally.onUse(shelf.key(key), reads, rows);
        }
    }

    private boolean hasGroups() {
        for (final boolean grouped : isGrouped) {
            if (grouped) {
                return true;
            }
        }
        return false;
    }

    private boolean isTaken(int key, int before) {
        for (int i = 0; i < before; i++) {
            if (keys[i] == key) {
                return true;
            }
        }
        return false;
    }

    /** How many runs the key has for the field at most, about; the largest number where it does not serve. */
    private double runs(SortedKey key, int field, @Nullable SegmentMonitor[] asked) {
        final KeyCode coder = key.coder();
        int place = 0;
        double runs = 1;
        int served = 0;
        while (place < coder.exactFields() && coder.tableField(place) != field) {
            final int before = coder.tableField(place);
            final SegmentMonitor monitor = asked[before];
            if (monitor != null && !monitor.isWild()) {
                if (!isOfValues(monitor)) {
                    return Double.MAX_VALUE;
                }
                served++;
                runs *= Math.max(1, monitor.rangeCount() + (monitor.admitsNull() ? 1 : 0));
            } else if (isGrouped[before]) {
                runs *= Math.max(1.0, (double) key.summary().distinctGroups(place + 1))
                        / Math.max(1, key.summary().distinctGroups(place));
            } else {
                return Double.MAX_VALUE;
            }
            place++;
        }
        final boolean isServed = place < coder.exactFields() && served == asked(asked, field);
        return isServed && hasGroupsBefore(coder, place) ? runs : Double.MAX_VALUE;
    }

    private static boolean isOfValues(SegmentMonitor monitor) {
        for (int range = 0; range < monitor.rangeCount(); range++) {
            if (!monitor.isPointRange(range)) {
                return false;
            }
        }
        return true;
    }

    /** How many fields are asked about, but for this one. */
    private static int asked(@Nullable SegmentMonitor[] monitors, int but) {
        int count = 0;
        for (int field = 0; field < monitors.length; field++) {
            final SegmentMonitor monitor = monitors[field];
            count += field != but && monitor != null && !monitor.isWild() ? 1 : 0;
        }
        return count;
    }

    private boolean hasGroupsBefore(KeyCode coder, int place) {
        int found = 0;
        for (int i = 0; i < place; i++) {
            found += isGrouped[coder.tableField(i)] ? 1 : 0;
        }
        int wanted = 0;
        for (final boolean grouped : isGrouped) {
            wanted += grouped ? 1 : 0;
        }
        return found == wanted;
    }

    /** Fills from the front with rows that match; 0 when there are no more, or it is time to stop. */
    int next(int[] rowNumbers) {
        int count = 0;
        while (count + 2 <= rowNumbers.length && current < chosen.length) {
            final SeekLoop loop = chosen[current];
            if (!loop.nextRun()) {
                current++;
                continue;
            }
            final int first = loop.firstOfRun();
            final int last = loop.lastOfRun();
            rowNumbers[count++] = first;
            if (last != first) {
                rowNumbers[count++] = last;
            }
        }
        rowsFound += count;
        return count > 0 && stop.poll() ? 0 : count;
    }

    @Override
    public long seeks() {
        long seeks = 0;
        for (final SeekLoop loop : chosen) {
            seeks += loop.seeks();
        }
        return seeks;
    }

    /** Codes looked at, and rows found. */
    @Override
    public long rowsExamined() {
        long examined = rowsFound;
        for (final SeekLoop loop : chosen) {
            examined += loop.rowsExamined();
        }
        return examined;
    }

    @Override
    public byte[] name() {
        final List<String> names = new ArrayList<>();
        for (final int key : keys) {
            names.add(shelf.key(key).spec().toString());
        }
        final String name = "ends of " + String.join(", ", names);
        return name.substring(0, Math.min(name.length(), MAX_NAME_BYTES)).getBytes(StandardCharsets.US_ASCII);
    }
}
