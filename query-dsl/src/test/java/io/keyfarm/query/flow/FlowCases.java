package io.keyfarm.query.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.FieldKind;
import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.MemoryLimitException;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.RowView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What the tests of activities share: seeds, and runs that look after memory. */
final class FlowCases {
    private FlowCases() {}

    /** Goes through the seeds from 0 on, or through the one that is to be replayed. */
    static void forSeeds(int count, LongConsumer test) {
        final Long replayed = Long.getLong("keyfarm.test.seed");
        final long first = replayed == null ? 0 : replayed;
        final long end = replayed == null ? (long) count * Integer.getInteger("keyfarm.test.scale", 1) : first + 1;
        for (long seed = first; seed < end; seed++) {
            try {
                test.accept(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    static FlowMemory unlimited() {
        return new FlowMemory(MemoryLedger.unlimited("test"), Long.MAX_VALUE);
    }

    /**
     * The rows that an activity answers: also when a run was given up before, and unless a small budget refuses them; and
     * all memory is given back each time. {@code make} gets the memory of the inputs and that of the activity.
     */
    static List<List<@Nullable Object>> run(Random random, BiFunction<FlowMemory, FlowMemory, Activity> make) {
        final FlowMemory inputs = unlimited();
        final MemoryLedger ledger = MemoryLedger.unlimited("test");
        final FlowMemory memory = new FlowMemory(ledger, Long.MAX_VALUE);
        final List<List<@Nullable Object>> rows;
        try (Activity activity = make.apply(inputs, memory)) {
            if (random.nextInt(3) == 0) {
                giveUpEarly(activity, random.nextInt(5));
            }
            activity.begin();
            rows = drain(activity);
        } finally {
            assertEquals(0, inputs.usedBytes(), "inputs");
            assertEquals(0, memory.usedBytes(), "memory");
            assertEquals(0, ledger.usedBytes(), "ledger");
        }
        final FlowMemory small = new FlowMemory(ledger, 1L << (8 + random.nextInt(14)));
        try (Activity activity = make.apply(inputs, small)) {
            activity.begin();
            assertEquals(rows, drain(activity), "with a small budget");
        } catch (MemoryLimitException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("this query holds"), e.getMessage());
        } finally {
            assertEquals(0, small.usedBytes(), "memory after a limit");
            assertEquals(0, inputs.usedBytes(), "inputs after a limit");
            assertEquals(0, ledger.usedBytes(), "ledger after a limit");
        }
        return rows;
    }

    private static void giveUpEarly(Activity activity, int turns) {
        final RowBatch batch = new RowBatch(activity.layout());
        activity.begin();
        for (int i = 0; i < turns && activity.next(batch) != 0; i++) {}
    }

    static List<List<@Nullable Object>> drain(Activity activity) {
        final RowBatch batch = new RowBatch(activity.layout());
        final RowView view = new RowView(activity.layout());
        final List<List<@Nullable Object>> rows = new ArrayList<>();
        int count;
        while ((count = activity.next(batch)) != 0) {
            assertTrue(count == Activity.WAITING || count == batch.count(), () -> "counts " + batch.count());
            for (int i = 0; i < count; i++) {
                batch.view(i, view);
                rows.add(values(view, activity.layout()));
            }
        }
        assertEquals(0, activity.next(batch), "behind the end");
        return rows;
    }

    /** All values of a row, as Java compares them; text as hexadecimal digits, a char with its padding. */
    static List<@Nullable Object> values(RowView view, RecordLayout layout) {
        final List<@Nullable Object> values = new ArrayList<>();
        for (int f = 0; f < layout.schema().fieldCount(); f++) {
            values.add(value(view, layout, f));
        }
        return values;
    }

    private static @Nullable Object value(RowView view, RecordLayout layout, int f) {
        final FieldKind kind = layout.kind(f);
        if (view.isNull(f)) {
            final int width = layout.schema().field(f).type().widthBytes();
            for (int i = 0; i < width; i++) {
                assertEquals(0, Memory.getByte(view.address() + layout.offset(f) + i), "a byte of a null");
            }
            return null;
        }
        if (kind.isText()) {
            return HexFormat.of().formatHex(view.getBytes(f));
        }
        if (kind.isFloating()) {
            final double value = view.getDouble(f);
            return value == 0 ? (Double) 0.0 : (Double) value;
        }
        return view.get(f);
    }

    /** Null last ascending, first descending. */
    static Comparator<List<@Nullable Object>> comparator(List<SortField> order) {
        return (left, right) -> {
            for (final SortField by : order) {
                final int difference = compare(left.get(by.field()), right.get(by.field()));
                if (difference != 0) {
                    return by.descending() ? -difference : difference;
                }
            }
            return 0;
        };
    }

    @SuppressWarnings("unchecked")
    static int compare(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return Boolean.compare(left == null, right == null);
        }
        return Integer.signum(((Comparable<Object>) left).compareTo(right));
    }

    static <T> T oneOf(T[] all, Random random) {
        return all[random.nextInt(all.length)];
    }

    static List<SortField> randomOrder(Random random, int fieldCount) {
        final List<SortField> order = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            order.add(new SortField(random.nextInt(fieldCount), random.nextBoolean()));
        }
        return order;
    }

    /** Some fields, each once, in any order; at least one. */
    static int[] randomFields(Random random, int fieldCount) {
        final List<Integer> fields = new ArrayList<>();
        for (int f = 0; f < fieldCount; f++) {
            fields.add(f);
        }
        Collections.shuffle(fields, random);
        return fields.subList(0, 1 + random.nextInt(Math.min(fieldCount, 3))).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static List<@Nullable Object> pick(List<@Nullable Object> row, int[] fields) {
        final List<@Nullable Object> picked = new ArrayList<>();
        for (final int field : fields) {
            picked.add(row.get(field));
        }
        return picked;
    }
}
