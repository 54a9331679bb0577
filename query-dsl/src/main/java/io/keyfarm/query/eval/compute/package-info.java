/**
 * Values and conditions computed over batches of rows.
 *
 * <pre>
 *   case when quantity &gt; 0 then price * quantity else 0.00 end        places
 *
 *   begin case                                                       0 1 2 3 4
 *   load quantity, load 0, keep where &gt;                                1 2   4
 *   load price, load quantity, multiply, take                          1 2   4
 *   load 0.00, take                                                  0     3
 *   end case                                                         0 1 2 3 4
 * </pre>
 *
 * An expression becomes a list of {@link io.keyfarm.query.eval.compute.Step}s without jumps, in which each value stands in
 * a {@link io.keyfarm.query.eval.compute.Vector} and the places at work are a list that conditions cut down: what no row
 * takes is run over no place. A step is one loop over the places, so that nothing is decided or called row by row that
 * could be for all of them. {@code not} is pushed down to the comparisons first, after which unknown may count as false.
 *
 * <p>Nothing is allocated once arrays and scratch memory have grown, but for what libraries and Java's own classes take
 * where they are asked: regular expressions, Soundex, and {@code to} between text and floating point or times.
 */
@NullMarked
package io.keyfarm.query.eval.compute;

import org.jspecify.annotations.NullMarked;
