package io.keyfarm.bench;

/** What is fast and what is plain disagree: then no time means anything. */
final class WrongAnswerException extends RuntimeException {
    WrongAnswerException(String message) {
        super(message);
    }
}
