package io.octant.kernels;

import io.octant.engine.Engine;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.kernels.binding.NativeLibrary;
import io.octant.kernels.plan.CompiledSession;
import io.octant.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * The engine over oneDNN. Operators without a native kernel run on the operators that the graph
 * carries; the plan names them with the reason. Every call runs on one thread, so parallelism comes
 * from contexts side by side, and a sample's result does not depend on its place in the
 * micro-batch.
 */
public final class NativeEngine implements Engine {
  private final NativeLibrary library;

  private NativeEngine(NativeLibrary library) {
    this.library = library;
  }

  /**
   * The engine, empty if this machine has no native library or it is switched off.
   *
   * @throws io.octant.kernels.binding.NativeException if there is one that cannot be loaded
   */
  public static Optional<NativeEngine> find() {
    return NativeLibrary.find().map(NativeEngine::new);
  }

  @Override
  public String name() {
    return "native";
  }

  @Override
  public String isa() {
    return library.isa();
  }

  /** Native objects that are open: of sessions and contexts that nobody closed yet. */
  public long liveObjects() {
    return library.liveObjects();
  }

  @Override
  public Session compile(GraphModule model, List<TensorSpec> inputs) {
    return CompiledSession.compile(model, inputs);
  }
}
