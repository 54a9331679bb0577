package io.keyfarm.key.build;

/** A key is not wanted any more while it is built; nothing of it is left. */
public final class BuildCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BuildCancelledException(String message) {
        super(message);
    }
}
