/**
 * What a query asks of one field: the set of its admissible values.
 *
 * <p>A {@link io.keyfarm.segmonitor.ValueSet} is such a set as a value, written {@code [1,5],[9],null}; a
 * {@link io.keyfarm.segmonitor.SegmentMonitor} is one that a query binds anew for each run without allocating; a
 * {@link io.keyfarm.segmonitor.RowFilter} keeps those rows of a batch that a monitor admits. All three stand on ranges
 * in canonical form, so that equal sets look equal, however they came about.
 */
@NullMarked
package io.keyfarm.segmonitor;

import org.jspecify.annotations.NullMarked;
