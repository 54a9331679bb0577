@NullMarked
package io.keyfarm.key.build;

import org.jspecify.annotations.NullMarked;
