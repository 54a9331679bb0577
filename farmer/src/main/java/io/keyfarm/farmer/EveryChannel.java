package io.keyfarm.farmer;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Each left row is asked of all channels, as its rows may be on any. */
final class EveryChannel implements LookupWay {
    private final PreparedQuery query;
    private final BatchRun batch;
    private final boolean canBatch;
    private @Nullable TableEntry table;
    private Bindings bindings = new Bindings();
    private int hint;
    /** The key of the run's first answer. */
    private String path = "";
    /** The left row that the answers at hand begin with. */
    private int start;

    private final AskCounts counts = new AskCounts();

    EveryChannel(PreparedQuery query) {
        this.query = query;
        batch = new BatchRun(query.session(), query.plan());
        canBatch = query.canBatch();
    }

    boolean canBatch() {
        return canBatch;
    }

    @Override
    public void beginRun() {
        counts.clear();
        path = "";
    }

    @Override
    public void begin(TableEntry entry, Bindings blocks) {
        table = entry;
        bindings = blocks;
    }

    @Override
    public boolean isAlone(int place) {
        if (!canBatch || batch.isNextAlone()) {
            return true;
        }
        hint = query.hintFor(Objects.requireNonNull(table), bindings, place);
        return hint < 0;
    }

    @Override
    public int ask(int place, int to) {
        start = place;
        final int answered = query.ask(batch, Objects.requireNonNull(table), hint, bindings, place, to);
        if (answered > 0) {
            for (final BatchAnswer answer : batch.answers()) {
                counts.add(answer, answered);
            }
            path = path.isEmpty() ? batch.answers()[0].keyTaken() : path;
        }
        return answered;
    }

    @Override
    public BatchAnswer[] answers() {
        return batch.answers();
    }

    @Override
    public int binding(int place, int channel) {
        return place - start;
    }

    @Override
    public boolean hasAnswered() {
        return counts.asked() > 0;
    }

    @Override
    public RunReport report() {
        return counts.report(path);
    }

    @Override
    public void close() {
        batch.close();
    }
}
