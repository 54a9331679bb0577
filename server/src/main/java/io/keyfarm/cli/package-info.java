/** The command line: what {@code ./keyfarm} runs. */
@NullMarked
package io.keyfarm.cli;

import org.jspecify.annotations.NullMarked;
