package io.keyfarm.load;

import java.util.Random;

/** Sixteen random bytes that one part file has and no other. */
record PartId(long high, long low) {
    static PartId random(Random random) {
        return new PartId(random.nextLong(), random.nextLong());
    }

    /** @throws NumberFormatException if these are not 32 hexadecimal digits in lower case */
    static PartId parse(String text) {
        if (!text.matches("[0-9a-f]{32}")) {
            throw new NumberFormatException("'" + text + "' is no part id: that has 32 hexadecimal digits");
        }
        return new PartId(
                Long.parseUnsignedLong(text.substring(0, 16), 16), Long.parseUnsignedLong(text.substring(16), 16));
    }

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
