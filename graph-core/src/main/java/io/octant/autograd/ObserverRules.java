package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.fakequant.LearnableFakeQuantize;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Observers pass a gradient on. Fake quantizes do where the integer was within the range, with
 * scale and zero point as the call left them.
 */
final class ObserverRules {
  private ObserverRules() {}

  static void differentiate(Node n, ActivationPostProcess observer, BackwardGraph graph) {
    Node grad = graph.gradient(n);
    Object input = n.arg(0);
    if (!(observer instanceof FakeQuantizeModule fake)) {
      give(graph, input, grad);
      return;
    }
    boolean learnable = fake instanceof LearnableFakeQuantize;
    Map<String, Object> settings = settings(fake);
    if (fake instanceof LearnableFakeQuantize l) {
      settings.put("grad_scaling", l.scalesGradients());
    } else if (fake.qscheme() == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS) {
      settings.put("float_zero_point", true);
    }
    Attribute scale = new Attribute(n.target() + ".scale", true);
    Attribute zeroPoint = new Attribute(n.target() + ".zero_point", true);
    List<Object> args =
        List.of(
            grad,
            graph.saved(input, n),
            graph.saved(scale, n),
            graph.saved(zeroPoint, n),
            graph.saved(new Attribute(n.target() + ".fake_quant_enabled", true), n));
    if (!learnable) {
      give(graph, input, graph.call("octant.gradient.fake_quantize", args, settings));
      return;
    }
    Node all = graph.call("octant.gradient.learnable_fake_quantize", args, settings);
    give(graph, input, item(graph, all, 0));
    give(graph, scale, item(graph, all, 1));
    give(graph, zeroPoint, item(graph, all, 2));
  }

  private static Map<String, Object> settings(FakeQuantizeModule fake) {
    QRange range = fake.range().orElseThrow();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("quant_min", (long) range.min());
    out.put("quant_max", (long) range.max());
    out.put("axis", fake.qscheme().isPerChannel() ? (Object) (long) fake.channelAxis() : None.NONE);
    return out;
  }

  private static Node item(BackwardGraph graph, Node tuple, int index) {
    return graph.call("operator.getitem", List.of(tuple, (long) index), Map.of());
  }

  private static void give(BackwardGraph graph, Object to, Node gradient) {
    if (graph.isActive(to)) {
      graph.add(to, gradient);
    }
  }
}
