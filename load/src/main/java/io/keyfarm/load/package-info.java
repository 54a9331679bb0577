/**
 * Rows from somewhere else: CSV, fixed-length binary files, the TPC-H generator, Java objects. Each is a
 * {@link io.keyfarm.load.RowSource}, which knows its schema and about how much memory it will want before it gives its
 * first row, and which writes into any {@link io.keyfarm.rows.RowSink}.
 *
 * <p>A value that its field cannot hold ends the load with a {@link io.keyfarm.load.LoadException} that names file, line,
 * column and value, unless the source was told to leave such rows out or to make such values null; then a
 * {@link io.keyfarm.load.LoadReport} counts them. Whoever owns the sink throws away what a failed load put there.
 *
 * <p>And rows that come back: a {@link io.keyfarm.load.DataDirectory} keeps tables on disk, whose part files are mapped as
 * slabs.
 */
@NullMarked
package io.keyfarm.load;

import org.jspecify.annotations.NullMarked;
