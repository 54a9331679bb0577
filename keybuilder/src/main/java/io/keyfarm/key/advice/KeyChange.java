package io.keyfarm.key.advice;

import java.util.List;

/**
 * A key that would be built, and the keys that would go for it.
 *
 * @param key by the name it has in the workload's costs
 * @param leaving the keys that make room, mostly none
 * @param balance what the change would have saved lately
 * @param price what has to be saved before it is made
 */
public record KeyChange(String key, List<String> leaving, double balance, double price) {
    public KeyChange {
        leaving = List.copyOf(leaving);
    }

    public boolean isDue() {
        return balance >= price;
    }

    /** How far the account is filled: due at 1. */
    public double fill() {
        return Math.max(0, balance / price);
    }

    @Override
    public String toString() {
        return key
                + (leaving.isEmpty() ? "" : " for " + String.join(", ", leaving))
                + ": saved up "
                + KeyProposal.number(Math.max(0, balance))
                + " of "
                + KeyProposal.number(price);
    }
}
