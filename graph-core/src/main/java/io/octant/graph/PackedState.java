package io.octant.graph;

/**
 * An attribute that is part of a module's state but no tensor: weights laid out for an engine. A
 * module that has one has no {@linkplain Module#stateDict state dict}.
 */
public interface PackedState {}
