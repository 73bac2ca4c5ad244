package io.octant.kernels;

import io.octant.autograd.DerivativeEngine;
import io.octant.autograd.DerivativeSession;
import io.octant.autograd.Differentiated;
import io.octant.calibration.Numerics;
import io.octant.engine.CoreLimits;
import io.octant.engine.Engine;
import io.octant.engine.InstructionSet;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.GraphModule;
import io.octant.kernels.binding.NativeException;
import io.octant.kernels.binding.NativeLibrary;
import io.octant.kernels.plan.DividedSession;
import io.octant.kernels.plan.TrainingSession;
import io.octant.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * The engine over oneDNN. Operators without a native kernel run on the operators that the graph
 * carries; the plan names them with the reason. Every call runs on one thread, so parallelism comes
 * from contexts side by side, and a sample's result does not depend on its place in the
 * micro-batch.
 *
 * <p>Int8 convolutions and linear layers give the reference operators' integers on every
 * instruction set: where oneDNN's kernels do not sum 8-bit products exactly, kernels of our own
 * run, and the plan says which and why.
 *
 * <p>Where this machine has no native library, or it is switched off, everything runs on the
 * reference engine, and name and instruction set say so. Thread-safe.
 */
public final class NativeEngine implements Engine, DerivativeEngine {
  /** To be raised with every change of kernels or plans that changes a float sum. */
  private static final int ARITHMETIC = 3;

  private final Optional<NativeLibrary> library;
  private final Engine fallback = new ReferenceEngine();

  /**
   * Loads the native library if no one has.
   *
   * @throws io.octant.kernels.binding.NativeException if there is one that cannot be loaded
   */
  public NativeEngine() {
    library = NativeLibrary.find();
  }

  /**
   * The engine on an instruction set and nothing beyond it, so that all machines that have it give
   * the same float sums. oneDNN settles for one set in the life of a process: the first engine that
   * runs decides.
   *
   * @throws io.octant.kernels.binding.NativeException if oneDNN runs on another set already, the
   *     machine lacks this one, or there are no native kernels here
   */
  public static NativeEngine limitedTo(InstructionSet cap) {
    NativeEngine engine = new NativeEngine();
    engine
        .library
        .orElseThrow(
            () ->
                new NativeException(
                    "Cannot run on instruction set "
                        + cap.spelled()
                        + ": no native kernels in this JVM, expected a build that has them"))
        .limit(cap);
    return engine;
  }

  /** Whether native kernels run. */
  public boolean isNative() {
    return library.isPresent();
  }

  @Override
  public String name() {
    return isNative() ? "native" : fallback.name();
  }

  @Override
  public String isa() {
    return library.map(NativeLibrary::isa).orElseGet(fallback::isa);
  }

  @Override
  public Numerics numerics() {
    return library
        .map(l -> new Numerics(name(), l.isa(), l.version(), l.caches(), ARITHMETIC))
        .orElseGet(fallback::numerics);
  }

  @Override
  public CoreLimits limits() {
    return library
        .map(l -> new CoreLimits(l.multiplyAddRate(false), l.multiplyAddRate(true)))
        .orElse(CoreLimits.UNKNOWN);
  }

  /** Native objects that are open: of sessions and contexts that nobody closed yet. */
  public long liveObjects() {
    return library.map(NativeLibrary::liveObjects).orElse(0L);
  }

  /**
   * {@inheritDoc} Sums of a batch over channels have one order on every instruction set; those
   * within convolutions and products of matrices are oneDNN's, as in {@link #compile(GraphModule,
   * List)}.
   *
   * @throws io.octant.kernels.binding.NativeException if there are no native kernels here
   */
  @Override
  public DerivativeSession compile(Differentiated model, List<TensorSpec> inputs) {
    if (!isNative()) {
      throw new NativeException(
          "Cannot train on the native engine: no native kernels in this JVM, expected a build that"
              + " has them");
    }
    return TrainingSession.compile(model, inputs);
  }

  @Override
  public Session compile(GraphModule model, List<TensorSpec> inputs) {
    return isNative() ? DividedSession.compile(model, inputs) : fallback.compile(model, inputs);
  }
}
