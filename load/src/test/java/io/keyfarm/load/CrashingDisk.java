package io.keyfarm.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk that remembers what was asked of it, and can show what is left if the power goes after any step: all that was
 * synced; of the rest whatever the worst of systems keeps. Of names that were not synced any may be there, of bytes any
 * beginning, any end, or nothing but the length.
 *
 * <p>A step is one call. Bytes belong to a file, which a name leads to: so a file can be there by its new name though its
 * old one never was.
 */
final class CrashingDisk extends DelegatingDisk {
    /** What is left of the bytes that were not synced. */
    enum Kept {
        ALL,
        NOTHING,
        FIRST_HALF,
        LENGTH,
        LAST_HALF
    }

    /** Bytes as they were written, and how many of them are safe. */
    private static final class Content {
        byte[] bytes = {};
        int syncedBytes;

        byte[] left(Kept kept) {
            final byte[] left = bytes.clone();
            final int half = syncedBytes + (bytes.length - syncedBytes) / 2;
            switch (kept) {
                case ALL -> {}
                case NOTHING -> {
                    return Arrays.copyOf(bytes, syncedBytes);
                }
                case FIRST_HALF -> {
                    return Arrays.copyOf(bytes, half);
                }
                case LENGTH -> Arrays.fill(left, syncedBytes, left.length, (byte) 0);
                case LAST_HALF -> Arrays.fill(left, syncedBytes, half, (byte) 0);
            }
            return left;
        }
    }

    /** The state while steps are taken again. */
    private static final class State {
        final Map<String, Content> names = new HashMap<>();
        final TreeMap<String, Content> syncedNames = new TreeMap<>();
        final List<NameChange> unsynced = new ArrayList<>();

        Content content(String name) {
            return Objects.requireNonNull(names.get(name), name);
        }

        void change(NameChange change) {
            change.to(names);
            unsynced.add(change);
        }

        void syncNames() {
            unsynced.forEach(change -> change.to(syncedNames));
            unsynced.clear();
        }
    }

    private interface Step {
        void to(State state);
    }

    private interface NameChange {
        void to(Map<String, Content> names);
    }

    private final List<Step> steps = new ArrayList<>();

    int stepCount() {
        return steps.size();
    }

    /**
     * Writes into an empty directory what is left after so many steps.
     *
     * @param choice which of the names that were not synced are there, a bit each; random beyond 64 of them
     */
    void show(int stepCount, long choice, Kept kept, Path directory) throws IOException {
        final State state = stateAfter(stepCount);
        for (int i = 0; i < state.unsynced.size(); i++) {
            if ((choice >>> i & 1) != 0) {
                state.unsynced.get(i).to(state.syncedNames);
            }
        }
        for (final Map.Entry<String, Content> file : state.syncedNames.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue().left(kept));
        }
    }

    /** How many changes of names were not synced by then. */
    int unsyncedNames(int stepCount) {
        return stateAfter(stepCount).unsynced.size();
    }

    /** Whether bytes of a file were not synced by then. */
    boolean hasUnsyncedBytes(int stepCount) {
        return stateAfter(stepCount).names.values().stream()
                .anyMatch(content -> content.syncedBytes < content.bytes.length);
    }

    private State stateAfter(int stepCount) {
        final State state = new State();
        steps.subList(0, stepCount).forEach(step -> step.to(state));
        return state;
    }

    @Override
    public File create(Path path) throws IOException {
        final String name = path.getFileName().toString();
        final File real = super.create(path);
        steps.add(state -> {
            final Content content = new Content();
            state.change(names -> names.put(name, content));
        });
        return new File() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                final byte[] written = new byte[bytes.remaining()];
                bytes.duplicate().get(written);
                real.write(bytes);
                steps.add(state -> append(state.content(name), written));
            }

            @Override
            public void sync() throws IOException {
                steps.add(state -> {
                    final Content content = state.content(name);
                    content.syncedBytes = content.bytes.length;
                });
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    private static void append(Content content, byte[] written) {
        final byte[] bytes = Arrays.copyOf(content.bytes, content.bytes.length + written.length);
        System.arraycopy(written, 0, bytes, content.bytes.length, written.length);
        content.bytes = bytes;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        super.rename(from, to);
        steps.add(state -> {
            final String source = from.getFileName().toString();
            final Content content = state.content(source);
            state.change(names -> {
                names.remove(source, content);
                names.put(to.getFileName().toString(), content);
            });
        });
    }

    @Override
    public void delete(Path path) throws IOException {
        super.delete(path);
        steps.add(state -> state.change(names -> names.remove(path.getFileName().toString())));
    }

    @Override
    public void syncDirectory(Path directory) {
        steps.add(State::syncNames);
    }

    /** Choices of names to try: all where there are few, else none, all, each alone, all but each, and some at random. */
    static List<Long> choices(int unsyncedNames, Random random) {
        final List<Long> choices = new ArrayList<>();
        if (unsyncedNames <= 4) {
            for (long choice = 0; choice < 1L << unsyncedNames; choice++) {
                choices.add(choice);
            }
            return choices;
        }
        choices.add(0L);
        choices.add(-1L);
        for (int i = 0; i < unsyncedNames; i++) {
            choices.add(1L << i);
            choices.add(~(1L << i));
        }
        for (int i = 0; i < 8; i++) {
            choices.add(random.nextLong());
        }
        return choices;
    }
}
