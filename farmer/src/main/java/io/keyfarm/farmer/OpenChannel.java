package io.keyfarm.farmer;

import io.keyfarm.wire.link.Link;
import java.util.function.LongConsumer;

/**
 * One session's way to one channel.
 *
 * @param link carries the frames
 * @param interrupt makes the slave stop the query with this id, from any thread
 * @param closing frees the slave's end
 */
public record OpenChannel(Link link, LongConsumer interrupt, Runnable closing) {}
