package io.keyfarm.farmer;

import io.keyfarm.query.plan.PlanId;
import io.keyfarm.wire.link.Link;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * One session's way to one slave.
 *
 * @param link carries the frames
 * @param interrupt makes the slave stop the query with this id, from any thread
 * @param forget frees what the slave keeps for queries of this plan, none of which is open
 * @param closing frees the slave's end
 */
public record SlaveWay(Link link, LongConsumer interrupt, Consumer<PlanId> forget, Runnable closing) {}
