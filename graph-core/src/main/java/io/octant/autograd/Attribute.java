package io.octant.autograd;

/**
 * A parameter or buffer of a module that is called, as an argument of the function that it
 * computes. Read when a rule asks for it.
 *
 * @param path within the owner of the graph
 * @param after whether it is read behind the call, as the call leaves it
 */
record Attribute(String path, boolean after) {}
