/**
 * Rows in motion: what becomes of rows between the keyed reads that found them and the user.
 *
 * <pre>
 *   read ─► filter ─► transform ─┐
 *                                ├─► join ─► aggregate ─► sort ─► rows
 *   read ────────────────────────┘
 * </pre>
 *
 * Each box is an {@link io.keyfarm.query.flow.Activity}, Roxie's word for it: asked for rows, it fills a
 * {@link io.keyfarm.query.flow.RowBatch} with where they stand, and moves none that it need not. What must be kept, as a
 * sort or a group must, is copied to a {@link io.keyfarm.query.flow.RowStore} within the memory that the query may take.
 *
 * <pre>
 *   keep nothing            Limit, Sample, UnionAll
 *   keep a row an input     Dedup, Merge
 *   keep rows of a value    {@link io.keyfarm.query.flow.MergeJoinActivity}
 *   keep distinct rows      Distinct, and what comes of {@link io.keyfarm.query.flow.SetActivity}
 *   keep a row a group      {@link io.keyfarm.query.flow.GroupActivity}, of rows or of states that slaves made
 *   keep rows               Sort; {@link io.keyfarm.query.flow.HashJoinCore}, its right ones
 * </pre>
 *
 * Activities name fields by place and evaluate no expressions but those of filters and transforms. They know nothing of
 * farmers and slaves: the same aggregate runs on a slave over its part and at the farmer over what the slaves answer.
 */
@NullMarked
package io.keyfarm.query.flow;

import org.jspecify.annotations.NullMarked;
