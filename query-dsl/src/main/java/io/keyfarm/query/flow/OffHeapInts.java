package io.keyfarm.query.flow;

import io.keyfarm.rows.Memory;
import io.keyfarm.rows.MemoryBlock;
import org.jspecify.annotations.Nullable;

/** A list of ints off heap, which doubles as it grows. For one thread. */
final class OffHeapInts implements AutoCloseable {
    private static final long FIRST_BYTES = 1 << 12;

    private final FlowMemory memory;
    private final String what;
    private @Nullable MemoryBlock block;
    private long base;
    private long capacity;
    private int count;

    OffHeapInts(FlowMemory memory, String what) {
        this.memory = memory;
        this.what = what;
    }

    int count() {
        return count;
    }

    int get(int index) {
        assert 0 <= index && index < count : index;
        return Memory.getInt(base + ((long) index << 2));
    }

    void set(int index, int value) {
        assert 0 <= index && index < count : index;
        Memory.putInt(base + ((long) index << 2), value);
    }

    void add(int value) {
        if (count == capacity) {
            resize(Math.max(FIRST_BYTES, capacity << 3));
        }
        Memory.putInt(base + ((long) count++ << 2), value);
    }

    /** Makes the list so long at once, all zeros; for a list without values. */
    void fillZero(int wanted) {
        assert count == 0 : count;
        if (wanted > capacity) {
            resize((long) wanted << 2);
        }
        Memory.fill(base, (long) wanted << 2, (byte) 0);
        count = wanted;
    }

    private void resize(long bytes) {
        final MemoryBlock larger = memory.allocate(what, bytes);
        Memory.copy(base, larger.address(), (long) count << 2);
        final int kept = count;
        close();
        count = kept;
        block = larger;
        base = larger.address();
        capacity = bytes >> 2;
    }

    @Override
    public void close() {
        if (block != null) {
            memory.free(block);
            block = null;
        }
        base = 0;
        capacity = 0;
        count = 0;
    }
}
