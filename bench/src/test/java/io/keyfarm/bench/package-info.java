@NullMarked
package io.keyfarm.bench;

import org.jspecify.annotations.NullMarked;
