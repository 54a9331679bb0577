/**
 * Rows off heap: what a table's fields are ({@link io.keyfarm.rows.TableSchema}), where their bytes lie
 * ({@link io.keyfarm.rows.RecordLayout}), the rows themselves ({@link io.keyfarm.rows.Slab}), and one reader's window on
 * one row ({@link io.keyfarm.rows.RowView}).
 *
 * <p>Everything fixed in width has a <em>sortable</em> form, a signed {@code long} whose order is the order of the values
 * ({@link io.keyfarm.rows.Sortable}); text and bytes order by their unsigned bytes. All that compares values elsewhere
 * does so in these two ways only.
 */
@NullMarked
package io.keyfarm.rows;

import org.jspecify.annotations.NullMarked;
