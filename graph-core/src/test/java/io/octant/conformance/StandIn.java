package io.octant.conformance;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The reference form of a model in the place of a form that PyTorch cannot convert or run, with the
 * two respects in which it computes something else:
 *
 * <ul>
 *   <li>The decomposed form quantizes to the range that its observers had, 0…127 with {@code
 *       reduce_range}; the reference form has the whole range of the type, and so keeps values
 *       beyond the calibrated ones that the decomposed form saturates. Its integers are held within
 *       the same range here.
 *   <li>Dynamically quantized recurrent layers quantize the hidden state in every step; reference
 *       layers keep it in float. {@link SteppedRecurrent} takes their place.
 * </ul>
 */
final class StandIn {
  private static final Pattern QUANTIZE =
      Pattern.compile(".*\\bquantize_per_(tensor|channel)(\\.default|\\.tensor\\d?)?");
  private static final Pattern DYNAMIC_RECURRENT =
      Pattern.compile("torch\\.ao\\.nn\\.quantized\\.dynamic\\.(LSTM|GRU|RNN)(Cell)?");

  private final GraphModule reference;
  private final Map<String, QRange> ranges;

  StandIn(GraphModule reference, GraphModule converted, QuantizedEngine engine) {
    this.reference = reference;
    this.ranges = ranges(reference, converted);
    converted.forEachModule(
        (path, module) -> {
          if (DYNAMIC_RECURRENT.matcher(module.type().name()).matches()
              && reference.findModule(path) instanceof ReferenceModule recurrent
              && recurrent.weights().values().stream().allMatch(WeightQParams::isQuantized)) {
            reference.setModule(
                path, new SteppedRecurrent(recurrent, engine != QuantizedEngine.QNNPACK));
          }
        });
  }

  /**
   * By node of the reference form, the range of the same quantization in the decomposed form: both
   * are made from one model, and their quantizations stand in one order.
   */
  private static Map<String, QRange> ranges(GraphModule reference, GraphModule converted) {
    List<QRange> decomposed = new ArrayList<>();
    for (Node n : quantizations(converted)) {
      if (n.target().contains("quantized_decomposed")) {
        decomposed.add(range(n));
      }
    }
    List<Node> plain = quantizations(reference);
    Map<String, QRange> out = new HashMap<>();
    if (plain.size() == decomposed.size()) {
      for (int i = 0; i < plain.size(); i++) {
        out.put(plain.get(i).name(), decomposed.get(i));
      }
    }
    return out;
  }

  private static List<Node> quantizations(GraphModule model) {
    List<Node> out = new ArrayList<>();
    for (Node n : model.graph()) {
      if (QUANTIZE.matcher(n.target()).matches()) {
        out.add(n);
      }
    }
    return out;
  }

  /** {@code (x, scale, zero_point, min, max, dtype)}, or with an axis before min. */
  private static QRange range(Node n) {
    int min = n.target().contains("per_channel") ? 4 : 3;
    return new QRange(((Number) n.arg(min)).intValue(), ((Number) n.arg(min + 1)).intValue());
  }

  /** What the reference form gives for a batch. */
  Object run(List<Object> batch) {
    return new TracedRun(
            reference,
            batch,
            (run, node) -> {
              Object value = run.value(node.name());
              QRange range = ranges.get(node.name());
              return range != null && value instanceof Tensor t ? within(range, t) : value;
            })
        .result();
  }

  private static Tensor within(QRange range, Tensor t) {
    int[] ints = t.ints().clone();
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.max(range.min(), Math.min(range.max(), ints[i]));
    }
    return Tensor.quantized(t.dtype(), t.shape(), ints, t.qparams());
  }
}
