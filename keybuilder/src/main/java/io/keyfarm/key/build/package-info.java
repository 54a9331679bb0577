/**
 * How a key comes to be: codes are read from all rows in one pass, sorted by radix with their row numbers, ties resolved,
 * and the directories laid over the sorted codes.
 */
@NullMarked
package io.keyfarm.key.build;

import org.jspecify.annotations.NullMarked;
