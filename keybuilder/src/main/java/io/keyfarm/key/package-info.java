/**
 * Keys: the rows of a slab in the order of some fields ({@link io.keyfarm.key.SortedKey}), and the walk through them by
 * what a query asks of each field ({@link io.keyfarm.key.SeekLoop}).
 *
 * <p>Within a key a row is one unsigned number, its <em>code</em> ({@link io.keyfarm.key.KeyCode}): whoever seeks turns
 * values into a code once and compares numbers from there on. Codes never leave the key they were made for.
 */
@NullMarked
package io.keyfarm.key;

import org.jspecify.annotations.NullMarked;
