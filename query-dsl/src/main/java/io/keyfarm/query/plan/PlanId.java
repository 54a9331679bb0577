package io.keyfarm.query.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * 16 bytes that stand for one compiled plan: the first 16 of the SHA-256 of its bytes as submitted, never re-encoded.
 *
 * @param high the first eight bytes, big-endian
 * @param low the other eight
 */
public record PlanId(long high, long low) implements Comparable<PlanId> {
    public static final int BYTES = 16;

    public static PlanId ofPlan(byte[] planBytes) {
        try {
            final ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(planBytes));
            return new PlanId(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it.
            throw new AssertionError(e);
        }
    }

    /** Reads what {@link #toString} prints. */
    public static PlanId parse(String hex) {
        if (hex.length() != 2 * BYTES) {
            throw new BadPlanException("a plan id has 32 hex digits, but '" + hex + "' has " + hex.length());
        }
        try {
            return new PlanId(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
        } catch (IllegalArgumentException e) {
            throw new BadPlanException("a plan id has 32 hex digits, unlike '" + hex + "'", e);
        }
    }

    public static PlanId read(DirectBuffer buffer, int offset) {
        return new PlanId(
                buffer.getLong(offset, ByteOrder.BIG_ENDIAN),
                buffer.getLong(offset + Long.BYTES, ByteOrder.BIG_ENDIAN));
    }

    public void write(MutableDirectBuffer buffer, int offset) {
        buffer.putLong(offset, high, ByteOrder.BIG_ENDIAN);
        buffer.putLong(offset + Long.BYTES, low, ByteOrder.BIG_ENDIAN);
    }

    @Override
    public int compareTo(PlanId that) {
        final int byHigh = Long.compareUnsigned(high, that.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, that.low);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
