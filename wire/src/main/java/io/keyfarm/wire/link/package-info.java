/**
 * Links carry frames. Farmer and slave see only {@link io.keyfarm.wire.link.Link} and {@link
 * io.keyfarm.wire.link.FrameListener}: whether a frame is a call within the process ({@link
 * io.keyfarm.wire.link.DirectLink}) or crosses a network that loses, doubles and spoils it ({@link
 * io.keyfarm.wire.link.SimulatedNetwork}) changes nothing in their code.
 */
@NullMarked
package io.keyfarm.wire.link;

import org.jspecify.annotations.NullMarked;
