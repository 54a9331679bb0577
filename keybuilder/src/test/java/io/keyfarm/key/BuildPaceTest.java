package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A build tells of its work stretch by stretch, and may be ended at each of them. */
final class BuildPaceTest {
    private static final int ROWS = 66_000;
    private static final TableSchema SCHEMA =
            TableSchema.parse("t: few int32, some int16 null, unique int64, wide int64,"
                    + " colour char(6), url varchar, blob varchar null, long varchar");
    private static final int ENDS = 12 * Integer.getInteger("keyfarm.test.scale", 1);

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    /** Tells how many rows it was told of, and ends the build at a certain call. */
    private static final class Counting implements BuildPace {
        private final int last;
        private int calls;
        private long rows;

        Counting(int last) {
            this.last = last;
        }

        @Override
        public void onRows(int more) {
            rows += more;
            if (++calls == last) {
                throw new BuildCancelledException("at call " + last);
            }
        }
    }

    /** Made anew, as what codes of text are made of is kept with the rows. */
    private Slab rows() {
        final Random random = new Random(7);
        final byte[][] longs = new byte[ROWS / 8][140]; // of which no code holds all
        for (final byte[] bytes : longs) {
            random.nextBytes(bytes);
        }
        try (SlabBuilder rows = new SlabBuilder(SCHEMA, ledger)) {
            for (int i = 0; i < ROWS; i++) {
                rows.beginRow().putLong(0, random.nextInt(9));
                if (random.nextInt(5) == 0) {
                    rows.putNull(1);
                } else {
                    rows.putLong(1, random.nextInt(3000));
                }
                rows.putLong(2, Integer.reverse(i));
                rows.putLong(3, random.nextLong());
                rows.putText(4, text("c" + random.nextInt(70)));
                rows.putText(5, text("https://example.org/" + random.nextInt(300) + "/" + random.nextInt(4000)));
                if (random.nextInt(90) == 0) {
                    rows.putNull(6);
                } else {
                    final byte[] blob = new byte[random.nextInt(30)];
                    random.nextBytes(blob);
                    rows.putText(6, blob);
                }
                rows.putText(7, longs[random.nextInt(longs.length)]).endRow();
            }
            return rows.build();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void build(Slab slab, String spec, BuildPace pace) {
        if (spec.startsWith("bitmap ")) {
            new BitmapKeyBuilder(ledger, pace)
                    .build(slab, KeySpec.of(spec.substring(7)))
                    .close();
            return;
        }
        final String[] words = spec.split(" ");
        final int hashed = words.length == 1 ? 0 : Integer.parseInt(words[1]);
        new KeyBuilder(ledger, pace)
                .build(slab, KeySpec.parse(words[0]), hashed > 0 ? KeyTier.HOT : KeyTier.COLD, hashed)
                .close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "few",
                "few.some.unique",
                "unique 1",
                "wide.unique",
                "colour.few.unique",
                "url 1",
                "url.blob",
                "blob.unique",
                "long.unique",
                "few.long",
                "bitmap few",
                "bitmap some",
                "bitmap colour"
            })
    void shouldHoldNothingWhereverItIsEnded(String spec) {
        final Counting whole = new Counting(-1);
        try (Slab slab = rows()) {
            build(slab, spec, whole);
        }
        assertTrue(whole.rows >= 2 * ROWS, whole.rows + " rows were told of");
        final int step = Math.max(1, whole.calls / ENDS);
        for (int call = 1; call <= whole.calls; call += step) {
            end(spec, call, whole.calls);
        }
        end(spec, whole.calls, whole.calls);
        assertEquals(0, ledger.usedBytes());
    }

    private void end(String spec, int call, int calls) {
        try (Slab slab = rows()) {
            final long before = ledger.usedBytes();
            final Counting counting = new Counting(call);
            assertThrows(BuildCancelledException.class, () -> build(slab, spec, counting));
            assertEquals(before, ledger.usedBytes(), "ended at call " + call + " of " + calls);
            assertEquals(call, counting.calls);
        }
    }

    @Test
    void shouldTellOfStretchesThatAreNoneTooLong() {
        try (Slab slab = rows()) {
            for (final String spec : new String[] {"few", "unique 1", "url.blob", "few.long", "bitmap some"}) {
                build(slab, spec, rows -> assertTrue(rows < 2 * BitmapWindow.ROWS, spec + " told of " + rows));
            }
        }
    }

    @Test
    void shouldAddUpWhatIsLessThanAStretch() {
        final Counting told = new Counting(-1);
        final BuildTurns turns = new BuildTurns(told::onRows);
        for (int i = 0; i < 10; i++) {
            turns.onRows(BuildTurns.STRETCH_ROWS / 4);
        }
        assertEquals(2, told.calls);
        assertEquals(2L * BuildTurns.STRETCH_ROWS, told.rows);
    }
}
