package io.keyfarm.segmonitor;

import java.util.BitSet;
import java.util.SplittableRandom;

/** A random set over a domain, as a monitor and as the bits it should have. */
final class Scenario {
    final Domain domain;
    final SegmentMonitor monitor;
    final BitSet model = new BitSet();

    Scenario(Domain domain) {
        this.domain = domain;
        monitor = new SegmentMonitor(domain.type);
    }

    static Scenario random(Domain domain, SplittableRandom random) {
        return new Scenario(domain).rebind(random);
    }

    Scenario rebind(SplittableRandom random) {
        monitor.begin();
        model.clear();
        for (int pieces = random.nextInt(random.nextBoolean() ? 3 : 30); pieces > 0; pieces--) {
            addPiece(random);
        }
        if (random.nextInt(3) == 0) {
            monitor.addNull();
            model.set(domain.size);
        }
        monitor.end();
        if (random.nextInt(4) == 0) {
            complement();
        }
        return this;
    }

    private void addPiece(SplittableRandom random) {
        final int value = random.nextInt(domain.size);
        switch (random.nextInt(domain.type.isText() ? 4 : 3)) {
            case 0, 1 -> domain.addPoint(monitor, model, value);
            case 2 ->
                domain.addRange(
                        monitor,
                        model,
                        random.nextInt(-1, domain.size),
                        random.nextBoolean(),
                        random.nextInt(domain.size + 1),
                        random.nextBoolean());
            default -> {
                final byte[] text = domain.text(value);
                domain.addPrefix(monitor, model, java.util.Arrays.copyOf(text, random.nextInt(text.length + 1)));
            }
        }
    }

    void complement() {
        monitor.complement();
        model.flip(0, domain.size);
        model.clear(domain.size);
    }

    BitSet bits() {
        final BitSet bits = new BitSet();
        for (int i = 0; i < domain.size; i++) {
            bits.set(i, domain.matches(monitor, i));
        }
        bits.set(domain.size, monitor.admitsNull());
        return bits;
    }
}
