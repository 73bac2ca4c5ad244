package io.octant.pipeline.execution;

import io.octant.engine.Engine;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.kernels.NativeEngine;

/** The engines that come with Octant. */
public enum Engines implements EngineProvider {
  /**
   * oneDNN and Octant's own kernels. Where this build has none for the platform, the reference
   * engine stands in, and the log says so once.
   */
  NATIVE {
    @Override
    public Engine start() {
      return new NativeEngine();
    }
  },
  /** Plain Java: slow, runs everything, the oracle of the native one. */
  REFERENCE {
    @Override
    public Engine start() {
      return new ReferenceEngine();
    }
  }
}
