package io.keyfarm.farmer;

/** How a query would be read, before it is; {@code toString} tells it to people. */
public sealed interface Explained permits Explanation, FlowExplanation {}
