package io.octant.pipeline.execution;

import io.octant.OctantException;
import io.octant.engine.Engine;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;

/**
 * Names the engine that executors compile with: a class with a public constructor without
 * arguments. It is looked up where it runs, so that the driver needs no native code of the
 * executors' platform.
 *
 * @param name binary name of a class that implements {@link Engine}
 */
public record EngineClass(String name) implements Serializable {
  /** oneDNN kernels and this project's own. */
  public static final EngineClass NATIVE = new EngineClass("io.octant.kernels.NativeEngine");

  /** Plain Java: slow, runs everything, the oracle of the native one. */
  public static final EngineClass REFERENCE =
      new EngineClass("io.octant.engine.reference.ReferenceEngine");

  /**
   * Makes the engine in this JVM.
   *
   * @throws OctantException if the class is missing, is no engine, or fails to start
   */
  public Engine start() {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> type = Class.forName(name, true, loader);
      return type.asSubclass(Engine.class).getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new OctantException(
          "Cannot start engine: " + name + ": " + e.getTargetException(), e.getTargetException());
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw new OctantException(
          "Cannot start engine: "
              + name
              + " ("
              + e
              + "), expected an Engine with a public constructor on the class path",
          e);
    }
  }
}
