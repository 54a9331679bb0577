@NullMarked
package io.keyfarm.wire;

import org.jspecify.annotations.NullMarked;
