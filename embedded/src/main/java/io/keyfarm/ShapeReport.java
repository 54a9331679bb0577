package io.keyfarm;

/**
 * What queries constrain, and how often that was asked of late.
 *
 * @param shape as {@code state make{4} price..}
 * @param count faded
 * @param costNs what such a query is expected to cost with the keys that are there
 * @param costWithoutNs what it would cost without any
 */
public record ShapeReport(String shape, double count, double costNs, double costWithoutNs) {}
