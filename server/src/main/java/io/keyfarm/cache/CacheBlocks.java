package io.keyfarm.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Values of any length over a map whose values all have one length.
 *
 * <pre>
 *   "growth/asked/orders"          | length | crc32c | side 1 | the first bytes …        |   the head
 *   "growth/asked/orders\n1/1"     | … the next …                                        |
 *   "growth/asked/orders\n1/2"     | … the last, and zeros                               |
 * </pre>
 *
 * A new value is written beside the old one, on the other side; then its head takes the old one's place, and the old one's
 * blocks go: where there is no room, the old value stays. A value is whole by the CRC over its name and bytes, or there is none.
 *
 * <p>For one thread at a time.
 */
final class CacheBlocks {
    static final int BLOCK_BYTES = 4 << 10;
    static final int HEADER_BYTES = 3 * Integer.BYTES;
    private static final char BLOCK_MARK = '\n';

    private final Map<String, byte[]> map;
    private final int maxBlocks;

    /** @param maxBlocks that the map has room for */
    CacheBlocks(Map<String, byte[]> map, int maxBlocks) {
        this.map = map;
        this.maxBlocks = maxBlocks;
    }

    /** Null if there is none by this name, or it is not whole. */
    byte @Nullable [] get(String name) {
        final Head head = head(name);
        if (head == null) {
            return null;
        }
        final byte[] bytes = new byte[head.length];
        int length = 0;
        for (int i = 0; i < head.blockCount(); i++) {
            final byte[] from = i == 0 ? head.block : map.get(block(name, head.side, i));
            if (from == null || from.length != BLOCK_BYTES) {
                return null;
            }
            final int skipped = i == 0 ? HEADER_BYTES : 0;
            final int taken = Math.min(bytes.length - length, BLOCK_BYTES - skipped);
            System.arraycopy(from, skipped, bytes, length, taken);
            length += taken;
        }
        return crc(name, bytes) == head.crc ? bytes : null;
    }

    /** Answers whether there was room; if not, all is as it was. */
    boolean put(String name, byte[] bytes) {
        if (name.indexOf(BLOCK_MARK) >= 0) {
            throw new IllegalArgumentException("a name is one line, not '" + name + "'");
        }
        final Head old = head(name);
        final Head next = Head.of(name, bytes, old == null ? 0 : 1 - old.side);
        if (map.size() + next.blockCount() > maxBlocks) {
            return false;
        }
        boolean isPut = false;
        try {
            for (int i = 1; i < next.blockCount(); i++) {
                final int from = i * BLOCK_BYTES - HEADER_BYTES;
                final int to = Math.min(bytes.length, from + BLOCK_BYTES);
                map.put(block(name, next.side, i), Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), BLOCK_BYTES));
            }
            map.put(name, next.block);
            isPut = true;
        } catch (IllegalStateException e) {
            // The map is full before our own count says so.
        }
        removeBlocks(name, isPut ? old : next);
        return isPut;
    }

    private void removeBlocks(String name, @Nullable Head head) {
        for (int i = 1; head != null && i < head.blockCount(); i++) {
            map.remove(block(name, head.side, i));
        }
    }

    private static String block(String name, int side, int index) {
        return name + BLOCK_MARK + side + '/' + index;
    }

    private static int crc(String name, byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Null if there is none, or it is none that could have been written. */
    private @Nullable Head head(String name) {
        final byte[] block = map.get(name);
        if (block == null || block.length != BLOCK_BYTES) {
            return null;
        }
        final ByteBuffer header = ByteBuffer.wrap(block);
        final Head head = new Head(header.getInt(), header.getInt(), header.getInt(), block);
        final boolean isSound =
                0 <= head.length && head.blockCount() <= maxBlocks && (head.side == 0 || head.side == 1);
        return isSound ? head : null;
    }

    /** The first block of a value, and what stands at its front. */
    private static final class Head {
        private final int length;
        private final int crc;
        private final int side;
        private final byte[] block;

        private Head(int length, int crc, int side, byte[] block) {
            this.length = length;
            this.crc = crc;
            this.side = side;
            this.block = block;
        }

        private static Head of(String name, byte[] bytes, int side) {
            final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            final int crc = crc(name, bytes);
            block.putInt(bytes.length).putInt(crc).putInt(side);
            block.put(bytes, 0, Math.min(bytes.length, block.remaining()));
            return new Head(bytes.length, crc, side, block.array());
        }

        /** With the head itself. */
        private int blockCount() {
            return Math.toIntExact(((long) HEADER_BYTES + Math.max(1, length) + BLOCK_BYTES - 1) / BLOCK_BYTES);
        }
    }
}
