/** What is known of a key without having it: its summary, and what reading through it would cost. */
@NullMarked
package io.keyfarm.key.advice;

import org.jspecify.annotations.NullMarked;
