package io.keyfarm.slave;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.BuildTurns;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.KeyCode;
import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.build.BitmapKeyBuilder;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.key.build.ColumnBuilder;
import io.keyfarm.key.build.KeyBuilder;
import io.keyfarm.rows.MemoryLedger;
import io.keyfarm.rows.Slab;

/** Builds keys of any kind, over rows that may yet become a part. A key is the caller's until it is put up. On any thread. */
final class KeyMaker {
    private final MemoryLedger ledger;

    KeyMaker(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    AnyKey build(Slab slab, KeyCandidate wanted, BuildPace pace) {
        return switch (wanted.kind()) {
            case COLD -> AnyKey.of(sorted(slab, wanted.spec(), KeyTier.COLD, pace));
            case HOT -> AnyKey.of(sorted(slab, wanted.spec(), KeyTier.HOT, pace));
            case BITMAP -> AnyKey.of(bitmap(slab, wanted.spec(), pace));
            case COLUMN -> AnyKey.of(column(slab, wanted.spec(), pace));
        };
    }

    SortedKey sorted(Slab slab, KeySpec spec, KeyTier tier, BuildPace pace) {
        return new KeyBuilder(ledger, pace).build(slab, spec, tier, hashedFields(slab, spec, tier, pace));
    }

    /** A hot key finds the rows of one value of its first field by hash, where that field's code is exact. */
    private static int hashedFields(Slab slab, KeySpec spec, KeyTier tier, BuildPace pace) {
        if (tier == KeyTier.COLD) {
            return 0;
        }
        return Math.min(1, new KeyCode(slab, spec, new BuildTurns(pace::onRows)).exactFields());
    }

    BitmapKey bitmap(Slab slab, KeySpec spec, BuildPace pace) {
        return new BitmapKeyBuilder(ledger, pace).build(slab, spec);
    }

    ColumnCopy column(Slab slab, KeySpec spec, BuildPace pace) {
        return new ColumnBuilder(ledger, pace).build(slab, spec);
    }
}
