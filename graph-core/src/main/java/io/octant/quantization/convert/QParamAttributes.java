package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.prepare.AttributeNames;
import io.octant.quantization.prepare.PreparedState;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Registers scales and zero points as buffers of the root, named after the module whose input or
 * output they belong to: {@code layer1_conv_input_scale_0}.
 */
final class QParamAttributes {
  private static final FunctionType LINEAR = FunctionType.of("torch.nn.functional.linear");

  private final GraphModule model;
  private final PreparedState state;
  private final List<String> warnings = new ArrayList<>();

  QParamAttributes(GraphModule model, PreparedState state) {
    this.model = model;
    this.state = state;
  }

  /** The parameters of an observer; its warnings are kept. */
  CalculatedQParams qparams(Node node, ActivationPostProcess observer) {
    CalculatedQParams out = observer.calculateQParams();
    out.warnings().forEach(w -> warnings.add(node.target() + " after " + node.arg(0) + ": " + w));
    return out;
  }

  /** What observers warned of, with their paths. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** What the names for an observer begin with. */
  String prefix(Node observer) {
    Node observed = (Node) observer.arg(0);
    if (!state.hasNoQConfig(observed.name())) {
      return modulePath(observed);
    }
    // The value itself is not quantized: it is observed for the first operator that reads it.
    Node reader = null;
    for (Node user : observer.users()) {
      if (reader == null || (user.calls(LINEAR) && !reader.calls(LINEAR))) {
        reader = user;
      }
    }
    return (reader == null ? "" : modulePath(reader)) + "_input";
  }

  /** The module that a node calls, or stands in. */
  private static String modulePath(Node node) {
    return node.operation() instanceof Operation.CallModule m
        ? m.target()
        : node.scope().modulePath();
  }

  /** Registers a value and reads it at the insertion point. */
  Node register(String prefix, Tensor value) {
    String name = AttributeNames.free(model, prefix);
    model.setBuffer(name, value);
    return model.graph().getAttr(name);
  }
}
