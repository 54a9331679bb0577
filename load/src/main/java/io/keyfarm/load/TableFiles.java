package io.keyfarm.load;

import org.jspecify.annotations.Nullable;

/** A table on disk: the generation in force, and the one before it, which serves if that is damaged. */
record TableFiles(GenerationFiles current, @Nullable GenerationFiles previous) {}
