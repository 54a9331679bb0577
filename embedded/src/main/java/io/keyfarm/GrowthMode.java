package io.keyfarm;

/** When keys are built and dropped without being told to. */
public enum GrowthMode {
    /** As soon as a key would have saved a part of what it costs to build. */
    BY_RENT,
    /** All at once, at set times: first soon, then less and less often. */
    BY_CLOCK,
    /** Never, but when told to. What is asked is counted all the same. */
    OFF
}
