package io.keyfarm.bench;

import java.util.SplittableRandom;

/** Numbers as data has them: skewed, unique and shuffled, in clumps. All of one seed. */
final class Draws {
    private final SplittableRandom random;

    Draws(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long below(long bound) {
        return random.nextLong(bound);
    }

    long nextLong() {
        return random.nextLong();
    }

    double unit() {
        return random.nextDouble();
    }

    /** 0 to {@code count} − 1; rank k comes about as often as 1 / (k + 1). */
    int zipf(int count) {
        return (int) Math.min(count - 1.0, Math.exp(random.nextDouble() * Math.log(count + 1.0)) - 1);
    }

    /** Density x^(−5/6) on [0, 2^62): at every scale about as many values as at twice that scale. */
    long powerLaw() {
        final double unit = random.nextDouble();
        return (long) Math.scalb(unit * unit * unit * unit * unit * unit, 62);
    }

    /** As far from 0 as a sum of three draws below {@code spread} is from its mean. */
    long bell(long spread) {
        return random.nextLong(spread) + random.nextLong(spread) + random.nextLong(spread) - spread * 3 / 2;
    }

    /** Shuffles the numbers of {@code bits} bits, 8 to 62: another one for every number, in no visible order. */
    static long shuffled(long number, int bits) {
        final long mask = (1L << bits) - 1;
        long it = number & mask;
        for (int round = 0; round < 3; round++) {
            it = (it * 0xD6E8_FEB8_6659_FD93L + 0x9E37_79B9_7F4A_7C15L) & mask;
            it ^= it >>> (bits / 2);
        }
        return it;
    }
}
