/**
 * The slave: holds parts of tables in memory with the keys in force ({@link io.keyfarm.slave.KeyShelf}), and answers the
 * frames a farmer sends it. It plans nothing and knows no other slave.
 *
 * <p>Rows and shelves are immutable. A query is read on whatever thread its frame arrives on, with the scratch of a
 * session that belongs to that thread; what is taken off a shelf is freed by {@link io.keyfarm.slave.Slave#doWork} once
 * no read that could have seen it is open any more.
 */
@NullMarked
package io.keyfarm.slave;

import org.jspecify.annotations.NullMarked;
