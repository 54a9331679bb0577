@NullMarked
package io.keyfarm.wire.aeron;

import org.jspecify.annotations.NullMarked;
