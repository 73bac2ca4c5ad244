package io.octant.engine;

import io.octant.engine.IntegerLayer.Arithmetic;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.quantized.QuantizedConvolution;
import io.octant.nn.quantized.QuantizedLinear;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.PackedWeight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statically quantized layers of a graph in execution order. Immutable. */
public record IntegerLayers(List<IntegerLayer> layers) {
  public IntegerLayers {
    layers = List.copyOf(layers);
  }

  /**
   * The layers of a graph that nobody has compiled: all on the reference operators. A layer that is
   * called twice counts twice.
   */
  public static IntegerLayers of(GraphModule model, String reason) {
    List<IntegerLayer> out = new ArrayList<>();
    for (Node n : model.graph()) {
      PackedWeight packed = packed(model, n);
      if (packed != null) {
        PairSums sums = PairSums.of(packed);
        out.add(
            new IntegerLayer(
                n.name(), Arithmetic.REFERENCE, reason, sums.channels(), sums.saturating()));
      }
    }
    return new IntegerLayers(out);
  }

  /** The weight that a node multiplies 8-bit activations with, null if it does no such thing. */
  private static @Nullable PackedWeight packed(GraphModule model, Node n) {
    if (n.operation() instanceof Operation.CallModule m) {
      Module called = model.findModule(m.target());
      if (called instanceof QuantizedConvolution conv) {
        return conv.packed();
      }
      return called instanceof QuantizedLinear linear ? linear.packed() : null;
    }
    if (n.operation() instanceof Operation.CallFunction && !n.target().contains("dynamic")) {
      for (Node in : n.inputs()) {
        if (in.operation() instanceof Operation.GetAttr g) {
          Object value = model.attribute(g.target());
          if (value instanceof PackedConvolution || value instanceof PackedLinear) {
            return (PackedWeight) value;
          }
        }
      }
    }
    return null;
  }

  /** How many layers there are, calls counted one by one. */
  public int total() {
    return layers.size();
  }

  /** Layers computed in one way. */
  public int count(Arithmetic arithmetic) {
    return (int) layers.stream().filter(l -> l.arithmetic() == arithmetic).count();
  }

  /**
   * Layers that may give other results on a runtime that adds pairs of u8×s8 products in 16 bits,
   * as many do on processors without VNNI. The same on every machine.
   */
  public int wouldSaturate() {
    return (int) layers.stream().filter(IntegerLayer::wouldSaturate).count();
  }
}
