@NullMarked
package io.keyfarm.load;

import org.jspecify.annotations.NullMarked;
