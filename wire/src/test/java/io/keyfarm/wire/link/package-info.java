@NullMarked
package io.keyfarm.wire.link;

import org.jspecify.annotations.NullMarked;
