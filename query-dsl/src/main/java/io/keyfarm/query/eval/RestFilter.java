package io.keyfarm.query.eval;

import io.keyfarm.rows.Slab;

/** A condition that no monitor can express: keeps those rows of a batch for which it holds, in place and in order. */
interface RestFilter {
    int confirm(Slab slab, int[] rowNumbers, int count);
}
