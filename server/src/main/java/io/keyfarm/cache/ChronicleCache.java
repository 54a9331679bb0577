package io.keyfarm.cache;

import io.keyfarm.LocalCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes by name in one file of a data directory, {@code cache.map}, by Chronicle Map.
 *
 * <pre>{@code
 * Keyfarm.embedded(directory, EmbeddedSettings.defaults().cache(ChronicleCache::in))
 * }</pre>
 *
 * The file is opened when something is first put, or asked for where there is a file: that takes a second or more, once in a
 * process. It has one size, 9 MB, from its beginning. What does not fit, or cannot be kept for whatever reason, is not kept: the
 * notices are told, and nobody fails. Sends nothing to anybody.
 *
 * <p>A process that is killed loses nothing; one that is killed while it puts loses all. Thread-safe.
 */
public final class ChronicleCache implements LocalCache {
    /** Of one value. */
    public static final int MAX_VALUE_BYTES = 1 << 20;

    /** Of a name, in UTF-16. */
    public static final int MAX_NAME_CHARS = 256;

    private final Path file;
    private final Consumer<String> notices;

    private @Nullable CacheFile opened;
    /** For good: it was closed, or cannot be opened. */
    private boolean isShut;

    private ChronicleCache(Path file, Consumer<String> notices) {
        this.file = file;
        this.notices = notices;
    }

    /** The cache of a data directory that this process has open; touches nothing yet. Notices are logged as warnings. */
    public static ChronicleCache in(Path directory) {
        return in(directory, ChronicleCache::warn);
    }

    /** @param notices takes a sentence for whatever is lost or not kept */
    public static ChronicleCache in(Path directory, Consumer<String> notices) {
        return new ChronicleCache(directory.resolve(CacheFile.NAME), notices);
    }

    @Override
    public synchronized byte @Nullable [] get(String name) {
        if (opened == null && !Files.exists(file)) {
            return null;
        }
        final CacheFile its = opened();
        try {
            return its == null ? null : its.blocks().get(name);
        } catch (RuntimeException e) {
            shut(e);
            return null;
        }
    }

    @Override
    public synchronized void put(String name, byte[] bytes) {
        if (name.length() > MAX_NAME_CHARS || bytes.length > MAX_VALUE_BYTES) {
            notices.accept(String.format(
                    Locale.ROOT,
                    "%s is not kept: a value has up to %,d bytes and a name %,d letters, and these have %,d and %,d",
                    name.substring(0, Math.min(name.length(), MAX_NAME_CHARS)),
                    MAX_VALUE_BYTES,
                    MAX_NAME_CHARS,
                    bytes.length,
                    name.length()));
            return;
        }
        final CacheFile its = opened();
        try {
            if (its != null && !Arrays.equals(its.blocks().get(name), bytes)) {
                if (!its.blocks().put(name, bytes)) {
                    notices.accept(String.format(
                            Locale.ROOT,
                            "%s is not kept: %s has no room for another %,d bytes",
                            name,
                            file,
                            bytes.length));
                }
                its.seal();
            }
        } catch (IOException | RuntimeException e) {
            shut(e);
        }
    }

    /** From now on nothing is kept, and nothing is there. */
    @Override
    public synchronized void close() {
        isShut = true;
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    synchronized boolean isOpen() {
        return opened != null;
    }

    /** Null if it cannot be used. */
    private @Nullable CacheFile opened() {
        if (opened != null || isShut) {
            return opened;
        }
        final String missing = CacheFlags.missing();
        if (!missing.isEmpty()) {
            isShut = true;
            notices.accept(file + " is not used, so nothing is remembered of what was asked: " + missing);
            return null;
        }
        try {
            opened = CacheFile.open(file, notices);
        } catch (IOException | RuntimeException | LinkageError | AssertionError e) {
            shut(e);
        }
        return opened;
    }

    private void shut(Throwable cause) {
        notices.accept(file + " cannot be used, so nothing is remembered of what was asked: " + cause);
        close();
    }

    private static void warn(String notice) {
        System.getLogger(ChronicleCache.class.getName()).log(System.Logger.Level.WARNING, notice);
    }
}
