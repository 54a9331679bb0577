/**
 * A query compiled: what {@link io.keyfarm.query.plan.QueryPlan} says, the bytes it travels as, the id that stands for
 * it, and the {@link io.keyfarm.query.plan.Parameters} of one run.
 *
 * <p>A condition is an array of {@link io.keyfarm.query.plan.Node}s in post-order: whatever a node combines stands before
 * it, so that checking, printing and evaluating are single passes and nothing here recurses.
 *
 * <pre>
 *   (state is "FL" or state is "GA") and year &gt;= 1990
 *
 *   0: state is "FL"   1: state is "GA"   2: or 0 1   3: year &gt;= 1990   4: and 2 3
 * </pre>
 *
 * Values that are computed are nodes of the same list, and {@link io.keyfarm.query.plan.ValueTypes} says what types they have.
 * An {@link io.keyfarm.query.plan.ExpressionList} holds such trees by themselves, for plans of many steps.
 */
@NullMarked
package io.keyfarm.query.plan;

import org.jspecify.annotations.NullMarked;
