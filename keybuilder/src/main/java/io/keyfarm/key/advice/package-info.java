/**
 * What is known of a key without having it: its summary, what reading through it would cost, and which keys are worth having.
 *
 * <p>Queries leave their {@link io.keyfarm.key.advice.Shape}; shapes suggest {@link io.keyfarm.key.advice.CandidateKeys}; what
 * each shape would cost with each of them is a {@link io.keyfarm.key.advice.WorkloadCost}; and of that the
 * {@link io.keyfarm.key.advice.KeyAdvisor} makes a {@link io.keyfarm.key.advice.KeyProposal}. All of this decides and does
 * nothing.
 */
@NullMarked
package io.keyfarm.key.advice;

import org.jspecify.annotations.NullMarked;
