package io.keyfarm.farmer;

/** A registry that will not do what it was asked: it is full, or what should go is in use; the message says which. */
public final class RegistryException extends RuntimeException {
    RegistryException(String message) {
        super(message);
    }
}
