package io.keyfarm.query.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.RecordLayout;
import io.keyfarm.rows.Slab;
import java.util.Random;

/**
 * Rows of a slab in batches of any size, with waiting in between. The rows stand no longer than they must: at the next
 * call they are overwritten.
 */
final class TrickleActivity implements Activity {
    private final Slab slab;
    private final int first;
    private final int step;
    private final int end;
    private final long seed;
    private final RowStore store;
    private Random random;
    private int next;
    private boolean begun;
    private boolean ended;

    /** The rows {@code first}, {@code first + step} and so on before {@code end}. */
    TrickleActivity(Slab slab, int first, int step, int end, long seed, FlowMemory memory) {
        this.slab = slab;
        this.first = first;
        this.step = step;
        this.end = end;
        this.seed = seed;
        store = new RowStore(slab.layout(), memory, "test rows");
        random = new Random(seed);
    }

    @Override
    public RecordLayout layout() {
        return slab.layout();
    }

    @Override
    public void begin() {
        close();
        random = new Random(seed);
        next = first;
        begun = true;
        ended = false;
    }

    @Override
    public int next(RowBatch batch) {
        assertTrue(begun, "asked before it began, or after it was closed");
        assertEquals(layout().rowBytes(), batch.layout().rowBytes());
        spoil();
        // Once it has said that there are no more, it says so again.
        if (!ended && random.nextInt(4) == 0) {
            return WAITING;
        }
        final int most = random.nextInt(3) == 0 ? RowBatch.SIZE : 1 + random.nextInt(20);
        while (next < end && store.rowCount() < most) {
            store.copy(slab.address(next), slab.heapBases());
            next += step;
        }
        ended = store.rowCount() == 0;
        store.rewind();
        return store.next(batch);
    }

    boolean hasMore() {
        return next < end;
    }

    private void spoil() {
        final int rowBytes = layout().rowBytes();
        for (int i = 0; i < store.rowCount(); i++) {
            Memory.fill(store.address(i), rowBytes, (byte) 0x5A);
        }
        store.clear();
    }

    @Override
    public void close() {
        begun = false;
        store.close();
    }
}
