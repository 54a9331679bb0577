package io.keyfarm.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CacheBlocksTest {
    private static final int ROUNDS = 60 * Integer.getInteger("keyfarm.test.scale", 1);

    private final Filling map = new Filling();
    private final CacheBlocks blocks = new CacheBlocks(map, 64);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4083, 4084, 4085, 8179, 8180, 8181, 12276, 12277, 100_000})
    void shouldGiveBackWhatWasPutOfAnyLength(int length) {
        final byte[] bytes = bytes(length, length);
        assertTrue(blocks.put("a", bytes));
        assertArrayEquals(bytes, blocks.get("a"));
        assertNull(blocks.get("b"));
    }

    @Test
    void shouldTakeNoMoreBlocksThanItsValuesNeed() {
        for (int i = 0; i < 20; i++) {
            assertTrue(blocks.put("a", bytes(i, i % 2 == 0 ? 50_000 : 10)));
        }
        assertTrue(blocks.put("a", new byte[0]));
        assertEquals(1, map.size());
    }

    @Test
    void shouldKeepTheOldValueWhereThereIsNoRoomForTheNewOne() {
        assertTrue(blocks.put("a", bytes(1, 30 * 4096)));
        assertFalse(blocks.put("a", bytes(2, 40 * 4096)));
        assertFalse(blocks.put("b", bytes(3, 40 * 4096)));
        assertArrayEquals(bytes(1, 30 * 4096), blocks.get("a"));
        assertNull(blocks.get("b"));
        assertTrue(blocks.put("b", bytes(3, 20 * 4096)));
    }

    @Test
    void shouldRefuseNamesThatBlocksCouldHave() {
        assertThrows(IllegalArgumentException.class, () -> blocks.put("a\n0/1", new byte[1]));
    }

    /** A map that is full before it should be refuses any one of the changes. */
    @Test
    void shouldKeepTheOldValueWhereverTheMapRefusesTheNewOne() {
        int refused = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            final Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            map.clear();
            final byte[] before = bytes(seed, random.nextInt(5 * 4096));
            final byte[] after = bytes(seed + 1, random.nextInt(5 * 4096));
            blocks.put("a", before);
            map.putsLeft = random.nextInt(7);
            final boolean isPut = blocks.put("a", after);
            map.putsLeft = Integer.MAX_VALUE;
            final byte[] found = isPut ? after : before;
            assertArrayEquals(found, blocks.get("a"), "seed " + seed);
            assertEquals((12 + Math.max(1, found.length) + 4095) / 4096, map.size(), "seed " + seed);
            refused += isPut ? 0 : 1;
        }
        assertTrue(refused > ROUNDS / 4, () -> "of " + ROUNDS);
    }

    @Test
    void shouldTellDamageByItsChecksum() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            final Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            map.clear();
            final byte[] bytes = bytes(seed, random.nextInt(5 * 4096));
            blocks.put("a", bytes);
            final Object[] keys = map.keySet().toArray();
            final byte[] victim = Objects.requireNonNull(map.get(keys[random.nextInt(keys.length)]));
            victim[random.nextInt(victim.length)] ^= (byte) (1 << random.nextInt(8));
            final byte[] found = blocks.get("a");
            assertTrue(found == null || Arrays.equals(bytes, found), "seed " + seed);
        }
    }

    private static byte[] bytes(int seed, int length) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A map that is full after so many more puts. */
    private static final class Filling extends HashMap<String, byte[]> {
        private static final long serialVersionUID = 1;

        private int putsLeft = Integer.MAX_VALUE;

        @Override
        public byte[] put(String key, byte[] value) {
            if (putsLeft-- == 0) {
                throw new IllegalStateException("full");
            }
            return super.put(key, value.clone());
        }
    }
}
