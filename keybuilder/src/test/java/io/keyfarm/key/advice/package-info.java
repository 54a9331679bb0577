@NullMarked
package io.keyfarm.key.advice;

import org.jspecify.annotations.NullMarked;
