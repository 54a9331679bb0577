/**
 * The words in which a query is asked. They read as the question, every one of them answers a new value, a mistake is
 * reported by the word that made it, and printing a query gives back its words.
 *
 * <pre>{@code
 * final Query southern = from(vehicles).where(state.in("FL", "GA"));
 * final Query fords = southern.where(make.is(param("make"))).where(year.atLeast(1990)).limit(100);
 *
 * from(vehicles).where(state in ("FL", "GA")).where(make is :make).where(year >= 1990).limit(100)
 * }</pre>
 *
 * <p>What is asked of a field can be asked of an {@link io.keyfarm.query.Expr}, a value that is computed of fields:
 * {@code price.times(quantity).greaterThan(1000)}.
 *
 * <p>{@link io.keyfarm.query.Query#compile} makes a {@link io.keyfarm.query.plan.QueryPlan} of it, which is what runs.
 */
@NullMarked
package io.keyfarm.query;

import org.jspecify.annotations.NullMarked;
