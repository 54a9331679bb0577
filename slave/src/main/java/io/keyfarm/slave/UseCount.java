package io.keyfarm.slave;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How often one session's reads took one key. Its thread counts, any other one may look, and perhaps sees what was so before. */
final class UseCount {
    private static final VarHandle USES;
    private static final VarHandle ROWS;

    static {
        try {
            USES = MethodHandles.lookup().findVarHandle(UseCount.class, "uses", long.class);
            ROWS = MethodHandles.lookup().findVarHandle(UseCount.class, "rows", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long uses;
    private long rows;

    /** By one thread. */
    void add(long moreUses, long moreRows) {
        USES.setOpaque(this, uses + moreUses);
        ROWS.setOpaque(this, rows + moreRows);
    }

    long uses() {
        return (long) USES.getOpaque(this);
    }

    long rows() {
        return (long) ROWS.getOpaque(this);
    }
}
