/**
 * How fast, beside the plain way of doing the same. {@link io.keyfarm.bench.Bench} is the command line: short forms that
 * end within two minutes and judge figures, and JMH for the parts, each class named for its question.
 *
 * <p>Figures are ratios within one run, taken in turns, and the median counts: a busy machine slows both sides. Before
 * anything is timed, what is fast has given the same answers as what is plain.
 */
@NullMarked
package io.keyfarm.bench;

import org.jspecify.annotations.NullMarked;
