/**
 * The farmer: takes a query ({@link io.keyfarm.farmer.Session}), picks a key for it from what it knows of the keys
 * ({@link io.keyfarm.farmer.KeyPicker}), asks every channel of the table, and collates the replies
 * ({@link io.keyfarm.farmer.QueryRun}). It holds no rows and no keys.
 *
 * <p>A query is a state machine that never blocks. In one process the caller's thread turns it, and a request is answered
 * before its sending returns; across links the same machine waits for frames.
 */
@NullMarked
package io.keyfarm.farmer;

import org.jspecify.annotations.NullMarked;
