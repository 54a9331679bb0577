package io.keyfarm.key.advice;

/**
 * A key that is worth keeping.
 *
 * @param weight the summed weight of the queries that take it
 * @param saved what it saves them, over all their runs; of a query that takes several keys each has the whole
 * @param why in a sentence
 */
public record ProposedKey(String name, long bytes, double weight, double saved, String why) {}
