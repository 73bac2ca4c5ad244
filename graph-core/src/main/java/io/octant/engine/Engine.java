package io.octant.engine;

import io.octant.calibration.Numerics;
import io.octant.graph.GraphModule;
import io.octant.tensor.TensorSpec;
import java.util.List;

/** Compiles graphs. Thread-safe. */
public interface Engine {
  /** "native" or "reference". */
  String name();

  /**
   * Instruction set that the kernels use, {@code avx512_core_vnni} say; "java" for the reference.
   */
  String isa();

  /** What the last digits of its float sums depend on; {@link #isa()} is part of it. */
  Numerics numerics();

  /** Measures for some milliseconds what a core does at most. */
  CoreLimits limits();

  /**
   * Compiles a float, prepared (observed) or converted graph for fixed shapes.
   *
   * <p>The batch axis of every input holds the samples. Observer modules accumulate into the
   * execution context; the modules in the graph are never touched.
   *
   * @param inputs one spec a placeholder, in order, with the full micro-batch
   * @throws io.octant.OctantException naming the node that cannot be compiled
   */
  Session compile(GraphModule model, List<TensorSpec> inputs);
}
