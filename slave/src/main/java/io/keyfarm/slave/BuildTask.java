package io.keyfarm.slave;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.key.build.BuildCancelledException;
import io.keyfarm.key.build.BuildPace;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.MemoryLimitException;
import org.jspecify.annotations.Nullable;

/** One key of one segment, being built. The builder's thread runs it, any other may cancel it. */
final class BuildTask {
    private static final System.Logger LOG = System.getLogger(BuildTask.class.getName());

    private final String table;
    private final Segment segment;
    private final KeyCandidate wanted;
    private volatile boolean isCancelled;
    private @Nullable AnyKey key;
    private @Nullable String failure;

    BuildTask(String table, Segment segment, KeyCandidate wanted) {
        this.table = table;
        this.segment = segment;
        this.wanted = wanted;
    }

    String table() {
        return table;
    }

    Segment segment() {
        return segment;
    }

    KeyCandidate wanted() {
        return wanted;
    }

    /** Ends the build at its next look. */
    void cancel() {
        isCancelled = true;
    }

    boolean isCancelled() {
        return isCancelled;
    }

    /** Builds the key, or learns why it cannot be built; or neither, where the pace or another thread ended it. */
    void run(Slave slave, BuildPace pace) {
        final BuildPace cancelling = rows -> {
            if (isCancelled) {
                throw new BuildCancelledException("key " + wanted + " of " + table + " is not wanted any more");
            }
            pace.onRows(rows);
        };
        try {
            cancelling.onRows(0); // Few rows may be built without a look.
            key = slave.keyMaker().build(segment.slab(), wanted, cancelling);
        } catch (BuildCancelledException e) {
            // Nothing of it is left.
        } catch (BadValueException | MemoryLimitException e) {
            failure = String.valueOf(e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "building key " + wanted + " of " + table, e);
            failure = e.toString();
        }
    }

    /** What was built. */
    @Nullable
    AnyKey key() {
        return key;
    }

    @Nullable
    String failure() {
        return failure;
    }
}
