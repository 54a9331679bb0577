package io.keyfarm.query.eval;

import io.keyfarm.query.plan.ParameterBlock;

/** Remembers which parameters one binding was given, so that the next one can tell whether it is given the same. */
final class GivenParameters {
    private static final byte ABSENT = 0;
    private static final byte NULL = 1;
    private static final byte VALUES = 2;

    private final ParameterBlock parameters;
    private final byte[] states;
    private boolean isKnown;

    GivenParameters(ParameterBlock parameters, int count) {
        this.parameters = parameters;
        states = new byte[count];
    }

    /** Whether those that are absent or null in the block now were so when they were kept, and no others. */
    boolean areAsBefore() {
        boolean isSame = isKnown;
        for (int i = 0; i < states.length; i++) {
            isSame &= states[i] == state(i);
        }
        return isSame;
    }

    void forget() {
        isKnown = false;
    }

    void keep() {
        for (int i = 0; i < states.length; i++) {
            states[i] = state(i);
        }
        isKnown = true;
    }

    private byte state(int parameter) {
        return parameters.isAbsent(parameter) ? ABSENT : parameters.isNull(parameter) ? NULL : VALUES;
    }
}
