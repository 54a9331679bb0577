package io.keyfarm.bench;

import io.keyfarm.key.advice.Shape;

/** How often a shape was asked. */
record ShapeHits(Shape shape, long hits) {}
