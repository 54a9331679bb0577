package io.keyfarm;

import io.keyfarm.key.BitmapKey;
import io.keyfarm.key.ColumnCopy;
import io.keyfarm.key.HashDirectory;
import io.keyfarm.key.SortedKey;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.load.KeyEntry;
import io.keyfarm.rows.Slab;
import io.keyfarm.slave.Slave;
import java.util.function.Consumer;

/**
 * A key over one slave's part of a table that is not put up yet: sorted, of bitmaps, or a column copy.
 *
 * @param entry what is kept of it
 * @param putUp gives it to the slave, whose newest part it is for
 * @param free where it is not put up
 */
record BuiltKey(KeyEntry entry, Consumer<Slave> putUp, Runnable free) {
    static BuiltKey build(KeyEntry wanted, Slave slave, Slab slab) {
        if (KeyEntries.isBitmap(wanted)) {
            final BitmapKey key = slave.buildBitmapKey(slab, KeyEntries.spec(wanted));
            return new BuiltKey(wanted, it -> it.putBitmapKey(key), key::close);
        }
        if (KeyEntries.isColumn(wanted)) {
            final ColumnCopy column = slave.buildColumn(slab, KeyEntries.spec(wanted), BuildPace.FULL);
            return new BuiltKey(wanted, it -> it.putColumn(column), column::close);
        }
        final SortedKey key = slave.buildKey(slab, KeyEntries.spec(wanted), KeyEntries.tier(wanted));
        final HashDirectory directory = key.directory();
        final int hashedFields = directory == null ? 0 : directory.fieldCount();
        return new BuiltKey(new KeyEntry(wanted.key(), wanted.tier(), hashedFields), it -> it.putKey(key), key::close);
    }
}
