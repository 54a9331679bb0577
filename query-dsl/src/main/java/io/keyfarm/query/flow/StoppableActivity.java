package io.keyfarm.query.flow;

import io.keyfarm.rows.RecordLayout;

/**
 * Rows as they come, asking before each batch whether to go on: for steps that may take many batches before they hand one on,
 * because their rows are kept out or were there before.
 */
public final class StoppableActivity implements Activity {
    private final Activity input;
    private final StopSignal stop;

    /** Owns its input. */
    public StoppableActivity(Activity input, StopSignal stop) {
        this.input = input;
        this.stop = stop;
    }

    @Override
    public RecordLayout layout() {
        return input.layout();
    }

    @Override
    public void begin() {
        input.begin();
    }

    @Override
    public int next(RowBatch batch) {
        stop.throwIfStopped();
        return input.next(batch);
    }

    @Override
    public void close() {
        input.close();
    }
}
