package io.octant.engine.reference;

import io.octant.OctantException;
import io.octant.calibration.Numerics;
import io.octant.engine.CoreLimits;
import io.octant.engine.Engine;
import io.octant.engine.MemoryBudget;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.tensor.TensorSpec;
import java.util.List;

/** Runs any graph on the Java kernels. Stateless, thread-safe, deterministic. */
public final class ReferenceEngine implements Engine {
  /** To be raised with every change of kernels that changes a float sum. */
  private static final int ARITHMETIC = 2;

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String isa() {
    return "java";
  }

  @Override
  public Numerics numerics() {
    return new Numerics(name(), isa(), "", "", ARITHMETIC);
  }

  @Override
  public CoreLimits limits() {
    return CoreLimits.UNKNOWN;
  }

  @Override
  public Session compile(GraphModule model, List<TensorSpec> inputs) {
    List<Node> placeholders = model.graph().placeholders();
    if (inputs.size() != placeholders.size()) {
      throw new OctantException(
          "Cannot compile graph: "
              + inputs.size()
              + " input shapes, expected "
              + placeholders.size()
              + " "
              + placeholders);
    }
    return new ReferenceSession(model.copyGraphModule(), List.copyOf(inputs), MemoryBudget.heap());
  }
}
