/**
 * The frames farmer and slave exchange. {@code src/main/sbe/frames.xml} says what each holds; the flyweights in {@code
 * io.keyfarm.wire.sbe} are generated from it. {@link io.keyfarm.wire.Frames} begins, answers and checks frames, {@link
 * io.keyfarm.wire.FrameSeal} guards one against a lossy link, and {@link io.keyfarm.wire.AttemptChecksum} guards the
 * rows of a whole attempt.
 */
@NullMarked
package io.keyfarm.wire;

import org.jspecify.annotations.NullMarked;
