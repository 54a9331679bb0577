package io.keyfarm.bench;

import io.keyfarm.key.KeySpec;
import io.keyfarm.rows.Slab;

/** One kind of data: a key of a table, and the plain way of seeking in it. */
record SeekCase(String name, Slab slab, KeySpec spec, PlainKey plain) {
    SeekCase(String name, Slab slab, String spec, PlainKey plain) {
        this(name, slab, KeySpec.parse(spec), plain);
    }
}
