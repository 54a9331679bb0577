package io.keyfarm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counted work on two threads. None of it may depend on what the other thread does, so that a seed replays it. */
final class SideBySide {
    private static final int THREADS = 2;

    private SideBySide() {}

    /** @param inOrder takes what each task comes to, in the order of the tasks, as soon as it is there */
    static <T> void run(List<Callable<T>> tasks, Consumer<T> inOrder) throws IOException {
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            final List<Future<T>> running = new ArrayList<>();
            tasks.forEach(task -> running.add(threads.submit(task)));
            for (final Future<T> each : running) {
                inOrder.accept(each.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static RuntimeException cause(@Nullable Throwable it) throws IOException {
        if (it instanceof IOException failed) {
            throw failed;
        }
        return it instanceof WrongAnswerException wrong ? wrong : new IllegalStateException(it);
    }
}
