package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;

/**
 * What a query asks of a row: a value, to be computed, kept and passed on. Immutable.
 *
 * <p>Held as it will travel, flat and in post-order, so that a condition put together by a program a thousand words deep
 * is no deeper than any other. A condition that holds, does not hold or is unknown (because of a null) keeps a row only
 * if it holds, also under {@link #not}: {@code year.is(1990).not()} finds no row whose year is null.
 */
public final class Condition {
    private final Body body;

    Condition(Body body) {
        this.body = body;
    }

    public Condition and(Condition other) {
        return new Condition(body.joined(Op.AND, other.body));
    }

    public Condition or(Condition other) {
        return new Condition(body.joined(Op.OR, other.body));
    }

    public Condition not() {
        return new Condition(Body.combining(Node.combining(Op.NOT), body));
    }

    Body body() {
        return body;
    }

    @Override
    public String toString() {
        return body.toString();
    }
}
