/** What a process keeps beside its data directory, to be as good as it was when it comes back: a cache, never the truth. */
@NullMarked
package io.keyfarm.cache;

import org.jspecify.annotations.NullMarked;
