package io.octant.pipeline.execution;

import io.octant.engine.Engine;
import java.io.Serializable;

/**
 * Starts the engine in the JVM that runs it, so that the driver needs no native code of the
 * executors' platform. Sessions are shared between tasks whose providers are equal: implement it as
 * an enum or a record.
 */
@FunctionalInterface
public interface EngineProvider extends Serializable {

  /**
   * The engine of this JVM.
   *
   * @throws io.octant.OctantException if it is there but does not work
   */
  Engine start();
}
