package io.keyfarm.wire.link;

import io.keyfarm.wire.Frames;
import java.util.Comparator;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One copy of a frame under way.
 *
 * @param number counts the frames of the link, from 1.
 * @param dueNs when it arrives.
 * @param place decides between those due at the same time: first sent, first there.
 * @param isCopy whether this is the second of a doubled frame.
 */
record Envelope(SimulatedLink link, long number, byte[] bytes, long dueNs, long place, boolean isCopy)
        implements Comparable<Envelope> {
    private static final Comparator<Envelope> ORDER =
            Comparator.comparingLong(Envelope::dueNs).thenComparingLong(Envelope::place);

    private static final int MAX_FLIPS = 4;

    Envelope copy() {
        return new Envelope(link, number, bytes, dueNs, place, true);
    }

    Envelope dueAgain(long dueNs, long place) {
        return new Envelope(link, number, bytes, dueNs, place, isCopy);
    }

    /** The same with one to four bits flipped, each in a quarter of its own so that no two undo each other. */
    Envelope corrupted(SplittableRandom random) {
        final byte[] spoiled = bytes.clone();
        final int flips = 1 + random.nextInt(MAX_FLIPS);
        final long bits = (long) Byte.SIZE * bytes.length;
        for (int i = 0; i < flips; i++) {
            final long bit = random.nextLong(bits * i / flips, bits * (i + 1) / flips);
            spoiled[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
        }
        return new Envelope(link, number, spoiled, dueNs, place, isCopy);
    }

    @Override
    public int compareTo(Envelope other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        final String described = Frames.describe(new UnsafeBuffer(bytes), 0, bytes.length);
        return link + " " + number + (isCopy ? "'" : "") + " due " + dueNs + ": " + described;
    }
}
