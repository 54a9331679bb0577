package io.keyfarm.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;
import io.keyfarm.rows.SlabBuilder;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.segmonitor.SegmentMonitor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TextCodeTest {
    private static final int SCALE = Integer.getInteger("keyfarm.test.scale", 1);

    private final MemoryLedger ledger = MemoryLedger.unlimited("test");

    @Test
    void shouldCodeFewDistinctTextsByTheirRank() {
        final List<@Nullable String> modes = Arrays.asList("SHIP", "MAIL", "AIR", "TRUCK", "MAIL", null, "REG AIR", "");
        for (final String type : List.of("char(10) null", "varchar null", "bytes null")) {
            try (Slab slab = slab(type, modes)) {
                final FieldCode field = new KeyCode(slab, KeySpec.of("k")).field(0);
                assertEquals(4, field.bits(), "six values, and null: " + type);
                final boolean isChar = type.startsWith("char");
                final String[] inOrder = {"", "AIR", "MAIL", "REG AIR", "SHIP", "TRUCK"};
                for (int rank = 0; rank < inOrder.length; rank++) {
                    final byte[] text = text(inOrder[rank], isChar);
                    assertEquals(rank, field.exactCode(text, 0, text.length), inOrder[rank]);
                    assertEquals(rank, field.lowerCode(text, 0, text.length), inOrder[rank]);
                }
                final String[] absent = {"A", "BOAT", "MAIL2", "RAIL", "SHIPS", "TRUCKS", "Z"};
                final int[] above = {1, 2, 3, 3, 5, 8, 8};
                for (int i = 0; i < absent.length; i++) {
                    final byte[] text = text(absent[i], isChar);
                    assertEquals(-1, field.exactCode(text, 0, text.length), absent[i]);
                    assertEquals(above[i], field.lowerCode(text, 0, text.length), absent[i]);
                }
            }
        }
    }

    @Test
    void shouldHoldADateAndARankInOnePackedCode() {
        final TableSchema schema =
                TableSchema.parse("lines: shipdate date, shipmode char(10), flag char(1), price int32");
        final String[] modes = {"AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"};
        try (SlabBuilder rows = new SlabBuilder(schema, ledger)) {
            for (int i = 0; i < 5_000; i++) {
                rows.beginRow()
                        .putLong(0, 8_000 + i % 2_499)
                        .putText(1, modes[i % 7])
                        .putText(2, i % 3 == 0 ? "R" : "N")
                        .putLong(3, i)
                        .endRow();
            }
            try (Slab slab = rows.build()) {
                final KeyCode coder = new KeyCode(slab, KeySpec.parse("shipdate.shipmode.flag"));
                assertEquals(3, coder.exactFields());
                assertEquals(12 + 3 + 1, coder.totalBits());
                try (SortedKey key = new KeyBuilder(ledger).build(slab, coder.spec(), KeyTier.COLD, 3)) {
                    assertEquals(2, count(key, "MAIL", 8_002));
                    assertEquals(0, count(key, "MAIL", 8_003));
                    assertEquals(0, count(key, "MAILS", 8_002));
                }
            }
        }
    }

    /** How many rows of this date and mode there are, by a loop. */
    private static long count(SortedKey key, String mode, int date) {
        final TableSchema schema = key.slab().schema();
        final SegmentMonitor dates = new SegmentMonitor(schema.field(0).type());
        final SegmentMonitor modes = new SegmentMonitor(schema.field(1).type());
        dates.bindPoint(date);
        final byte[] text = mode.getBytes(StandardCharsets.UTF_8);
        modes.bindText(new UnsafeBuffer(text), 0, text.length);
        final SeekLoop loop = new SeekLoop(key);
        loop.open(new SegmentMonitor[] {dates, modes, null, null});
        assertTrue(loop.isAtMost(3));
        return loop.count();
    }

    @Test
    void shouldCutPagesBehindTheirMakeAndTellThemApartIn63Bits() {
        final Random random = new Random(3);
        final String[] makes = {"audi", "bmw", "chevrolet", "ford", "vw"};
        final String[] pages = new String[20_000];
        Arrays.setAll(
                pages,
                i -> "https://cars.example.com/" + (char) ('a' + random.nextInt(26)) + "l/"
                        + makes[random.nextInt(5)] + '/' + (1985 + random.nextInt(40)) + '/'
                        + Integer.toString(60_466_176 + random.nextInt(1_000_000_000), 36));
        try (Slab slab = slab("varchar", Arrays.asList(pages))) {
            final KeyCode coder = new KeyCode(slab, KeySpec.of("k"));
            assertEquals(1, coder.exactFields(), () -> String.valueOf(coder.field(0).textCode));
        }
    }

    @Test
    void shouldMakeAColumnsCodeOnce() {
        try (Slab slab = slab("varchar", List.of("a", "b"))) {
            final TextCode made = new KeyCode(slab, KeySpec.of("k")).field(0).textCode;
            assertNotNull(made);
            assertSame(made, new KeyCode(slab, KeySpec.of("k")).field(0).textCode);
        }
    }

    @Test
    void shouldTakeBytesAsTheyAreWhereNothingIsSaved() {
        final byte[][] texts = new byte[70_000][6];
        final Random random = new Random(1);
        Arrays.stream(texts).forEach(random::nextBytes);
        try (SlabBuilder rows = new SlabBuilder(TableSchema.parse("t: k bytes"), ledger)) {
            Arrays.stream(texts).forEach(it -> rows.beginRow().putText(0, it).endRow());
            try (Slab slab = rows.build()) {
                assertNull(new KeyCode(slab, KeySpec.of("k")).field(0).textCode);
            }
        }
    }

    @Test
    void shouldOrderAnyTextAmongThoseOfTheColumn() {
        for (long seed = 0; seed < 300L * SCALE; seed++) {
            final Random random = new Random(seed);
            final int style = random.nextInt(6);
            final byte[][] texts = Stream.generate(() -> hostile(random, style))
                    .limit(1 + random.nextInt(60))
                    .toArray(byte[][]::new);
            try (SlabBuilder rows = new SlabBuilder(TableSchema.parse("t: k bytes"), ledger)) {
                Arrays.stream(texts)
                        .forEach(it -> rows.beginRow().putText(0, it).endRow());
                try (Slab slab = rows.build()) {
                    compareAll(slab, texts, random, style, "seed " + seed);
                }
            }
        }
        assertEquals(0, ledger.usedBytes());
    }

    private void compareAll(Slab slab, byte[][] texts, Random random, int style, String what) {
        final FieldCode field = new KeyCode(slab, KeySpec.of("k")).field(0);
        try (SortedKey key = new KeyBuilder(ledger).build(slab, KeySpec.of("k"), KeyTier.COLD)) {
            final Sought sought = new Sought(key.coder());
            for (int i = 0; i < 60; i++) {
                final byte[] text = i < texts.length ? texts[i] : changed(hostile(random, style), texts, random);
                sought.begin();
                final boolean isExact = sought.putText(0, text, 0, text.length);
                final int before = (int) Arrays.stream(texts)
                        .filter(it -> Arrays.compareUnsigned(it, text) < 0)
                        .count();
                assertEquals(before, key.seek(sought, 0), () -> what + " " + Arrays.toString(text));
                assertTrue(isExact || i >= texts.length, what);
                if (field.bits() <= KeyCode.GROUP_BITS) {
                    compareCodes(slab, field, texts, text, what);
                }
            }
        }
    }

    private static void compareCodes(Slab slab, FieldCode field, byte[][] texts, byte[] text, String what) {
        final KeyCode coder = new KeyCode(slab, KeySpec.of("k"));
        final long lower = field.lowerCode(text, 0, text.length);
        final long exact = field.exactCode(text, 0, text.length);
        for (int row = 0; row < texts.length; row++) {
            final long code = coder.code(slab.address(row));
            final int order = Arrays.compareUnsigned(texts[row], text);
            assertEquals(order >= 0, Long.compareUnsigned(code, lower) >= 0, what);
            assertTrue(exact < 0 ? order != 0 : Integer.signum(order) == Long.compare(code, exact), what);
        }
    }

    /** Few bytes, among them the least and the greatest, and marks; some of many bytes. */
    private static byte[] hostile(Random random, int style) {
        final String alphabet = switch (style) {
            case 0 -> "\0\1";
            case 1 -> "\0/a\u00FF";
            case 2 -> "ab/";
            case 3 -> "0123456789-";
            case 4 -> "\u00FE\u00FF/";
            default -> "abcdefghijklmnopqrstuvwxyz /.";
        };
        final int length = style == 5 ? random.nextInt(40) : random.nextInt(9);
        final byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return text;
    }

    /** One of the texts with a byte more, less, or other; or the text itself. */
    private static byte[] changed(byte[] text, byte[][] texts, Random random) {
        final byte[] of = texts[random.nextInt(texts.length)];
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(of, of.length + 1);
            case 1 -> Arrays.copyOf(of, Math.max(0, of.length - 1));
            case 2 -> {
                final byte[] other = of.clone();
                if (other.length > 0) {
                    other[random.nextInt(other.length)] += (byte) (random.nextBoolean() ? 1 : -1);
                }
                yield other;
            }
            default -> text;
        };
    }

    private Slab slab(String type, List<? extends @Nullable String> texts) {
        try (SlabBuilder rows = new SlabBuilder(TableSchema.parse("t: k " + type), ledger)) {
            for (final String text : texts) {
                rows.beginRow();
                if (text == null) {
                    rows.putNull(0);
                } else {
                    rows.putText(0, text);
                }
                rows.endRow();
            }
            return rows.build();
        }
    }

    private static byte[] text(String text, boolean isChar) {
        return (isChar ? "%-10s".formatted(text) : text).getBytes(StandardCharsets.UTF_8);
    }
}
