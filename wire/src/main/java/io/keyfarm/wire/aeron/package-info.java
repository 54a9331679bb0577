/**
 * Links that leave the process. An {@link io.keyfarm.wire.aeron.AeronNode} is one place that others can send to, over UDP
 * or, between processes of one machine, over shared memory; {@link io.keyfarm.wire.aeron.AeronLink}s lead to other
 * nodes, and an {@link io.keyfarm.wire.aeron.AeronInbox} hears one of the three streams. Aeron orders, repeats and
 * paces; that a frame is whole, ours and from somebody we know is checked here. Nobody outside of this package sees
 * Aeron.
 */
@NullMarked
package io.keyfarm.wire.aeron;

import org.jspecify.annotations.NullMarked;
