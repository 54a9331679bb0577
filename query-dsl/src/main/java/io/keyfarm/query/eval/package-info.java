/**
 * A plan's condition at work on one table's rows: what segment monitors can say of single fields
 * ({@link io.keyfarm.query.eval.BoundConditions#monitors}, for a key to narrow by), the rest of it, which is confirmed
 * over batches of row numbers, the order of rows and what is written of them into a reply.
 *
 * <pre>
 *   state in ("FL", "GA") and not (make is null or make is :make) and (name contains "x" or year &lt; built)
 *
 *   state   [FL],[GA]               one monitor for each field, also of trees of and and or over that field
 *   make    not [:make], not null
 *   rest    name contains "x" or year &lt; built
 * </pre>
 *
 * <p>{@code not} is pushed down to the comparisons first. From there on a comparison that is unknown because of a null may
 * count as one that does not hold: nothing above it turns that around, and SQL's three values need only two.
 */
@NullMarked
package io.keyfarm.query.eval;

import org.jspecify.annotations.NullMarked;
