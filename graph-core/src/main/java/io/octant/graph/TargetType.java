package io.octant.graph;

/** What a node does, for look-up by kind: configuration, patterns and kernels are keyed by it. */
public sealed interface TargetType permits FunctionType, MethodType, ModuleType {
  /** Canonical name: {@code torch.nn.Conv2d}, {@code torch.nn.functional.relu}, {@code reshape}. */
  String name();
}
