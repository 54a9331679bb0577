/** Keyfarm in one process: the same farmer and slaves as in a cluster, joined by calls. Nothing but wiring. */
@NullMarked
package io.keyfarm;

import org.jspecify.annotations.NullMarked;
